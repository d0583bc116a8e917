package media

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/soundcheck"
)

// The voices of a conference's tests: a tone for each, no harmonics of each other.
var hertz = [MaxParties]float64{310, 470, 670, 910, 1190, 1530, 1930, 2410}

const voiceLevel = 2500

// A choir are legs, each of which says its tone.
type choir struct {
	t    testing.TB
	legs []*leg
	say  [][]Frame
	at   int
}

// newChoir returns legs of these formats with so many seconds to say.
func newChoir(t testing.TB, seconds int, formats ...Format) *choir {
	c := &choir{t: t}
	for i, f := range formats {
		c.legs = append(c.legs, newLeg(t, string(rune('a'+i)), f))
		c.say = append(c.say, newTalker(t, f).say(t, soundcheck.Sine(hertz[i], voiceLevel, seconds*8000)))
	}
	return c
}

// sing has everybody say so many frames.
func (c *choir) sing(frames int) {
	for range frames {
		for i, l := range c.legs {
			l.Receive(c.say[i][c.at])
		}
		c.at++
		time.Sleep(tick)
	}
}

func (c *choir) ports(which ...int) (ports []*Port) {
	for _, i := range which {
		ports = append(ports, c.legs[i].Port)
	}
	return ports
}

// hears fails unless the leg hears exactly these voices.
func hears(t testing.TB, name string, heard []int16, want ...int) {
	t.Helper()
	if wrong := heardWrong(heard, want...); wrong != "" {
		t.Errorf("%s hears %s", name, wrong)
	}
}

// heardWrong says what is not heard as it should be, if exactly these voices
// should be.
func heardWrong(heard []int16, want ...int) (wrong string) {
	const sent = 20 * -1.115 // dBFS of a sine of 2500: 20 log10(2500/32768)
	for i, hz := range hertz {
		expected := slices.Contains(want, i)
		switch _, level := soundcheck.Tone(heard, hz); {
		case expected && (level < sent-6 || level > sent+3):
			wrong += fmt.Sprintf("%c at %.0f dBFS, want %.0f; ", 'a'+i, level, sent)
		case !expected && level > sent-26:
			wrong += fmt.Sprintf("%c at %.0f dBFS, want nothing; ", 'a'+i, level)
		}
	}
	return strings.TrimSuffix(wrong, "; ")
}

func others(n, i int) (all []int) {
	for k := range n {
		if k != i {
			all = append(all, k)
		}
	}
	return all
}

func (c *choir) last(i, frames int) []int16 {
	all := c.legs[i].frames()
	return listen(c.t, c.legs[i].Format(), all[len(all)-frames:])
}
