package corpus

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"
)

// What is called right is right for another's parser, and what is called wrong is
// not: a corpus of broken packets alone would stop at the first check.
func TestPacketsAreWhatTheirNamesSay(t *testing.T) {
	t.Parallel()
	right := func(kind string, packets map[string][]byte, read func([]byte) error, names ...string) {
		for _, name := range names {
			p, ok := packets[name]
			if err := read(p); !ok || err != nil {
				t.Errorf("%s %s: %v", kind, name, err)
			}
		}
	}
	wrong := func(kind string, packets map[string][]byte, read func([]byte) error, names ...string) {
		for _, name := range names {
			if p, ok := packets[name]; !ok || read(p) == nil {
				t.Errorf("%s %s is read", kind, name)
			}
		}
	}
	sound := func(b []byte) error { return new(rtp.Packet).Unmarshal(b) }
	right("RTP", RTP(), sound, "pcmu", "comfort", "opus", "key-ends", "csrcs", "extension", "extension-two", "padding", "padding-all")
	wrong("RTP", RTP(), sound, "csrcs-cut", "extension-cut", "padding-beyond", "short")
	report := func(b []byte) error { _, err := rtcp.Unmarshal(b); return err }
	right("RTCP", RTCP(), report, "sender", "sender-blocks", "receiver", "compound", "compound-bye", "bye-why", "bye-all", "nack", "twcc", "pli", "fir", "remb", "xr", "name-private")
	wrong("RTCP", RTCP(), report, "cut", "too-long", "count-lies", "name-cut")
	check := func(b []byte) error {
		m := &stun.Message{Raw: b}
		if err := m.Decode(); err != nil {
			return err
		}
		return stun.Fingerprint.Check(m)
	}
	right("STUN", STUN(), check, "check", "nominates", "success", "success-ipv6", "role-conflict", "names-two", "unknown-must")
	wrong("STUN", STUN(), check, "length-lies", "fingerprint-bad", "attribute-lies", "old", "cut")
}

// Captured packets are what they were kept as.
func TestCaptured(t *testing.T) {
	t.Parallel()
	for kind, first := range map[string][2]byte{"rtp": {128, 191}, "rtcp": {128, 191}, "stun": {0, 3}, "dtls": {20, 63}, "sip": {'A', 'Z'}, "sdp": {'v', 'v'}} {
		packets := Captured(kind)
		if len(packets) == 0 {
			t.Errorf("none is %s", kind)
		}
		for name, p := range packets {
			if len(p) == 0 || p[0] < first[0] || p[0] > first[1] {
				t.Errorf("%s is no %s: %x", name, kind, p)
			}
		}
	}
	if all := Kinds("rtp", "stun"); all["rtp-pcmu"] == nil || all["stun-check"] == nil || len(all) != len(RTP())+len(STUN())+len(Captured("rtp"))+len(Captured("stun")) {
		t.Errorf("%d packets of two kinds", len(all))
	}
}

// A told is a test that is told what is wrong.
type told struct {
	testing.TB
	errors int
}

func (t *told) Helper()               {}
func (t *told) Errorf(string, ...any) { t.errors++ }

// Files are held to what they are to be, and are not too many, nor too long.
func TestHold(t *testing.T) {
	t.Chdir(t.TempDir())
	in := Inputs{"one": {[]byte("a\x00\xff"), true}, "two": {[]byte(nil), false}}
	t.Setenv("CORPUS", "write")
	Hold(t, "FuzzX", in)
	Note(t, "FuzzX", Inputs{"three": {byte(7), "text\n"}})
	t.Setenv("CORPUS", "")
	Hold(t, "FuzzX", in)
	want := "go test fuzz v1\n[]byte(\"a\\x00\\xff\")\nbool(true)\n"
	path := filepath.Join("testdata", "fuzz", "FuzzX", "one")
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	for name, spoil := range map[string]func() error{
		"changed":  func() error { return os.WriteFile(path, []byte("go test fuzz v1\n"), 0o600) },
		"gone":     func() error { return os.Remove(path) },
		"too long": func() error { return os.WriteFile(path+"-long", bytes.Repeat([]byte("x"), mostBytes+1), 0o600) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		ear := &told{TB: t}
		Hold(ear, "FuzzX", in)
		if ear.errors == 0 {
			t.Errorf("%s: nothing is wrong", name)
		}
	}
	ear := &told{TB: t}
	Note(ear, "FuzzX", Inputs{"four": {"x"}})
	if ear.errors == 0 {
		t.Error("an input that is not there is not missed")
	}
}
