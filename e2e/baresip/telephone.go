package baresip

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"webtrunk/e2e/program"
	"webtrunk/soundcheck"
)

// A Telephone is a baresip process.
type Telephone struct {
	*program.Program
	SIP uint16 // its port on 127.0.0.1

	t      testing.TB
	dir    string
	remote *remote
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// PickUp plugs a telephone in.
func (s Set) PickUp(t testing.TB) *Telephone {
	t.Helper()
	p := &Telephone{t: t, dir: t.TempDir(), SIP: program.FreePort(t, loopback)}
	control := program.FreePort(t, loopback)
	s.write(t, p.dir, p.SIP, program.FreePort(t, loopback), control)
	p.Program = program.Run(t, exec.Command("baresip", "-f", p.dir))
	p.remote = p.connect(control)
	return p
}

// Heard hangs the telephone up for good and returns its recording of its one call.
func (p *Telephone) Heard() []int16 {
	p.t.Helper()
	p.Stop()
	names, err := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	if err != nil || len(names) != 1 {
		p.t.Fatalf("baresip has recorded %q, %v; want one call", names, err)
	}
	file, err := os.Open(names[0])
	if err != nil {
		p.t.Fatal(err)
	}
	defer file.Close()
	pcm, err := soundcheck.ReadWAV(file)
	if err != nil {
		p.t.Fatal(err)
	}
	return pcm
}
