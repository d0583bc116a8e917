package carrier

import (
	"testing"

	"webtrunk/soundcheck"
)

// A carrier that is told to speaks G.722, and hears itself come back.
func TestACarrierSpeaksWideband(t *testing.T) {
	t.Parallel()
	cfg := short()
	cfg.Codecs = []string{"G722", telephoneEvent}
	n := connect(t, cfg, cfg)
	near, far := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	said := soundcheck.Sentence(soundcheck.Harbour)[:2*sampleRate]
	must(t, near.Play(limit(t), make([]int16, 10*frameSamples))) // until the echo listens
	must(t, near.Play(limit(t), said))
	await(t, near, func(c *Call) bool { return len(c.Heard()) > len(said)+30*frameSamples })
	for name, c := range map[string]*Call{"the echo": near, "the telephone": far} {
		if r := soundcheck.Compare(c.Heard(), append(make([]int16, 10*frameSamples), said...)); r.Median < 0.9 {
			t.Errorf("%s: %v", name, r)
		}
	}
	must(t, near.Hangup(limit(t)))
	if by := far.RTP().ByType; by[9] == 0 || len(by) != 1 {
		t.Errorf("packets by type: %v, want G.722 alone", by)
	}
}

// What is agreed anew in the same codec goes on with the state it had.
func TestATongueKeepsItsStateInTheSameCodec(t *testing.T) {
	t.Parallel()
	var tongue tongue
	for _, c := range []string{"PCMU", "PCMA", "G722"} {
		tongue.speak(c)
		before := tongue.encoder
		if tongue.speak(c); tongue.encoder != before {
			t.Errorf("%s: spoken again, the encoder is another", c)
		}
	}
}
