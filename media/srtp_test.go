package media

import (
	"bytes"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// A safe is the far end's side of a protected leg: the library by itself, one
// context for each direction.
type safe struct {
	t       testing.TB
	in, out *srtp.Context
}

// context gives keys to the library as another implementation would.
func context(t testing.TB, k Keys) *srtp.Context {
	t.Helper()
	shape := shapes[k.Suite()]
	c, err := srtp.CreateContext(k.Master()[:shape.key], k.Master()[shape.key:], shape.profile)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newSafe(t testing.TB, ours, theirs Keys) *safe {
	return &safe{t, context(t, ours), context(t, theirs)}
}

func (s *safe) seal(f Frame) []byte { return lock(s.t, s.out, packet(f, 7)) }

func lock(t testing.TB, c *srtp.Context, b []byte) []byte {
	t.Helper()
	sealed, err := c.EncryptRTP(nil, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// open decrypts what the socket sent.
func (s *safe) open(b []byte) rtp.Packet {
	s.t.Helper()
	var p rtp.Packet
	clear, err := s.in.DecryptRTP(nil, b, nil)
	if err == nil {
		err = p.Unmarshal(clear)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// secretLine is a line with keys agreed.
func secretLine(t testing.TB, suite Suite) (*Socket, *leg, *handset, *safe) {
	t.Helper()
	c, other, h := line(t, phone)
	ours, theirs := NewKeys(suite), NewKeys(suite)
	if err := c.SetCrypto(ours, theirs); err != nil {
		t.Fatal(err)
	}
	return c, other, h, newSafe(t, ours, theirs)
}

func TestSRTPCarriesSoundAndReportsBothWays(t *testing.T) {
	for _, suite := range Suites {
		t.Run(string(suite), func(t *testing.T) {
			c, other, h, s := secretLine(t, suite)
			for i := range 3 {
				f := packet20(i)
				other.Receive(f)
				b := h.hear()
				if bytes.Contains(b, f.Payload[:16]) {
					t.Error("the wire carries it in the clear")
				}
				if got := s.open(b); !bytes.Equal(got.Payload, f.Payload) || got.PayloadType != 0 {
					t.Errorf("packet %d arrived as %v", i, got)
				}
				h.send(s.seal(f))
			}
			until(t, "three frames across", func() bool { return len(other.frames()) == 3 })
			for i, f := range other.frames() {
				if want := packet20(i); !bytes.Equal(f.Payload, want.Payload) {
					t.Errorf("frame %d is another", i)
				}
			}
			secretReports(t, c, h, s)
		})
	}
}

// secretReports has socket and handset report to each other.
func secretReports(t *testing.T, c *Socket, h *handset, s *safe) {
	t.Helper()
	control := newHandset(t, "127.0.0.1", c.LocalPort()+1)
	c.mu.Lock()
	c.control.arm(control.addr())
	b, err := c.sealReport(c.compound(c.departing.at))
	c.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rtcp.Unmarshal(b); err == nil && bytes.Contains(b, []byte(c.sockets.cname)) {
		t.Error("the report goes out in the clear")
	}
	clear, err := s.in.DecryptRTCP(nil, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if sr, ok := reports(t, clear)[0].(*rtcp.SenderReport); !ok || sr.SSRC != c.ssrc || sr.PacketCount != 3 {
		t.Errorf("reported %v", sr)
	}
	about := rtcp.ReceiverReport{SSRC: 7, Reports: []rtcp.ReceptionReport{{SSRC: c.ssrc, FractionLost: 128}}}
	plain, _ := rtcp.Marshal([]rtcp.Packet{&about})
	control.send(plain)
	until(t, "the plain report dropped", func() bool { return c.Port().Stats().Forged == 1 })
	if q := c.Quality(); q.FarLoss != 0 {
		t.Error("a report that nothing proves is believed")
	}
	sealed, err := s.out.EncryptRTCP(nil, plain, nil)
	if err != nil {
		t.Fatal(err)
	}
	control.send(sealed)
	until(t, "the report heard", func() bool { return c.Quality().FarLoss == 0.5 })
}

// Where keys were agreed, only they can teach the latch: whoever shares the
// far end's address, and may even have its port, is not heard and not sent to.
func TestForgedSRTPIsDroppedAndTeachesNothing(t *testing.T) {
	c, other, h, s := secretLine(t, AESCM80)
	neighbour := newHandset(t, "127.0.0.1", c.LocalPort())
	wrong := context(t, NewKeys(AESCM80))
	forged := [][]byte{packet(packet20(1), 7), lock(t, wrong, packet(packet20(1), 7)), packet(Frame{PayloadType: 101, Payload: eventPayload(5, true, 800)}, 7)}
	for _, b := range forged {
		neighbour.send(b)
		h.send(b)
	}
	spoiled := s.seal(packet20(0))
	spoiled[20] ^= 1
	h.send(spoiled)
	until(t, "all counted", func() bool { return c.Port().Stats().Forged == 7 })
	c.mu.Lock()
	if c.media.heard != 0 || c.media.learned {
		t.Errorf("forged packets taught the latch: %+v", c.media)
	}
	c.mu.Unlock()
	actual := newHandset(t, "127.0.0.1", c.LocalPort()) // behind a NAT, and among the first five that are proved
	actual.send(s.seal(packet20(1)))
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	other.Receive(packet20(1))
	s.open(actual.hear())
	if got := c.Port().Stats(); got.Received != 1 || got.Foreign != 7 {
		t.Errorf("%+v", got)
	}
}

func TestReplayedSRTPIsHeardOnce(t *testing.T) {
	for _, suite := range Suites {
		c, other, h, s := secretLine(t, suite)
		b := s.seal(packet20(1))
		for range 5 {
			h.send(b)
		}
		until(t, "all here", func() bool { return c.Port().Stats().Forged == 4 })
		if n := len(other.frames()); n != 1 || c.Port().Stats().Received != 1 {
			t.Errorf("%s: heard %d times", suite, n)
		}
	}
}

// Whoever is relayed can number packets twice: the second is not sent, so that no
// two packets share a keystream, also not where keys come back after others. What
// comes late, and has not been sent, goes out.
func TestNoTwoPacketsShareANumberUnderOneKey(t *testing.T) {
	for _, suite := range Suites {
		c, _, h, s := secretLine(t, suite)
		first := c.secret.Load()
		say := func(n uint16, what string) {
			c.Send(Frame{Sequence: n, Timestamp: uint32(n) * 160, Payload: []byte(what)})
		}
		hears := func(want string) {
			t.Helper()
			if got := s.open(h.hear()); string(got.Payload) != want {
				t.Errorf("%s: heard %q, want %q", suite, got.Payload, want)
			}
		}
		say(7, "one")
		say(7, "two")
		say(9, "three")
		say(8, "late")
		say(9, "four")
		for _, want := range []string{"one", "three", "late"} {
			hears(want)
		}
		ours, theirs := first.send, first.receive
		if err := c.SetCrypto(NewKeys(suite), NewKeys(suite)); err != nil {
			t.Fatal(err)
		}
		say(9, "under other keys, where 9 is free")
		h.hear()
		c.secret.Store(&protection{send: ours, receive: theirs})
		say(9, "five")
		say(10, "last")
		hears("last")
		if n := sentPackets(c); n != 5 {
			t.Errorf("%s: %d packets are reported as sent, want 5", suite, n)
		}
	}
}

// A renegotiation names new keys: what is under way under the old ones is
// still heard, until the first packet under the new ones comes.
func TestSRTPIsKeyedAnew(t *testing.T) {
	c, other, h, old := secretLine(t, AESCM80)
	h.send(old.seal(packet20(1)))
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	ours, theirs := NewKeys(AESGCM), NewKeys(AESGCM)
	if err := c.SetCrypto(ours, theirs); err != nil {
		t.Fatal(err)
	}
	renewed := newSafe(t, ours, theirs)
	h.send(old.seal(packet20(2)))
	until(t, "the old key heard", func() bool { return len(other.frames()) == 2 })
	h.send(renewed.seal(packet20(3)))
	until(t, "the new key heard", func() bool { return len(other.frames()) == 3 })
	h.send(old.seal(packet20(4)))
	until(t, "the old key refused", func() bool { return c.Port().Stats().Forged == 1 })
	other.Receive(packet20(1))
	renewed.open(h.hear())

	if err := c.SetCrypto(Keys{}, Keys{}); err != nil {
		t.Fatal(err)
	}
	h.send(packet(packet20(5), 7))
	until(t, "plain RTP heard", func() bool { return len(other.frames()) == 4 })
}

// Keys that come back count on: a number is never used twice under one key.
func TestSRTPKeysThatComeBackCountOn(t *testing.T) {
	c, other, h, s := secretLine(t, AESCM80)
	first := c.secret.Load()
	replayed := s.seal(packet20(1))
	h.send(replayed)
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	back := c.theirs.order[0]
	for range 3 {
		if err := c.SetCrypto(NewKeys(AESCM32), NewKeys(AESCM32)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetCrypto(c.ours.order[0], back); err != nil {
		t.Fatal(err)
	}
	if now := c.secret.Load(); now.send != first.send || now.receive != first.receive {
		t.Error("the ciphers begin anew")
	}
	h.send(replayed)
	until(t, "the replay dropped", func() bool { return c.Port().Stats().Forged == 1 })
	for range 3 * maxCiphers {
		if err := c.SetCrypto(NewKeys(AESCM32), NewKeys(AESCM32)); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.ours.ciphers) != maxCiphers || len(c.theirs.ciphers) != maxCiphers || len(c.ours.order) != maxCiphers {
		t.Errorf("%d and %d ciphers are kept", len(c.ours.ciphers), len(c.theirs.ciphers))
	}
}

// What cannot be a key changes nothing, and least of all into plain RTP.
func TestKeysThatCannotBe(t *testing.T) {
	for _, n := range []int{0, 29, 31, 44, 100} {
		if _, err := KeysFrom(AESCM80, make([]byte, n)); err == nil {
			t.Errorf("%d bytes are a key", n)
		}
	}
	if _, err := KeysFrom("F8_128_HMAC_SHA1_80", make([]byte, 30)); err == nil {
		t.Error("an unknown suite has keys")
	}
	c, _, h, _ := secretLine(t, AESCM80)
	if err := c.SetCrypto(NewKeys(AESCM80), Keys{}); err == nil {
		t.Error("one direction goes without keys")
	}
	h.send(packet(packet20(1), 7))
	until(t, "still protected", func() bool { return c.Port().Stats().Forged == 1 })
}

func TestKeysAreNotPrinted(t *testing.T) {
	k, err := KeysFrom(AESCM80, []byte("0123456789abcdefghijklmnopqrst"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, k); !strings.Contains(got, string(AESCM80)) || len(got) > 40 {
			t.Errorf("%s prints %s", verb, got)
		}
		if got := fmt.Sprintf(verb, &k); strings.Contains(got, "0123") || strings.Contains(got, "30313233") {
			t.Errorf("%s of the address prints %s", verb, got)
		}
	}
	if again := NewKeys(AESCM80); again == NewKeys(AESCM80) || again == k {
		t.Error("keys repeat")
	}
}

// A receiver counts how often the numbers roll over; it can miss a roll only
// if we roll before it hears us.
func TestAStreamBeginsFarFromItsRollover(t *testing.T) {
	for range 200 {
		p := NewPort("telephone", &quiet{})
		if p.out.seq >= 1<<15 {
			t.Fatalf("a stream begins at %d", p.out.seq)
		}
		p.Close()
	}
}

func TestASecretPacketAllocatesNothing(t *testing.T) {
	for _, suite := range Suites {
		s := newSockets(t, 2)
		a, b := open(t, s), open(t, s)
		theirs := NewKeys(suite)
		for _, c := range []*Socket{a, b} {
			c.Port().SetFormat(phone)
			atOnce(c.Port())
			if err := c.SetCrypto(NewKeys(suite), theirs); err != nil {
				t.Fatal(err)
			}
			c.SetRemote(netip.MustParseAddrPort("127.0.0.1:9")) // discard: nobody answers there
		}
		if _, err := Join(a.Port(), b.Port()); err != nil {
			t.Fatal(err)
		}
		far := context(t, theirs)
		var sealed [][]byte
		for i := range mostMeasured * 6 * 100 {
			sealed = append(sealed, lock(t, far, packet(packet20(i), 7)))
		}
		n := 0
		allocs := leastAllocs(func() {
			for range 100 {
				a.receive(sealed[n], netip.MustParseAddrPort("127.0.0.1:9"))
				n++
			}
		})
		if allocs != 0 && !raced {
			t.Errorf("%s: %v allocations in 100 packets", suite, allocs)
		}
		if got := b.Port().Stats().Sent; got != uint64(n) {
			t.Errorf("%s: %d packets left by the other socket, want %d", suite, got, n)
		}
	}
}

// A leg is known until its dialog's timers end, half a minute after its sound.
// Its keys are not, and its ports are free for others by then.
func TestAClosedSocketKeepsNoKeys(t *testing.T) {
	c, other, h, s := secretLine(t, AESGCM)
	h.send(s.seal(packet20(1)))
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	p := c.secret.Load()
	ours, theirs := weak.Make(p.send), weak.Make(p.receive)
	c.Close()
	p = nil
	runtime.GC()
	if ours.Value() != nil || theirs.Value() != nil {
		t.Error("keys of a call that has ended are in memory")
	}
	c.Send(packet20(1)) // nothing leaves in the clear
	_ = h.conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := h.conn.Read(make([]byte, 1500)); err == nil {
		t.Errorf("%d bytes left a closed socket", n)
	}
	if q := c.Quality(); q.Received != 1 {
		t.Errorf("its last figures are %+v", q)
	}
}
