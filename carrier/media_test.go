package carrier

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestALossyLineLosesWhatItSays(t *testing.T) {
	t.Parallel()
	lossy := func() (got []bool) {
		s := newSpoiler(Impairment{DropPercent: 10, Delay: time.Millisecond, Jitter: 2 * time.Millisecond, Seed: 42})
		for range 10_000 {
			lost, delay := s.fate()
			if !lost && (delay < time.Millisecond || delay >= 3*time.Millisecond) {
				t.Fatalf("a delay of %v", delay)
			}
			got = append(got, lost)
		}
		return got
	}
	first := lossy()
	n := 0
	for _, lost := range first {
		if lost {
			n++
		}
	}
	if n < 900 || n > 1100 {
		t.Errorf("%d of 10,000 packets were lost, want about 1,000", n)
	}
	if !slices.Equal(first, lossy()) {
		t.Error("the same seed lost other packets")
	}
}

func TestTheLossyNumberIsLossy(t *testing.T) {
	t.Parallel()
	far := short()
	far.Impairment.Seed = 5
	n := connect(t, short(), far)
	near, _ := n.dial(t, "+15550100113", nil)
	await(t, near, HeardPackets(60))
	must(t, near.Hangup(limit(t)))
	r := near.RTP()
	if r.Lost == 0 || r.Gaps == 0 {
		t.Errorf("a line that loses a packet in ten lost none of %d: %+v", r.In, r)
	}
}

func TestTheLateNumberIsLate(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100114", nil)
	await(t, far, HeardPackets(1))
	await(t, near, HeardPackets(1))
	began := time.Now()
	heard := near.RTP().In
	await(t, near, HeardPackets(heard+10))
	if time.Since(began) > 3*time.Second {
		t.Error("a late line is not a slow one")
	}
	must(t, near.Hangup(limit(t)))
	if r := near.RTP(); r.Jitter < 2*time.Millisecond {
		t.Errorf("an uneven line has a jitter of %v", r.Jitter)
	}
}

func TestReportsTellBothSidesWhatWasLost(t *testing.T) {
	t.Parallel()
	cfg := short()
	cfg.RTCPInterval = 100 * time.Millisecond
	far := cfg
	far.Impairment = Impairment{DropPercent: 30, Seed: 9}
	n := connect(t, cfg, far)
	near, call := n.dial(t, "+15550100103", nil)
	await(t, near, func(c *Call) bool { r := c.RTP(); return r.ReportsIn >= 5 && r.PeerLost > 0 })
	await(t, call, func(c *Call) bool { r := c.RTP(); return r.ReportsIn >= 5 && r.PeerLost > 0 })
	must(t, near.Hangup(limit(t)))
}

func TestPacketsOfStrangersAreCountedNotHeard(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), byHand())
	near, far := up(t, n)
	await(t, far, HeardPackets(2))
	d, err := parseSDP(sdpOfAnswer(t, far))
	must(t, err)
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(d.addr))
	must(t, err)
	defer conn.Close()
	noise := append([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9}, slices.Repeat([]byte{0x00}, 160)...)
	for _, p := range [][]byte{noise, {1, 2, 3}, {}, noise[:11]} {
		_, err := conn.Write(p)
		must(t, err)
	}
	await(t, far, func(c *Call) bool { return c.RTP().Strange == 4 })
	must(t, near.Hangup(limit(t)))
	if loud := slices.Min(far.Heard()); loud < -8 {
		t.Error("the noise of a stranger was heard")
	}
}

func sdpOfAnswer(t *testing.T, call *Call) []byte {
	t.Helper()
	for _, m := range call.Messages() {
		if m.Line == "200 INVITE" {
			msg, err := parse(m.Raw)
			must(t, err)
			return sdpOf(msg)
		}
	}
	t.Fatal("no answer was sent")
	return nil
}

func TestWhatComesAfterTheEndIsLate(t *testing.T) {
	t.Parallel()
	cfg := byHand()
	cfg.Drain = time.Minute
	n := connect(t, short(), cfg)
	near, far := up(t, n)
	await(t, far, HeardPackets(2))
	d, err := parseSDP(sdpOfAnswer(t, far))
	must(t, err)
	must(t, near.Hangup(limit(t)))
	await(t, far, Ended)
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(d.addr))
	must(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("still here"))
	must(t, err)
	await(t, far, func(c *Call) bool { return c.RTP().Late > 0 })
}

// TestCloseWaitsForNoDrain: also the ports of calls that are forgotten are closed.
func TestCloseWaitsForNoDrain(t *testing.T) {
	t.Parallel()
	cfg := byHand()
	cfg.Drain = time.Hour
	n := connect(t, short(), cfg)
	near, far := up(t, n)
	must(t, near.Hangup(limit(t)))
	await(t, far, Ended)
	deadline := limit(t)
	for held := 1; held > 0; time.Sleep(time.Millisecond) {
		must(t, deadline.Err())
		n.far.do(func() { held = len(n.far.calls) })
	}
	closed := make(chan struct{})
	go func() { defer close(closed); n.far.Close() }()
	select {
	case <-closed:
	case <-limit(t).Done():
		t.Fatal("Close does not return")
	}
}

func TestPortsAreAPairTheEvenOneFirst(t *testing.T) {
	t.Parallel()
	for range 20 {
		a, b, err := listenPair(start(t, short()).Addr().Addr())
		must(t, err)
		pa, pb := a.LocalAddr().(*net.UDPAddr).Port, b.LocalAddr().(*net.UDPAddr).Port
		a.Close()
		b.Close()
		if pa%2 != 0 || pb != pa+1 {
			t.Fatalf("ports %d and %d", pa, pb)
		}
	}
}

func TestTheStreamIsCountedAsItCame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		seqs                        []uint16
		lost, gaps, reordered, twin int
	}{
		"in order":             {[]uint16{1, 2, 3, 4}, 0, 0, 0, 0},
		"around the corner":    {[]uint16{65534, 65535, 0, 1}, 0, 0, 0, 0},
		"a gap":                {[]uint16{1, 2, 5, 6}, 2, 1, 0, 0},
		"two gaps":             {[]uint16{1, 3, 5}, 2, 2, 0, 0},
		"a gap that is mended": {[]uint16{1, 3, 2, 4}, 0, 1, 1, 0},
		"twice the same":       {[]uint16{1, 2, 2, 3, 1}, 0, 0, 0, 2},
		"late and twice":       {[]uint16{1, 4, 2, 2, 3}, 0, 1, 2, 1},
		"a long gap":           {[]uint16{1, 200}, 198, 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var r reception
			var s RTPStats
			for _, seq := range c.seqs {
				r.follow(&rtp.Packet{Header: rtp.Header{SequenceNumber: seq, SSRC: 7}}, time.Now(), &s)
			}
			if r.lost() != c.lost || s.Gaps != c.gaps || s.Reordered != c.reordered || s.Duplicates != c.twin {
				t.Errorf("lost %d, gaps %d, reordered %d, duplicates %d", r.lost(), s.Gaps, s.Reordered, s.Duplicates)
			}
		})
	}
}

func TestLossesOfAnEarlierStreamAreNotForgotten(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	before := far.RTP().Lost
	peer := far.media.wire.remote
	for i, p := range []rtp.Header{{SSRC: 1, SequenceNumber: 1}, {SSRC: 1, SequenceNumber: 4}, {SSRC: 2, SequenceNumber: 9}} {
		p.Version = 2
		raw, err := p.Marshal()
		must(t, err)
		far.media.take(raw, peer)
		if got := far.RTP().Lost - before; i > 0 && got != 2 {
			t.Errorf("after packet %d, %d are lost, want 2", i, got)
		}
	}
	must(t, near.Hangup(limit(t)))
}

func TestNTPTime(t *testing.T) {
	t.Parallel()
	// RFC 868's example: 2,208,988,800 is midnight of 1 January 1970.
	if got := ntp(time.Unix(1, 500_000_000)); got != 2208988801<<32|1<<31 {
		t.Errorf("%x", got)
	}
}

func FuzzRTCP(f *testing.F) {
	f.Add([]byte{0x80, 200, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0x81, 201, 0, 7, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, packet []byte) {
		seen := 0
		for header, body := range rtcpPackets(packet) {
			seen += 4 + len(body)
			if int(binary.BigEndian.Uint16(header[2:]))*4 != len(body) {
				t.Fatal("a body of another length than its header says")
			}
		}
		if seen > len(packet) {
			t.Fatal("more was read than there was")
		}
	})
}

func FuzzRTP(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff})
	f.Add([]byte{0x80, 0xe5, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 5, 0x8a, 0, 160})
	f.Add([]byte{0xbf, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 1})
	c, err := Start(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	peer := netip.MustParseAddrPort("127.0.0.1:9") // discard
	var call *Call
	c.do(func() { // ports, but none of the goroutines: nothing else runs meanwhile
		call = c.newCall("fuzz", caller, caller)
		call.placed = true
		call.media.conn, call.media.control, err = listenPair(c.addr.Addr())
	})
	if err != nil {
		f.Fatal(err)
	}
	call.media.connect(wiring{remote: peer, sound: format{0, "PCMU"}, event: format{101, telephoneEvent}, send: true})
	call.media.setEcho(true)
	f.Fuzz(func(t *testing.T, packet []byte) {
		before := call.RTP()
		call.media.take(packet, peer)
		after := call.RTP()
		if after.In+after.Strange != before.In+before.Strange+1 {
			t.Fatalf("a packet was not counted once: %+v, then %+v", before, after)
		}
		if c.Stats().Panics != 0 {
			t.Fatalf("%x made the carrier panic", packet)
		}
	})
}
