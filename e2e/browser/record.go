package browser

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"webtrunk/soundcheck"
)

// watching runs in each page before the page's own scripts: it keeps what the
// widget tells the page, and knows how to record a track.
//
//go:embed watching.js
var watching string

// A Recording is what went through one track of the page's, from when it was
// begun.
type Recording struct {
	p    *Tab
	name string
}

// Hear begins to record what the call plays to the person.
func (p *Tab) Hear() Recording {
	p.t.Helper()
	p.Eventually("something to hear", func() bool { return Evaluate[bool](p, `recordSound()`) })
	return Recording{p, "sound"}
}

// Play has the first audio element that a selector finds play its file to the end, and
// returns what that sounds like.
func (p *Tab) Play(selector string) Sound {
	p.t.Helper()
	p.Eventually("a file to play", func() bool {
		return Evaluate[bool](p, fmt.Sprintf(`!!document.querySelector(%[1]q) && (playFile(%[1]q).then(() => (window.filePlayed = ""), (e) => (window.filePlayed = String(e))), true)`, selector))
	})
	p.Eventually("the file's end", func() bool { return Evaluate[bool](p, `window.filePlayed !== undefined`) })
	if why := Evaluate[string](p, `window.filePlayed`); why != "" {
		p.t.Fatalf("the file is not played: %s", why)
	}
	return Recording{p, "file"}.all()
}

// Replay begins to record the next stream that the page plays by itself: not a call's
// sound but, say, what its person has just said.
func (p *Tab) Replay() Recording {
	p.t.Helper()
	Evaluate[bool](p, `recordReplay()`)
	return Recording{p, "replay"}
}

// Overhear begins to record what the page's microphone takes up.
func (p *Tab) Overhear() Recording {
	p.t.Helper()
	p.Eventually("an open microphone", func() bool { return Evaluate[bool](p, `recordMicrophone()`) })
	return Recording{p, "microphone"}
}

// Sound is a stretch of a recording.
type Sound struct {
	PCM   []int16       // at soundcheck's rate
	Since time.Duration // when it began, on the page's own clock
}

// AtLeast waits until a recording has a length and returns all of it.
func (r Recording) AtLeast(long time.Duration) Sound {
	r.p.t.Helper()
	r.p.Eventually(fmt.Sprintf("%v of sound", long), func() bool { return r.Length() >= long })
	return r.all()
}

// Until waits for so much more and returns all of it.
func (r Recording) Until(more time.Duration) Sound {
	r.p.t.Helper()
	return r.AtLeast(r.Length() + more)
}

// Next waits for so much more and returns only that.
func (r Recording) Next(more time.Duration) Sound {
	r.p.t.Helper()
	return r.After(r.Length(), more)
}

// After waits for so much from a place on and returns what there is from there.
func (r Recording) After(at, more time.Duration) Sound {
	r.p.t.Helper()
	s := r.AtLeast(at + more)
	from := min(int(at*soundcheck.Rate/time.Second), len(s.PCM))
	return Sound{s.PCM[from:], s.Since + at}
}

// Length is how much has been recorded.
func (r Recording) Length() time.Duration {
	r.p.t.Helper()
	seconds := Evaluate[float64](r.p, fmt.Sprintf(`recordings.%s.length()`, r.name))
	return time.Duration(seconds * float64(time.Second))
}

func (r Recording) all() Sound {
	r.p.t.Helper()
	taken := Evaluate[struct {
		Rate  int
		Since float64 // milliseconds
		PCM   string  // base64 of 16-bit samples
	}](r.p, fmt.Sprintf(`recordings.%s.all()`, r.name))
	octets, err := base64.StdEncoding.DecodeString(taken.PCM)
	r.p.check(err)
	pcm := make([]int16, len(octets)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(octets[2*i:]))
	}
	var wav bytes.Buffer
	r.p.check(soundcheck.WriteWAV(&wav, pcm, taken.Rate))
	pcm, err = soundcheck.ReadWAV(&wav)
	r.p.check(err)
	return Sound{pcm, time.Duration(taken.Since * float64(time.Millisecond))}
}
