package baresip

import (
	"os"
	"path/filepath"
	"slices"

	"webtrunk/soundcheck"
)

// Hearing is what the telephone has heard so far in its latest call, which may
// still last.
func (p *Telephone) Hearing() []int16 { return p.recorded("dec") }

// Saying is what it has said so far, likewise.
func (p *Telephone) Saying() []int16 { return p.recorded("enc") }

// recorded reads a recording that may still be written: its header then says that
// it is empty, and what there is goes to the end. Recordings are named by the
// second in which they began.
func (p *Telephone) recorded(way string) []int16 {
	p.t.Helper()
	names, err := filepath.Glob(filepath.Join(p.dir, "dump-*-"+way+".wav"))
	if err != nil {
		p.t.Fatal(err)
	}
	if len(names) == 0 {
		return nil // it begins with the first packet
	}
	file, err := os.Open(slices.Max(names))
	if err != nil {
		p.t.Fatal(err)
	}
	defer file.Close()
	pcm, err := soundcheck.ReadWAV(file)
	if err != nil {
		return nil // not even its header is written
	}
	return pcm
}
