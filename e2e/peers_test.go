//go:build e2e

package e2e

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/e2e/baresip"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// Addresses of peers, one each, so that the gateway knows them apart as it
// knows carriers apart.
var (
	callersHost = netip.MustParseAddr("127.0.0.11")
	calledHost  = netip.MustParseAddr("127.0.0.12")
	proxyHost   = netip.MustParseAddr("127.0.0.13")
	foreignHost = netip.MustParseAddr("127.0.0.66")
)

// everybody admits every call.
type everybody struct{}

func (everybody) Admit(context.Context, call.View) (call.Terms, error) { return call.Terms{}, nil }

// over is a router that sends every call on, to the number that was dialled,
// over one trunk.
type over string

func (o over) Route(_ context.Context, _ call.View, ask call.AskRoute) (call.Plan, error) {
	return call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: ask.To, Trunk: string(o)}}}}}, nil
}

// between is a gateway between two carriers: what the first brings goes on to
// the second.
func between(t *testing.T, first, second trunk.Trunk) *rig {
	t.Helper()
	return newRig(t, blueprint{
		network:  trunk.Network{Trunks: []trunk.Trunk{first, second}},
		admitter: everybody{}, router: over(second.Name), pages: anybody{},
		limits: signaling.Limits{PerAddress: 20, Grace: 200 * time.Millisecond},
		log:    slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

// towards is a gateway whose calls go to one carrier.
func towards(t *testing.T, carrier trunk.Trunk, journal switchboard.Journal) *rig {
	t.Helper()
	b := blueprint{
		network:  trunk.Network{Trunks: []trunk.Trunk{carrier}},
		admitter: everybody{}, router: over(carrier.Name), pages: anybody{}, journal: journal,
		limits: signaling.Limits{PerAddress: 20, Grace: 200 * time.Millisecond},
		log:    slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if carrier.Transport != "" {
		file, _ := selfSigned(t, t.TempDir())
		own, err := tls.LoadX509KeyPair(file, file)
		check(t, err)
		b.tls = &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
	}
	return newRig(t, b)
}

// callNumber has a page call a number.
func (r *rig) callNumber(ctx context.Context, number string) *visitor.Call {
	r.t.Helper()
	made, err := r.visit(ctx, visitor.Config{}).Call(ctx, webtrunk.Address{Scheme: webtrunk.Tel, Value: number}.String(), nil)
	check(r.t, err)
	return made
}

// wantEnd waits for the end of a page's call.
func wantEnd(t *testing.T, ctx context.Context, made *visitor.Call, reason string, code int) {
	t.Helper()
	end, err := made.Wait(ctx, "ended")
	check(t, err)
	if end.Reason != reason || end.SIPCode != code {
		t.Errorf("the call ended with %s %d (%q), want %s %d", end.Reason, end.SIPCode, end.Text, reason, code)
	}
	if end.Text == "" {
		t.Error("nobody says to the caller why")
	}
}

// wantTalk waits until a page's call is answered and sound has come back.
func wantTalk(t *testing.T, ctx context.Context, made *visitor.Call) {
	t.Helper()
	_, err := made.Wait(ctx, "answered")
	check(t, err)
	check(t, made.Connected(ctx))
	check(t, heard(ctx, made, 10))
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	return ctx
}

// hears waits until a page has heard the telephone's tone for a time: a machine that has
// too much to do tears it, and then it is heard whole later.
func hears(t *testing.T, ctx context.Context, made *visitor.Call, long time.Duration) {
	t.Helper()
	samples := int(long.Seconds() * soundcheck.Rate)
	for packets := int(long/(20*time.Millisecond)) + 10; ; packets += 25 {
		if err := heard(ctx, made, packets); err != nil {
			t.Fatalf("the page does not hear the telephone's tone: %v", err)
		}
		pcm := made.Heard()
		purity, level := soundcheck.Tone(pcm[max(0, len(pcm)-samples):], baresip.Hz)
		t.Logf("the page hears %v Hz at %.1f dBFS, %.3f pure", baresip.Hz, level, purity)
		if len(pcm) >= samples && purity >= 0.9 && level >= -20 {
			return
		}
	}
}

// wantHarbour checks that a telephone has heard one sentence.
func wantHarbour(t *testing.T, pcm []int16) {
	t.Helper()
	said, other := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	t.Logf("the telephone hears %v", soundcheck.Compare(pcm, said))
	if err := soundcheck.Hears(pcm, said, other); err != nil {
		t.Error(err)
	}
}
