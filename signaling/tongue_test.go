package signaling

import (
	"testing"
	"time"

	"webtrunk/media"
	"webtrunk/transcode"
)

var (
	opusNarrow = tongue{transcode.Opus, narrow}
	opusWide   = tongue{transcode.Opus, wide}
	opusWhole  = tongue{transcode.Opus, whole}
	muLaw      = tongue{codec: transcode.PCMU}
	aLaw       = tongue{codec: transcode.PCMA}
)

// A life is a call that is looked at once a second and does at once what is
// chosen for it.
type life struct {
	linguist
	situation
	changes int
}

func newLife(p CodecPolicy, speaks tongue, other transcode.Codec) *life {
	return &life{situation: situation{
		now: time.Unix(1e9, 0), pause: 20 * time.Second, policy: p, speaks: speaks, hears: media.Format{Codec: other}, moved: true,
	}}
}

// pass lets seconds pass.
func (l *life) pass(seconds int) *life {
	for range seconds {
		l.now = l.now.Add(time.Second)
		if want := l.choose(l.situation); want != l.speaks {
			l.speaks, l.linguist.changed = want, l.now
			l.changes++
		}
	}
	return l
}

func (l *life) want(t *testing.T, what string, speaks tongue, changes int) {
	t.Helper()
	if l.speaks != speaks || l.changes != changes {
		t.Errorf("%s: speaks %v %d after %d changes, want %v %d after %d", what,
			l.speaks.codec, l.speaks.rate, l.changes, speaks.codec, speaks.rate, changes)
	}
}

func TestTheRateIsTheOtherSides(t *testing.T) {
	for _, c := range []struct {
		what   string
		other  transcode.Codec
		begins tongue
		want   tongue
	}{
		{"a wideband trunk", transcode.G722, opusNarrow, opusWide},
		{"a browser", transcode.Opus, opusNarrow, opusWhole},
		{"a telephone", transcode.PCMU, opusWhole, opusNarrow},
	} {
		for _, p := range []CodecPolicy{CodecOpus, CodecAuto} {
			l := newLife(p, c.begins, c.other).pass(2)
			l.want(t, c.what, c.want, 1)
		}
	}
	newLife(CodecAuto, opusNarrow, transcode.None).pass(100).want(t, "nobody yet", opusNarrow, 0)
}

func TestACallThatLosesNothingCostsLessAfterAWhile(t *testing.T) {
	l := newLife(CodecAuto, opusNarrow, transcode.PCMA)
	l.pass(30).want(t, "after 30 s", opusNarrow, 0)
	l.pass(2).want(t, "after 32 s", aLaw, 1)
	l.loss = 1
	l.pass(60).want(t, "a packet lost now and then", aLaw, 1)
	l.loss = poor
	l.pass(2).want(t, "losing much", opusNarrow, 2)
	l.loss = 0
	l.pass(170).want(t, "less than three minutes without loss", opusNarrow, 2)
	l.pass(15).want(t, "three minutes later", aLaw, 3)
}

func TestALoadedNodeAsksForWhatCostsLess(t *testing.T) {
	l := newLife(CodecAuto, opusNarrow, transcode.PCMU)
	l.loaded, l.loss = true, 1
	l.pass(1).want(t, "loaded", muLaw, 1)
	l.loss = poor
	l.pass(60).want(t, "loaded, on a poor network", muLaw, 1)
	l.loaded = false
	l.pass(28).want(t, "the load has gone just now", muLaw, 1)
	l.pass(4).want(t, "the load has gone", opusNarrow, 2)
	l.loaded = true
	l.pass(15).want(t, "too soon after the last change", opusNarrow, 2)
	l.pass(6).want(t, "loaded again", muLaw, 3)
}

// A load that comes and goes every few seconds moves no call more than once.
func TestAFlickeringLoadDoesNotRockCalls(t *testing.T) {
	l := newLife(CodecAuto, opusNarrow, transcode.PCMU)
	l.loss = poor
	for range 60 {
		l.loaded = !l.loaded
		l.pass(3)
	}
	l.want(t, "after three minutes", muLaw, 1)
}

func TestAPolicyIsKept(t *testing.T) {
	l := newLife(CodecOpus, opusNarrow, transcode.PCMU)
	l.loaded = true
	l.pass(300).want(t, "opus", opusNarrow, 0)
	newLife(CodecG711, opusNarrow, transcode.PCMA).pass(1).want(t, "g711", aLaw, 1)
	newLife(CodecG711, muLaw, transcode.PCMA).pass(1).want(t, "g711 of the other law", aLaw, 1)
	newLife(CodecG711, muLaw, transcode.G722).pass(60).want(t, "g711 towards a wideband trunk", muLaw, 0)
}

// Nothing saves anything between browsers, or towards a wideband trunk.
func TestOnlyTelephonesAreWorthAChange(t *testing.T) {
	for _, c := range []struct {
		other  transcode.Codec
		speaks tongue
	}{{transcode.Opus, opusWhole}, {transcode.G722, opusWide}} {
		l := newLife(CodecAuto, c.speaks, c.other)
		l.loaded = true
		l.pass(120).want(t, c.other.String(), c.speaks, 0)
	}
}

// Silence is no proof of a good network.
func TestAMutedPageProvesNothing(t *testing.T) {
	l := newLife(CodecAuto, opusNarrow, transcode.PCMU)
	l.moved = false
	l.pass(120).want(t, "muted from the start", opusNarrow, 0)
}

func TestAShareThatIsNotNothingIsAtLeastOnePercent(t *testing.T) {
	for share, want := range map[float64]int{0: 0, -1: 0, 0.001: 1, 0.01: 1, 0.05: 5, 1: 100} {
		if got := percentOf(share); got != want {
			t.Errorf("%v is %d %%, want %d", share, got, want)
		}
	}
}
