package baresip

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"webtrunk/soundcheck"
)

// A recording is read while it is written: nothing before its header is there, then
// what there is, though the header says that it is empty; of two calls, the later.
func TestARecordingThatIsStillWritten(t *testing.T) {
	t.Parallel()
	p := &Telephone{t: t, dir: t.TempDir()}
	if pcm := p.Hearing(); pcm != nil {
		t.Errorf("before any call it hears %d samples", len(pcm))
	}
	said := soundcheck.Sine(Hz, 12000, soundcheck.Rate)
	var wav bytes.Buffer
	if err := soundcheck.WriteWAV(&wav, said, soundcheck.Rate); err != nil {
		t.Fatal(err)
	}
	open := wav.Bytes()
	clear(open[40:44]) // as long as a program writes it
	write := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(p.dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("dump-2026-11-22-10-00-00-dec.wav", wav.Bytes())
	write("dump-2026-11-22-10-00-01-dec.wav", open[:20])
	if pcm := p.Hearing(); pcm != nil {
		t.Errorf("of half a header it hears %d samples", len(pcm))
	}
	write("dump-2026-11-22-10-00-01-dec.wav", open[:44+200])
	if pcm := p.Hearing(); !slices.Equal(pcm, said[:100]) {
		t.Errorf("it hears %d samples, want the first 100", len(pcm))
	}
	if pcm := p.Saying(); pcm != nil {
		t.Errorf("it has said %d samples", len(pcm))
	}
}

// A telephone says what it is given, over and over, or else a tone.
func TestWhatATelephoneSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  Set
		want []int16
	}{
		"a sentence":   {Set{Says: soundcheck.Sentence(soundcheck.Harbour)}, soundcheck.Sentence(soundcheck.Harbour)},
		"its tone":     {Set{}, soundcheck.Sine(Hz, 12000, soundcheck.Rate)},
		"another tone": {Set{Tone: 1490}, soundcheck.Sine(1490, 12000, soundcheck.Rate)},
	} {
		file := filepath.Join(t.TempDir(), "says.wav")
		c.set.writeTone(t, file)
		content, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := soundcheck.ReadWAV(content)
		content.Close()
		if err != nil || !slices.Equal(pcm, soundcheck.Looped(c.want, lasts*soundcheck.Rate)) {
			t.Errorf("%s: %d samples, %v", name, len(pcm), err)
		}
	}
}
