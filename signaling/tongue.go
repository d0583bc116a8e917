package signaling

import (
	"time"

	"webtrunk/media"
	"webtrunk/transcode"
)

// A CodecPolicy says what browsers are asked to speak.
type CodecPolicy string

const (
	// CodecAuto is Opus, which heals losses, and G.711 where it costs nothing to:
	// with another who speaks it, on a network that loses nothing, or on a node
	// that is loaded. A call whose G.711 is passed on takes a third of the CPU.
	CodecAuto CodecPolicy = "auto"
	CodecOpus CodecPolicy = "opus" // Opus wherever the browser has it
	CodecG711 CodecPolicy = "g711" // G.711 wherever the browser has it
)

// codecs are the policy's, in order, for a call that begins.
func (p CodecPolicy) codecs() []transcode.Codec {
	if p == CodecG711 {
		return []transcode.Codec{transcode.PCMU, transcode.PCMA, transcode.Opus}
	}
	return []transcode.Codec{transcode.Opus, transcode.PCMU, transcode.PCMA}
}

// playback is what rate of Opus is of use to the other side, in Hz (RFC 7587
// §6.1, maxplaybackrate).
type playback int

const (
	narrow playback = 8000  // a telephone
	wide   playback = 16000 // a telephone over G.722
	whole  playback = 48000 // a browser, to which Opus is passed on as it is
)

// playbackOf is the rate for who hears in a format.
func playbackOf(f media.Format) playback {
	switch f.Codec {
	case transcode.Opus:
		return whole
	case transcode.G722:
		return wide
	}
	return narrow
}

// A tongue is what a page speaks.
type tongue struct {
	codec transcode.Codec
	rate  playback // of Opus; else without meaning
}

// poor is the loss, in percent of a second's packets or of a report's, at which
// redundancy is worth more than what it costs. It is as much as makes an encoder
// here spend bits on it.
const poor = 3

// A situation is what is known of a call when it is looked at, once a second.
type situation struct {
	now    time.Time
	pause  time.Duration // the least between two changes: each costs an offer and an answer
	policy CodecPolicy
	speaks tongue
	hears  media.Format // who is at the other end; codec None while nobody is
	loaded bool
	moved  bool // sound came from the page since the last look
	loss   int  // percent of it that did not, or of ours that the page missed: the worse
}

// calm is how long nothing may be lost, either way, before a call trades
// redundancy for the cheapest way: 30 s where changes are 20 s apart.
func (s *situation) calm() time.Duration { return 3 * s.pause / 2 }

// relief is how long the load must have been gone before calls that gave Opus
// up for it have it back: 30 s likewise.
func (s *situation) relief() time.Duration { return 3 * s.pause / 2 }

// penance is how long a call that lost packets then keeps Opus: 3 min likewise.
func (s *situation) penance() time.Duration { return 9 * s.pause }

// A linguist chooses what a page speaks, and keeps what it must know of before.
type linguist struct {
	changed time.Time // the last change
	clean   time.Time // since when nothing was lost; zero: something was just now
	marred  time.Time // when it was poor last
	pressed time.Time // when the node was loaded last
}

// choose returns what the page should speak.
func (l *linguist) choose(s situation) tongue {
	l.note(s)
	want := tongue{transcode.Opus, playbackOf(s.hears)}
	if s.hears.Codec == transcode.None {
		return s.speaks
	}
	if law := lawFor(s); law != transcode.None && l.plain(s) {
		want = tongue{codec: law}
	}
	if want == s.speaks {
		return s.speaks
	}
	if !l.changed.IsZero() && s.now.Sub(l.changed) < s.pause {
		return s.speaks
	}
	return want
}

// note keeps what the next looks have to know of this one.
func (l *linguist) note(s situation) {
	switch {
	case s.loss > 0:
		l.clean = time.Time{}
	case s.moved && l.clean.IsZero():
		l.clean = s.now
	}
	if s.loss >= poor {
		l.marred = s.now
	}
	if s.loaded {
		l.pressed = s.now
	}
}

// lawFor is the law of G.711 that the policy allows towards the other end.
func lawFor(s situation) transcode.Codec {
	switch {
	case s.hears.Codec == transcode.PCMU || s.hears.Codec == transcode.PCMA:
		return s.hears.Codec
	case s.policy == CodecG711 && s.speaks.codec != transcode.Opus:
		return s.speaks.codec
	}
	return transcode.None
}

// plain reports whether a call that could speak G.711 should.
func (l *linguist) plain(s situation) bool {
	switch s.policy {
	case CodecOpus:
		return false
	case CodecG711:
		return true
	}
	spared := !l.pressed.IsZero() && s.now.Sub(l.pressed) < s.relief()
	healthy := l.marred.IsZero() || s.now.Sub(l.marred) >= s.penance()
	if s.speaks.codec != transcode.Opus {
		return spared || healthy
	}
	return s.loaded || healthy && !l.clean.IsZero() && s.now.Sub(l.clean) >= s.calm()
}
