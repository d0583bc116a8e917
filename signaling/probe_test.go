package signaling_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
)

// probes waits until the gateway holds so many probes.
func (g *gateway) probes(t *testing.T, want int) {
	t.Helper()
	g.comesTo(t, fmt.Sprintf("%d probes", want), func(s signaling.Stats) bool { return s.Probes == want })
}

// refused returns the code with which the gateway has refused something.
func refused(t *testing.T, err error) string {
	t.Helper()
	var r *visitor.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return r.Code
}

// A page hears itself, by UDP and by TCP, and nothing of that is a call.
func TestAProbeSendsBackWhatThePageSays(t *testing.T) {
	t.Parallel()
	for name, tcp := range map[string]bool{"UDP": false, "TCP": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, nil)
			v := g.visit(t, func(c *visitor.Config) { c.TCP = tcp })
			p, err := v.Probe(g.ctx, "p1")
			check(t, err)
			check(t, p.Connected(g.ctx))
			sounds(t, func() error {
				from := len(p.Heard())
				if err := p.Speak(g.ctx, append(append([]int16(nil), harbour...), make([]int16, 4000)...)); err != nil {
					return err
				}
				return soundcheck.Tell(p.Heard()[from:], harbour, garden)
			})
			if s := g.Stats(); s.Probes != 1 || s.Legs != 0 || g.exchange.count() != 0 {
				t.Errorf("during the probe the gateway holds %+v, and %d calls were offered", s, g.exchange.count())
			}
			p.Close() // by DTLS: the page says nothing on its socket
			g.probes(t, 0)
		})
	}
}

// What is sent back is never more than what has come.
func TestAProbeIsNoAmplifier(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	p, err := v.Probe(g.ctx, "p1")
	check(t, err)
	check(t, p.Connected(g.ctx))
	check(t, p.Speak(g.ctx, harbour))
	received, sent := p.Packets()
	if received == 0 || received > sent {
		t.Errorf("of %d packets %d came back", sent, received)
	}
}

func TestAProbeEndsInTime(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Probe = 50 * time.Millisecond })
	v := g.visit(t, nil)
	check(t, v.Send(json.RawMessage(`{"type":"probe","id":"p1","sdp":`+offerOf(t)+`}`)))
	g.probes(t, 0)
	if s := g.Stats(); s.Transports != 0 {
		t.Errorf("after its time the gateway holds %+v", s)
	}
}

func TestAProbeEndsWithItsPage(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	_, err := v.Probe(g.ctx, "p1")
	check(t, err)
	v.Close()
	g.settle(t, 0, 0)
	g.probes(t, 0)
}

// A page has three at once, and each needs a name of its own.
func TestAPageHasThreeProbesAtOnce(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	for _, id := range []string{"p1", "p2", "p3"} {
		_, err := v.Probe(g.ctx, id)
		check(t, err)
	}
	_, err := v.Probe(g.ctx, "p2")
	if code := refused(t, err); code != "call_exists" {
		t.Errorf("a second p2 is refused with %s", code)
	}
	_, err = v.Probe(g.ctx, "p4")
	if code := refused(t, err); code != "rate_limited" {
		t.Errorf("a fourth is refused with %s", code)
	}
}

// All probes of a gateway are bounded, whoever asks.
func TestAllProbesAreBounded(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Probes = 1 })
	one, two := g.visit(t, nil), g.visit(t, nil)
	p, err := one.Probe(g.ctx, "p1")
	check(t, err)
	check(t, p.Connected(g.ctx))
	_, err = two.Probe(g.ctx, "p1")
	if code := refused(t, err); code != "rate_limited" {
		t.Errorf("the second is refused with %s", code)
	}
	p.Close()
	g.probes(t, 0)
	_, err = two.Probe(g.ctx, "p2")
	check(t, err)
}

// Opening more pages is no way around what one address may do.
func TestAnAddressProbesSoOften(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	made := 0
	for page := range 20 {
		v := g.visit(t, nil)
		p, err := v.Probe(g.ctx, fmt.Sprintf("p%d", page))
		if err != nil {
			var r *visitor.Refusal
			if !errors.As(err, &r) || r.Code != "rate_limited" || r.RetryAfter == 0 {
				t.Fatalf("refused with %v, want rate_limited and when to try again", err)
			}
			break
		}
		made++
		p.Close()
	}
	// One more may come every five seconds that this takes.
	if made < 12 || made > 18 {
		t.Errorf("an address made %d probes at once, want 12", made)
	}
}

// An offer that cannot be used is refused, and takes no place.
func TestABadProbeIsRefused(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	p := g.welcomed(t)
	for message, want := range map[string]string{
		`{"type":"probe","id":"p1","sdp":"v=0"}`:                 "bad_sdp",
		`{"type":"probe","id":"","sdp":` + offerOf(t) + `}`:      "bad_message",
		`{"type":"probe","id":"p1","sdp":"` + "x" + `","to":""}`: "bad_sdp",
	} {
		p.say(t, message)
		if m := p.hear(t); m.Type != "error" || m.Code != want {
			t.Errorf("%.60s is answered %+v, want %s", message, m, want)
		}
	}
	if s := g.Stats(); s.Probes != 0 || s.Transports != 0 {
		t.Errorf("left behind: %+v", s)
	}
}
