package carrier

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emiago/sipgo/sip"
)

func TestTheTapDrawsTheLadder(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var ladder []string
	cfg := short()
	cfg.OnMessage = func(dir Direction, _ netip.AddrPort, raw []byte) {
		first, _, _ := strings.Cut(string(raw), "\r\n")
		first = strings.TrimSuffix(strings.TrimPrefix(first, "SIP/2.0 "), " SIP/2.0")
		rung := dir.String() + " " + strings.Fields(first)[0]
		mu.Lock()
		defer mu.Unlock()
		if !slices.Contains(ladder, rung) { // a slow machine has it sent again (RFC 3261 §17.1.1.2)
			ladder = append(ladder, rung)
		}
	}
	n := connect(t, short(), cfg)
	near, far := n.dial(t, "+15550100104", nil)
	wantEnd(t, near, Them, 486)
	await(t, far, Said("→ ACK"))
	n.near.Close()
	n.far.Close()
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"→ INVITE", "← 100", "← 486", "→ ACK"}; !slices.Equal(ladder, want) {
		t.Errorf("the ladder is %v, want %v", ladder, want)
	}
}

func TestNumbersAreReadFromEveryKindOfURI(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"sip:+15550100101@127.0.0.1":            "+15550100101",
		"sip:15550100101@127.0.0.1;user=phone":  "+15550100101",
		"tel:+15550100101":                      "+15550100101",
		"tel:15550100101;phone-context=example": "+15550100101",
		"sip:alice@example.com":                 "alice",
		"sip:anonymous@anonymous.invalid":       "anonymous",
		"sip:127.0.0.1":                         "",
	} {
		var u sip.Uri
		must(t, sip.ParseUri(uri, &u))
		if got := telephoneOf(u); got != want {
			t.Errorf("%s is %q, want %q", uri, got, want)
		}
	}
}

func TestEveryNumberIsFictionalAndSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, n := range Numbers() {
		if !strings.HasPrefix(n.Number, "+155501001") || len(n.Number) != 12 || seen[n.Number] {
			t.Errorf("number %q", n.Number)
		}
		seen[n.Number] = true
		if n.Name == "" || n.Does == "" || n.Behaviour == nil {
			t.Errorf("%s does not say what it does", n.Number)
		}
	}
	if len(seen) < 16 {
		t.Errorf("%d numbers", len(seen))
	}
}

// Whatever comes, the carrier lives: the torture messages of RFC 4475 that
// come with the parser, and what the fuzzer makes of them.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"))
	f.Add([]byte("INVITE sip:+15550100104@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
	f.Add([]byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
	for _, name := range tortures(f) {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	c, err := Start(Config{T1: 1e6, Drain: 1e6, ScriptSecond: 1e6})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	peer := netip.MustParseAddrPort("127.0.0.1:9") // discard
	f.Fuzz(func(t *testing.T, raw []byte) {
		c.do(func() { c.receive(slices.Clone(raw), peer) })
		if c.Stats().Panics != 0 {
			t.Fatalf("%q made the carrier panic", raw)
		}
	})
}

// tortures lists the RFC 4475 messages in the parser's module.
func tortures(f *testing.F) []string {
	f.Helper()
	out, err := moduleDir("github.com/emiago/sipgo")
	if err != nil {
		f.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(out, "sip", "testdata", "torture", "*", "*"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no torture messages in %s: %v", out, err)
	}
	return names
}

func moduleDir(path string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	return strings.TrimSpace(string(out)), err
}
