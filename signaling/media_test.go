package signaling_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
	"webtrunk/switchboard"
	"webtrunk/transcode"
)

// A talk is two pages that hear each other through the gateway: a visitor who
// called, and the desk, which was rung.
type talk struct {
	visitor, agent *visitor.Visitor
	one, two       *visitor.Call
	far            *taken
	near           *reports
	legs           [2]switchboard.Leg
}

func (g *gateway) talk(t *testing.T, change func(*visitor.Config)) *talk {
	t.Helper()
	k := &talk{visitor: g.visit(t, change), agent: g.visit(t, agent)}
	k.one, k.far = g.call(t, k.visitor)
	k.legs[0] = k.far.leg
	k.legs[1], k.near = g.dial(t)
	k.two = g.rings(t, k.agent)
	check(t, k.two.Accept(g.ctx))
	check(t, k.two.Connected(g.ctx))
	k.near.wait(t, 2)
	unjoin, err := media.Join(k.legs[0].Port(), k.legs[1].Port())
	check(t, err)
	t.Cleanup(unjoin)
	return k
}

var harbour, garden = soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)

// speak has both say a sentence at once and hear the other's.
func (k *talk) speak(t *testing.T, g *gateway) {
	t.Helper()
	sounds(t, func() error {
		from, to := len(k.one.Heard()), len(k.two.Heard())
		var both sync.WaitGroup
		for c, pcm := range map[*visitor.Call][]int16{k.one: harbour, k.two: garden} {
			both.Go(func() {
				if err := c.Speak(g.ctx, append(append([]int16(nil), pcm...), make([]int16, 4000)...)); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if err := soundcheck.Tell(k.two.Heard()[to:], harbour, garden); err != nil {
			return fmt.Errorf("the desk: %w", err)
		}
		if err := soundcheck.Tell(k.one.Heard()[from:], garden, harbour); err != nil {
			return fmt.Errorf("the visitor: %w", err)
		}
		return nil
	})
}

// flows waits until both have heard 25 packets more.
func (k *talk) flows(t *testing.T, g *gateway) {
	t.Helper()
	for _, c := range []*visitor.Call{k.one, k.two} {
		before, _ := c.Packets()
		for heard := before; heard < before+25; heard, _ = c.Packets() {
			if g.ctx.Err() != nil {
				t.Fatalf("%s hears nothing", c.ID)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func (k *talk) end(t *testing.T, g *gateway) {
	t.Helper()
	must(t, "hang up", func() error { _, err := k.one.Hangup(g.ctx); return err })
	k.legs[1].Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup, By: 1})
	g.hears(t, k.two, "ended")
	k.two.Close()
	g.settle(t, 2, 0)
}

func TestSpeechPassesBothWays(t *testing.T) {
	t.Parallel()
	bothKinds(t, speechPassesBothWays)
}

func speechPassesBothWays(t *testing.T, start opener) {
	for name, change := range map[string]func(*visitor.Config){
		"Opus":                               nil,
		"with pictures, by a PeerConnection": filming(webrtc.MimeTypeVP8),
		"PCMA, TCP":                          func(c *visitor.Config) { c.TCP = true; c.Codecs = []transcode.Codec{transcode.PCMA} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits for speech
			g := start(t, nil)
			k := g.talk(t, change)
			k.speak(t, g)
			k.end(t, g)
		})
	}
}

// TestQualityIsMeasured: both legs know how their pages sound while they speak,
// and still do when the call is over.
func TestQualityIsMeasured(t *testing.T) {
	t.Parallel()
	bothKinds(t, qualityIsMeasured)
}

func qualityIsMeasured(t *testing.T, start opener) {
	g := start(t, nil)
	k := g.talk(t, func(c *visitor.Config) { c.Codecs, c.Reports = []transcode.Codec{transcode.PCMA}, true })
	if q := k.legs[0].Quality(); q.Codec != "PCMA" {
		t.Errorf("the visitor's leg at the start: %+v", q)
	}
	k.speak(t, g)
	for q := k.legs[0].Quality(); q.RoundTrip == 0 || q.FarJitter == 0; q = k.legs[0].Quality() { // only the visitor reports
		if g.ctx.Err() != nil {
			t.Fatalf("no report of the visitor: %+v", q)
		}
		time.Sleep(5 * time.Millisecond)
	}
	for i, codec := range []string{"PCMA", "opus"} {
		q := k.legs[i].Quality()
		if q.Codec != codec || q.Received < 50 || q.Sent < 50 || q.Jitter == 0 || q.Jitter > time.Second || q.MOS < 1 || q.MOS > 4.5 {
			t.Errorf("leg %d: %+v", i, q)
		}
		if q.Loss < 0 || q.Loss > 0.5 || q.FarLoss < 0 || q.FarLoss > 0.5 || q.RoundTrip > 5*time.Second {
			t.Errorf("leg %d of a network without loss: %+v", i, q)
		}
	}
	k.end(t, g)
	for i, codec := range []string{"PCMA", "opus"} {
		if q := k.legs[i].Quality(); q.Codec != codec || q.Received < 50 || q.MOS == 0 {
			t.Errorf("leg %d after its end: %+v", i, q)
		}
	}
}

// A change of network: the page restarts ICE on the connection that it has. A
// reloaded page brings another one. The far side hears on through both.
func TestMediaIsRenewedUnderARunningCall(t *testing.T) {
	t.Parallel()
	bothKinds(t, mediaIsRenewedUnderARunningCall)
}

func mediaIsRenewedUnderARunningCall(t *testing.T, start opener) {
	g := start(t, nil)
	k := g.talk(t, nil)
	port := k.legs[0].Port()
	must(t, "restart ICE", func() error { return k.one.RestartICE(g.ctx) })
	k.flows(t, g)

	k.visitor.Drop()
	same(t, k.far.wait(t, 1), call.LegLost{Leg: 1})
	if m, err := k.visitor.Resume(g.ctx); err != nil || !m.Resumed {
		t.Fatalf("%+v %v", m, err)
	}
	must(t, "reload", func() error { return k.one.Reload(g.ctx) })
	check(t, k.one.Connected(g.ctx))
	k.speak(t, g)
	if k.legs[0].Port() != port {
		t.Error("the leg has another port")
	}
	same(t, k.far.wait(t, 2), call.LegLost{Leg: 1}, call.LegReturned{Leg: 1})
	k.end(t, g)
}

// A page whose media stops is lost although its socket lives; new media bring
// it back.
func TestMediaThatStopsIsALostLeg(t *testing.T) {
	t.Parallel()
	bothKinds(t, mediaThatStopsIsALostLeg)
}

func mediaThatStopsIsALostLeg(t *testing.T, start opener) {
	g := start(t, func(c *signaling.Config) { c.Limits.Vanish = time.Second })
	c, far := g.call(t, g.visit(t, nil))
	c.Unplug() // no goodbye: only silence tells
	same(t, far.wait(t, 1), call.LegLost{Leg: 1})
	must(t, "reload", func() error { return c.Reload(g.ctx) })
	check(t, c.Connected(g.ctx))
	same(t, far.wait(t, 2), call.LegLost{Leg: 1}, call.LegReturned{Leg: 1})
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// An ICE restart that succeeds is over: the time to connect does not run on.
func TestARestartThatSucceededIsNotTimed(t *testing.T) {
	t.Parallel()
	bothKinds(t, aRestartThatSucceededIsNotTimed)
}

func aRestartThatSucceededIsNotTimed(t *testing.T, start opener) {
	const connect = 3 * time.Second
	g := start(t, func(c *signaling.Config) { c.Limits.Connect = connect })
	c, far := g.call(t, g.visit(t, nil))
	must(t, "restart ICE", func() error { return c.RestartICE(g.ctx) })
	before := far.leg.Port().Stats().Received
	for until := time.Now().Add(connect + time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
	}
	if after := far.leg.Port().Stats().Received; after < before+100 {
		t.Errorf("%d packets came after the restart", after-before)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	same(t, far.wait(t, 1), call.LegEnded{Leg: 1, Cause: call.Hangup})
}

func TestMediaThatStaysAwayEndsTheCall(t *testing.T) {
	t.Parallel()
	bothKinds(t, mediaThatStaysAwayEndsTheCall)
}

func mediaThatStaysAwayEndsTheCall(t *testing.T, start opener) {
	g := start(t, briefly)
	c, far := g.call(t, g.visit(t, nil))
	c.Close() // the PeerConnection, not the call
	same(t, far.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
	if end := g.hears(t, c, "ended"); end.Reason != "connection_lost" || end.By != "gateway" {
		t.Errorf("ended %+v", end)
	}
	g.settle(t, 1, 0)
}

func TestAPageThatCannotConnectIsToldOfTheFirewall(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Connect = 300 * time.Millisecond })
	// A page whose candidates lead nowhere: its offer is real, its ICE never comes.
	p := g.welcomed(t)
	p.say(t, `{"type":"call","id":"c1","to":"ref_shop","sdp":`+offerOf(t)+`}`)
	for m := p.hear(t); m.Type != "ended"; m = p.hear(t) {
		if m.Type == "error" {
			t.Fatalf("%+v", m)
		}
		if m.Type != "answer" {
			continue
		}
		if n := strings.Count(m.SDP, "\r\nm="); n != 3 || !strings.Contains(m.SDP, "m=video 9 ") || !strings.Contains(m.SDP, "m=application 0 ") ||
			!strings.Contains(m.SDP, "a=ice-lite") || !strings.Contains(m.SDP, "a=setup:passive") || strings.Count(m.SDP, "a=candidate:") != 2 ||
			!strings.Contains(m.SDP, "a=fmtp:111 minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=8000;maxaveragebitrate=24000\r\n") {
			t.Errorf("answered\n%s", m.SDP)
		}
	}
	end := g.exchange.next(t, 1).wait(t, 1)[0].(call.LegEnded)
	if end.Cause != call.ConnectionLost || !strings.Contains(end.Message, "no sound path") {
		t.Errorf("reported %+v", end)
	}
	g.settle(t, 1, 0)
}

func TestPressedDigitsAreReported(t *testing.T) {
	t.Parallel()
	bothKinds(t, pressedDigitsAreReported)
}

func pressedDigitsAreReported(t *testing.T, start opener) {
	g := start(t, nil)
	for _, codec := range []transcode.Codec{transcode.Opus, transcode.PCMU} {
		v := g.visit(t, func(c *visitor.Config) { c.Codecs = []transcode.Codec{codec} })
		c, far := g.call(t, v)
		must(t, "press", func() error { return c.Press(g.ctx, "15#") })
		same(t, far.wait(t, 3), call.LegDigit{Leg: 1, Digit: "1"}, call.LegDigit{Leg: 1, Digit: "5"}, call.LegDigit{Leg: 1, Digit: "#"})
		must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	}
}

// Behind a NAT the candidates name the public address.
func TestPublicAddressesReplaceLocalOnes(t *testing.T) {
	g := start(t, func(c *signaling.Config) { c.PublicIPs = []netip.Addr{netip.MustParseAddr("203.0.113.7")} })
	p := g.welcomed(t)
	p.say(t, `{"type":"call","id":"c1","to":"ref_shop","sdp":`+offerOf(t)+`}`)
	m := p.hear(t)
	if strings.Count(m.SDP, " 203.0.113.7 ") != 2 || strings.Contains(m.SDP, " 127.0.0.1 "+"4") {
		t.Errorf("answered %+v", m)
	}
	p.say(t, `{"type":"hangup","id":"c1"}`)
	for p.hear(t).Type != "ended" {
	}
	g.settle(t, 1, 0)
}
