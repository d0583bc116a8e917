package choir

import (
	"context"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func score(t *testing.T, name string) *Score {
	t.Helper()
	s, err := NewScore(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, pages, telephones string) *Choir {
	t.Helper()
	c, err := New(score(t, pages), score(t, telephones))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// direct is a call whose lines send straight to the given lines.
func direct(t *testing.T, c *Choir) *Call {
	t.Helper()
	call, err := c.Call(true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(call.Close)
	return call
}

func (l *Line) speakTo(to *Line) {
	l.SetRemote(to.Addr(), to.score.Codec, to.score.payload)
}

// Lines that are partners find each other's speech, and from then on each packet
// is counted with its time on the way.
func TestPartnersCountEachOther(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	var calls []*Call
	for range 3 {
		call := direct(t, c)
		call.Page.speakTo(call.Telephone)
		call.Telephone.speakTo(call.Page)
		call.Sing()
		calls = append(calls, call)
	}
	for _, call := range calls {
		page, telephone, err := call.Listen(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []Heard{page, telephone} {
			if h.Codecs != 0 || h.Median < 0.99 || h.Delay < 0 || h.Delay > time.Second {
				t.Errorf("heard %v, later by %v in its packets, and by %v in all", h.Result, h.Codecs, h.Delay)
			}
		}
	}
	c.PhaseOver()
	if _, _, err := calls[0].Listen(t.Context()); err != nil {
		t.Error(err)
	}
	p := c.rest(t, calls)
	for _, tally := range []Tally{p.ToPages, p.ToTelephones} {
		if tally.Sent < 250 || tally.Received < tally.Sent-3 || tally.Strange > 0 || tally.Transit(50) > time.Second {
			t.Errorf("%d packets sent, %d received, %d strange, p50 %v", tally.Sent, tally.Received, tally.Strange, tally.Transit(50))
		}
	}
}

// Out of step with a profiler's ticks, lines speak as they do else, a little later
// each time.
func TestLinesOutOfStep(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	c.Unlock()
	call := direct(t, c)
	call.Page.speakTo(call.Telephone)
	call.Telephone.speakTo(call.Page)
	call.Sing()
	if _, _, err := call.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	call.Page.Hush()
	call.Telephone.Hush()
	// One that is held up is later, none is earlier: the promptest of each half tell.
	promptest := func(from, to int64) int64 {
		at := int64(math.MaxInt64)
		for n := from; n < to; n++ {
			at = min(at, call.Page.sent[n%ring].Load()-n*frameTime)
		}
		return at
	}
	all := call.Page.next.Load()
	later, want := promptest(all/2, all)-promptest(0, all/2), all/2*(unlocked-frameTime)
	if later < want/2 {
		t.Errorf("the second half of %d packets comes %v later than every 20 ms, want %v", all, time.Duration(later), time.Duration(want))
	}
}

// rest ends the sound and returns the phase when what was under way has come,
// however long the listeners had to wait for their turn.
func (c *Choir) rest(t *testing.T, calls []*Call) Phase {
	t.Helper()
	for _, call := range calls {
		call.Page.Hush()
		call.Telephone.Hush()
	}
	p := c.PhaseOver()
	for until := time.Now().Add(10 * time.Second); (p.ToPages.Lost() > 0 || p.ToTelephones.Lost() > 0) && time.Now().Before(until); time.Sleep(time.Millisecond) {
		more := c.PhaseOver()
		p.ToPages, p.ToTelephones = Both(p.ToPages, more.ToPages), Both(p.ToTelephones, more.ToTelephones)
	}
	return p
}

// Calls that are swapped are found out, as is one that is not heard at all.
func TestSwappedCallsAreNotTheirPartners(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	one, other, deaf := direct(t, c), direct(t, c), direct(t, c)
	one.Page.speakTo(other.Telephone)
	other.Page.speakTo(one.Telephone)
	one.Page.Sing()
	other.Page.Sing()
	if h, err := one.Telephone.Listen(t.Context()); err == nil {
		t.Errorf("another call's speech is taken for the partner's: %v", h.Result)
	}
	soon, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	if _, err := deaf.Page.Listen(soon); err == nil || !strings.Contains(err.Error(), "no sound") {
		t.Errorf("nothing was heard, and told as %v", err)
	}
}

// Each score is what it says, and can be understood.
func TestScores(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	for name, configs := range map[string][2]byte{Hybrid: {14, 15}, Narrowband: {0, 3}} {
		s := score(t, name)
		for i, f := range s.frames {
			if config := f[0] >> 3; config < configs[0] || config > configs[1] {
				t.Fatalf("%s: frame %d has configuration %d", name, i, config)
			}
		}
		wantSpeech(t, s)
	}
	wantSpeech(t, score(t, PCMU))
	if _, err := NewScore("baritone"); err == nil || !strings.Contains(err.Error(), Hybrid) {
		t.Errorf("a score that is not there: %v", err)
	}
}

func wantSpeech(t *testing.T, s *Score) {
	t.Helper()
	d, err := transcode.NewDecoder(s.Codec)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var heard []int16
	var frame [transcode.MaxSamples]int16
	for _, f := range s.frames {
		n, err := d.Decode(frame[:], f)
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, frame[:n]...)
	}
	if r := soundcheck.Compare(heard, s.Sound); !r.Matches() {
		t.Errorf("%s: %v", s.Name, r)
	}
}

// Timestamps go on beyond 32 bits, whatever the order, and a gap is one.
func TestNumbersDoNotWrap(t *testing.T) {
	var e ear
	begin := ^uint32(0) - 200
	for _, frame := range []uint32{0, 1, 3, 2, 9} {
		if got := e.extend(begin+frame*160, 160); got != int64(frame) {
			t.Errorf("frame %d is %d", frame, got)
		}
	}
}

// What is late, lost, repeated or never sent is bad.
func TestTally(t *testing.T) {
	sender, l := &Line{}, &Line{}
	l.partner = sender
	for i := range int64(10) {
		sender.sent[i].Store(i * frameTime)
		sender.next.Store(i + 1)
	}
	tally := Tally{Sent: 10}
	for _, p := range [][2]int64{{0, 1e6}, {1, 2e6}, {1, 3e6}, {2, late + 1}, {77, 0}, {3, 4e6}} {
		l.judge(p[0], p[0]*frameTime+p[1], &tally)
	}
	if tally.Received != 4 || tally.Late != 1 || tally.Strange != 2 || tally.Lost() != 6 || tally.Bad() != 90 {
		t.Errorf("%+v: %d lost, %.0f %% bad", tally, tally.Lost(), tally.Bad())
	}
	if tally.Transit(0) != time.Millisecond || tally.Transit(100) != 10*time.Millisecond {
		t.Errorf("transits from %v to %v", tally.Transit(0), tally.Transit(100))
	}
}

// An answer says where to send; what says nothing is refused.
func TestReadSDP(t *testing.T) {
	const lite = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 AA:BB\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" +
		"c=IN IP4 0.0.0.0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=candidate:2 1 tcp 1 127.0.0.1 40 typ host tcptype passive\r\na=candidate:1 1 udp 1 127.0.0.1 41 typ host\r\n"
	a, err := ReadSDP(lite)
	want := Answer{netip.MustParseAddrPort("127.0.0.1:41"), netip.MustParseAddrPort("127.0.0.1:40"), transcode.Opus, 111, "u", "p", "AA:BB"}
	if err != nil || a != want {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = ReadSDP("v=0\r\nc=IN IP4 127.0.0.9\r\nm=audio 4000 RTP/AVP 0 101\r\n")
	if err != nil || a.At.String() != "127.0.0.9:4000" || a.Codec != transcode.PCMU || a.Payload != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	for _, bad := range []string{"", "v=0\r\nm=audio 0 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\n", "m=audio x RTP/AVP 0\r\n", "c=IN IP4 nowhere\r\n"} {
		if a, err := ReadSDP(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, a)
		}
	}
}
