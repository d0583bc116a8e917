package e2e

import (
	"sync"
	"sync/atomic"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/media"
	"webtrunk/media/prompt"
	"webtrunk/soundcheck"
)

// recited are the phrases that the gateway ships. It is the transcript that says
// when one has ended: until then, one that has been said is followed by silence.
type recited struct {
	*prompt.Library

	mu   sync.Mutex
	last *recital
}

func recite(t *testing.T) *recited {
	t.Helper()
	shipped, err := prompt.New(prompt.Options{})
	check(t, err)
	return &recited{Library: shipped}
}

// Open implements switchboard.Phrases.
func (r *recited) Open(phrase string) (media.Sound, error) {
	sound, err := r.Library.Open(phrase)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = &recital{Sound: sound}
	return r.last, nil
}

// end lets the phrase that was begun last end, and reports whether there was one.
func (r *recited) end() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last != nil && !r.last.ended.Swap(true)
}

// A recital is one phrase being said.
type recital struct {
	media.Sound
	ended atomic.Bool
}

// Read implements media.Sound.
func (r *recital) Read(pcm []int16) int {
	if r.ended.Load() {
		return 0
	}
	clear(pcm[r.Sound.Read(pcm):])
	return len(pcm)
}

// A given digit is one of a sensitive prompt, as whoever asked for it gets it.
type given struct {
	leg   call.LegID
	digit string
}

// digits takes sensitive digits from the switchboard.
func (p *player) digits(_ webtrunk.CallID, leg call.LegID, digit string) {
	p.given <- given{leg, digit}
}

// gives waits until a sensitive digit was handed over.
func (p *player) gives(order line) error {
	want := given{legID(order.words[0]), order.fields["digit"]}
	select {
	case got := <-p.given:
		if got != want {
			p.t.Errorf("handed over is %v, want %v", got, want)
		}
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// hears waits until a telephone that talks hears something, later than the input
// that had it played. One that is still called has its own network's tones.
func (x *party) hears(p *player) error {
	if p.how.speechless || x.telephone.State() < carrier.Confirmed {
		return nil
	}
	return x.telephone.Wait(p.ctx, func(t *carrier.Call) bool { return !soundcheck.Silent(t.Heard()[x.before:]) })
}
