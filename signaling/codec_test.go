package signaling_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/media"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A telephone is a port whose other end a test plays, in any format.
type telephone struct {
	*media.Port
	sent chan media.Frame
}

func (p *telephone) Send(f media.Frame) {
	f.Payload = append([]byte(nil), f.Payload...)
	select {
	case p.sent <- f:
	default:
	}
}

// answers joins the call's leg to a telephone.
func (k *taken) answers(t *testing.T, f media.Format) *telephone {
	t.Helper()
	p := &telephone{sent: make(chan media.Frame, 3000)}
	p.Port = media.NewPort("telephone", p)
	p.SetFormat(f)
	unjoin, err := media.Join(k.leg.Port(), p.Port)
	check(t, err)
	t.Cleanup(func() { unjoin(); p.Close() })
	return p
}

// heard decodes what the telephone was sent, at 8 kHz, and wants one stream.
func (p *telephone) heard(t *testing.T) (pcm []int16) {
	t.Helper()
	dec, err := transcode.NewDecoder(p.Format().Codec)
	check(t, err)
	defer dec.Close()
	var buf [transcode.MaxSamples]int16
	var last uint16
	for n := 0; ; n++ {
		select {
		case f := <-p.sent:
			if n > 0 && f.Sequence != last+1 {
				t.Fatalf("packet %d: number +%d", n, f.Sequence-last)
			}
			last = f.Sequence
			samples, err := dec.Decode(buf[:], f.Payload)
			check(t, err)
			pcm = append(pcm, buf[:samples]...)
		default:
			return pcm
		}
	}
}

// hears has a page say a sentence, which must arrive here.
func (p *telephone) hears(t *testing.T, g *gateway, page *visitor.Call, when string) error {
	t.Helper()
	p.heard(t) // before
	check(t, page.Speak(g.ctx, harbour))
	if r := soundcheck.Compare(p.heard(t), harbour); !r.Matches() {
		return fmt.Errorf("%s: %v", when, r)
	}
	return nil
}

// count is how many messages of a kind a page has had.
func count(v *visitor.Visitor, kind string) (n int) {
	for _, m := range v.Messages() {
		if m.Type == kind {
			n++
		}
	}
	return n
}

// last is the last message of a kind that a page has had.
func last(v *visitor.Visitor, kind string) (found visitor.Message) {
	for _, m := range v.Messages() {
		if m.Type == kind {
			found = m
		}
	}
	return found
}

func renegotiates(c *visitor.Config) { c.Renegotiates = true }

// A node that becomes loaded asks a page for G.711, in the middle of a sentence,
// which arrives whole. When the call's other side hears more, it is Opus again.
func TestARunningCallChangesItsCodecWithTheLoad(t *testing.T) {
	t.Parallel()
	bothKinds(t, aRunningCallChangesItsCodecWithTheLoad)
}

func aRunningCallChangesItsCodecWithTheLoad(t *testing.T, start opener) {
	sounds(t, func() error { return theCodecChangesWithTheLoad(t, start) })
}

// theCodecChangesWithTheLoad returns what was wrong with what is heard over the
// change, which there is but one of in a call.
func theCodecChangesWithTheLoad(t *testing.T, start opener) (wrong error) {
	var loaded atomic.Bool
	g := start(t, func(c *signaling.Config) { c.Loaded, c.Limits.Pause = loaded.Load, time.Second })
	page := g.visit(t, renegotiates)
	one, far := g.call(t, page)
	check(t, one.Connected(g.ctx))
	phone := far.answers(t, media.Format{Codec: transcode.PCMA, PayloadType: 8})
	check(t, far.leg.Answer())

	speaking := make(chan error, 1)
	go func() { speaking <- one.Speak(g.ctx, append(append([]int16(nil), harbour...), harbour...)) }()
	loaded.Store(true)
	g.eventually(t, "the page speaks G.711", func() bool { return one.Speaks() == transcode.PCMA })
	check(t, <-speaking)
	g.eventually(t, "the leg speaks G.711", func() bool { return far.leg.Port().Format().Codec == transcode.PCMA })
	if s := far.leg.Port().String(); !strings.Contains(s, "relay") {
		t.Errorf("the sound takes %s, want it passed on", s)
	}
	r := soundcheck.Compare(phone.heard(t), soundcheck.Looped(harbour, 2*len(harbour)))
	if !r.Matches() || r.Gaps > 0 || r.Clicks > 0 {
		wrong = fmt.Errorf("over the change: %v", r)
	}
	hd := far.answers(t, media.Format{Codec: transcode.G722, PayloadType: 9})
	g.eventually(t, "the page speaks Opus again", func() bool { return one.Speaks() == transcode.Opus })
	sounds(t, func() error { return hd.hears(t, g, one, "back in Opus") })
	// The one connection that there was has carried it all.
	if n := count(page, "answer"); n != 3 {
		t.Errorf("%d answers, want the call's and two more", n)
	}
	_, err := one.Hangup(g.ctx)
	check(t, err)
	return wrong
}

// A page is asked for the whole band as soon as somebody can hear it.
func TestAPageIsAskedForTheBandThatTheOtherSideHears(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	page := g.visit(t, renegotiates)
	one, far := g.call(t, page)
	check(t, one.Connected(g.ctx))
	if m := last(page, "answer"); !strings.Contains(m.SDP, "maxplaybackrate=8000;maxaveragebitrate=24000") {
		t.Errorf("before anybody answers the page is told\n%s", m.SDP)
	}
	far.answers(t, media.Format{Codec: transcode.G722, PayloadType: 9})
	g.eventually(t, "wideband", func() bool { return strings.Contains(last(page, "answer").SDP, "maxplaybackrate=16000") })
	far.answers(t, media.Format{Codec: transcode.Opus, PayloadType: 109})
	if count(page, "renegotiate") != 1 {
		t.Errorf("asked %d times", count(page, "renegotiate"))
	}
	_, err := one.Hangup(g.ctx)
	check(t, err)
}

// An old page says nothing to a message that it does not know, and is not asked
// again; its call goes on.
func TestAPageThatCannotIsAskedOnce(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Loaded = func() bool { return true } })
	page := g.visit(t, nil)
	one, far := g.call(t, page)
	check(t, one.Connected(g.ctx))
	far.answers(t, media.Format{Codec: transcode.PCMU})
	_, err := one.Wait(g.ctx, "renegotiate")
	check(t, err)
	check(t, one.Speak(g.ctx, harbour))
	if one.Speaks() != transcode.Opus || count(page, "renegotiate") != 1 {
		t.Errorf("speaks %v, asked %d times", one.Speaks(), count(page, "renegotiate"))
	}
	_, err = one.Hangup(g.ctx)
	check(t, err)
}

// The policy g711 is kept from the first answer on, opus also under load.
func TestThePolicyDecidesTheFirstAnswer(t *testing.T) {
	t.Parallel()
	for policy, want := range map[signaling.CodecPolicy]transcode.Codec{
		signaling.CodecG711: transcode.PCMU, signaling.CodecOpus: transcode.Opus, signaling.CodecAuto: transcode.Opus, "": transcode.Opus,
	} {
		g := start(t, func(c *signaling.Config) { c.Codec = policy })
		one, _ := g.call(t, g.visit(t, nil))
		if got := one.Speaks(); got != want {
			t.Errorf("%q: the page speaks %v, want %v", policy, got, want)
		}
		one.Close()
	}
}

// An ICE restart in the middle of a change finds a path again as ever.
func TestAnICERestartAfterAChangeKeepsTheCodec(t *testing.T) {
	t.Parallel()
	bothKinds(t, anICERestartAfterAChangeKeepsTheCodec)
}

func anICERestartAfterAChangeKeepsTheCodec(t *testing.T, start opener) {
	g := start(t, func(c *signaling.Config) { c.Loaded = func() bool { return true } })
	page := g.visit(t, renegotiates)
	one, far := g.call(t, page)
	check(t, one.Connected(g.ctx))
	phone := far.answers(t, media.Format{Codec: transcode.PCMU})
	g.eventually(t, "G.711", func() bool { return one.Speaks() == transcode.PCMU })
	check(t, one.RestartICE(g.ctx))
	if one.Speaks() != transcode.PCMU {
		t.Errorf("after an ICE restart the page speaks %v", one.Speaks())
	}
	sounds(t, func() error { return phone.hears(t, g, one, "after the restart") })
	_, err := one.Hangup(g.ctx)
	check(t, err)
}
