package media

import (
	"fmt"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// A device is a source of sound at a handset, in numbers of its own.
type device struct {
	h    *handset
	ssrc uint32
	talker
	sends int
}

func (h *handset) device(ssrc uint32, seq uint16, ts uint32) *device {
	return &device{h: h, ssrc: ssrc, talker: talker{format: phone, seq: seq, ts: ts}}
}

// says sends so many packets, each filled with its source's last byte.
func (d *device) says(packets int) {
	for range packets {
		b := make([]byte, 160)
		for i := range b {
			b[i] = byte(d.ssrc)
		}
		f := d.packet(b, 160)
		f.PayloadType = phone.PayloadType
		d.h.send(packet(f, d.ssrc))
		d.sends++
	}
}

// came waits until a socket has taken so many packets in all.
func came(t testing.TB, c *Socket, packets int) {
	t.Helper()
	until(t, fmt.Sprintf("%d packets here", packets), func() bool { return c.Heard() >= uint64(packets) })
}

// tail holds that the last frames that a leg was sent are one stream of one
// device, a frame for a packet, each 20 ms behind the one before: no delay is left.
func tail(t testing.TB, frames []sent, n int, ssrc uint32) {
	t.Helper()
	if len(frames) < n {
		t.Fatalf("%d frames were sent, want %d at the end", len(frames), n)
	}
	frames = frames[len(frames)-n:]
	for i, f := range frames {
		if f.Payload[len(f.Payload)-1] != byte(ssrc) { // the first samples give way to those before
			t.Errorf("frame %d of the last %d is another's", i, n)
		}
		if i > 0 && (f.Sequence != frames[i-1].Sequence+1 || f.Timestamp != frames[i-1].Timestamp+160) {
			t.Errorf("frame %d: number +%d, timestamp +%d", i, f.Sequence-frames[i-1].Sequence, f.Timestamp-frames[i-1].Timestamp)
		}
	}
}

// Each story is of two devices behind one address, by how many packets they send
// in turn. However near or far their numbers are, the last to speak is heard to
// the end in one stream, and the stream to the other leg has no jump.
func TestSoundGoesOnWhoeverSpeaks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		seq   uint16 // of the second, where the first's begin with 1000
		ts    uint32
		turns []int // packets of the first, of the second, and so on
		last  int   // frames at the end that are the last one's
		aside uint64
	}{
		"another, far away":               {40000, 1 << 30, []int{20, 20}, 18, 2},
		"another, whose numbers are near": {1025, 3200, []int{20, 20}, 18, 2},
		"another, whose are behind":       {990, 160, []int{20, 20}, 18, 2},
		"another for a moment, and back":  {1021, 160, []int{20, 5, 20}, 18, 4},
		"both, packet by packet":          {1030, 1 << 20, []int{10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10}, 15, 5},
		"both, and then the other":        {1030, 1 << 20, []int{10, 1, 1, 1, 1, 1, 1, 20}, 18, 5},
	} {
		t.Run(name, func(t *testing.T) {
			socket, other, h := line(t, phone)
			devices, all := [2]*device{h.device(1, 1000, 1600), h.device(2, c.seq, c.ts)}, 0
			for i, n := range c.turns {
				devices[i%2].says(n)
				all += n
			}
			until(t, "all heard or left aside", func() bool { s := socket.Port().Stats(); return s.Received+s.Aside == uint64(all) })
			speaker := devices[(len(c.turns)-1)%2].ssrc
			frames := other.frames()
			tail(t, frames, c.last, speaker)
			for i := 1; i < len(frames); i++ {
				n, ts := frames[i].Sequence-frames[i-1].Sequence, frames[i].Timestamp-frames[i-1].Timestamp
				if n != 1 || ts < 160 || ts > 8000 {
					t.Errorf("frame %d: number +%d, timestamp +%d", i, n, ts)
				}
			}
			if s := socket.Port().Stats(); s.Aside != c.aside || s.Late+s.Lost != 0 {
				t.Errorf("%+v, want %d packets left aside and none lost", s, c.aside)
			}
			socket.mu.Lock()
			defer socket.mu.Unlock()
			if r := socket.arriving; r.ssrc != speaker || r.lost() > 0 {
				t.Errorf("we report on source %d with %d lost, want %d and none", r.ssrc, r.lost(), speaker)
			}
		})
	}
}

// Two targets ring, and one answers from elsewhere while the other's ringing has
// not stopped: who has answered is heard from its first packet, and alone.
func TestWhoAnswersIsHeardAtOnce(t *testing.T) {
	t.Parallel()
	socket, other, h := line(t, phone)
	rings := h.device(1, 1000, 1600)
	rings.says(10)
	came(t, socket, 10)
	answers := newHandset(t, "127.0.0.2", socket.LocalPort())
	socket.SetRemote(answers.addr())
	person := answers.device(2, 40000, 1<<30)
	for n := range 10 {
		rings.says(1)
		person.says(1)
		came(t, socket, 11+n)
	}
	until(t, "all looked at", func() bool { s := socket.Port().Stats(); return s.Received+s.Aside+s.Foreign == 30 })
	tail(t, other.frames(), 10, 2)
	if s := socket.Port().Stats(); s.Received != 20 || s.Aside != 0 || s.Foreign != 10 {
		t.Errorf("%+v, want nothing of the person's left aside, and no more of the ringing", s)
	}
}

// sourceOf returns who sends a packet, and its number.
func sourceOf(t testing.TB, b []byte) (ssrc uint32, n uint16) {
	t.Helper()
	var h rtp.Header
	if _, err := h.Unmarshal(b); err != nil {
		t.Fatal(err)
	}
	return h.SSRC, h.SequenceNumber
}

// A far end speaks and also sends back all that it hears. Its voice is heard as if
// it did not; we take another source, once, and say so.
func TestAFarEndThatSendsOurPacketsBack(t *testing.T) {
	t.Parallel()
	socket, other, h := line(t, phone)
	control := newHandset(t, "127.0.0.1", socket.LocalPort()+1)
	socket.SetRemotes(h.addr(), control.addr())
	ours := socket.ssrc
	d := h.device(1, 1000, 1600)
	var sources []uint32
	for n := range 20 {
		other.Receive(packet20(n))
		b := h.hear()
		if ssrc, _ := sourceOf(t, b); len(sources) == 0 || sources[len(sources)-1] != ssrc {
			sources = append(sources, ssrc)
		}
		h.send(b)
		d.says(1)
		came(t, socket, 2*n+2)
	}
	until(t, "all looked at", func() bool { s := socket.Port().Stats(); return s.Looped == 20 && s.Received == 21 })
	tail(t, other.frames(), 20, 1) // after one of ours, for until then the far end had said nothing
	if len(sources) != 2 || sources[0] != ours {
		t.Errorf("we sent from the sources %v, want two", sources)
	}
	for range 2 {
		socket.sendReport(time.Now())
	}
	told := reports(t, control.hear())
	if bye, ok := told[len(told)-1].(*rtcp.Goodbye); !ok || bye.Sources[0] != ours || told[0].(*rtcp.SenderReport).SSRC != sources[1] {
		t.Errorf("reported %v, want a goodbye of the former source", told)
	}
	told = reports(t, control.hear())
	if _, again := told[len(told)-1].(*rtcp.Goodbye); again {
		t.Error("the goodbye is said twice")
	}
}

// earOf is a socket's ear, every so often handed a packet of a source.
type earOf struct {
	c   *Socket
	now time.Time
}

// hears hands over so many packets and returns how many are heard, and how often
// another source than before.
func (e *earOf) hears(packets int, every time.Duration, ssrc func() uint32) (heard, anew int) {
	e.c.mu.Lock()
	defer e.c.mu.Unlock()
	for range packets {
		yes, other := e.c.listens(&Frame{}, ssrc(), e.now)
		if yes {
			heard++
		}
		if other {
			anew++
		}
		e.c.rename(e.now) // as if it sent each time
		e.now = e.now.Add(every)
	}
	return heard, anew
}

// Who calls a test of echo, a far end that has no voice of its own and sends back
// what it gets, hears it; but no faster than anybody speaks, for between two such
// far ends a packet would go to and fro for ever.
func TestATestOfEchoIsHeard(t *testing.T) {
	t.Parallel()
	socket, _, _ := line(t, phone)
	e := earOf{socket, time.Now()}
	former := socket.ssrc
	if heard, anew := e.hears(3, 20*time.Millisecond, func() uint32 { return former }); heard != 3 || anew > 0 {
		t.Errorf("of 3 packets that were under way %d are heard, and %d times another", heard, anew)
	}
	ours := func() uint32 { return socket.ssrc }
	if heard, anew := e.hears(100, 20*time.Millisecond, ours); heard != 100 || anew > 0 {
		t.Errorf("of 100 packets that come back %d are heard, and %d times another", heard, anew)
	}
	if heard, _ := e.hears(100, echoGap/4, ours); heard > 26 {
		t.Errorf("of 100 packets that go to and fro %d are heard", heard)
	}
	if socket.ssrc == former {
		t.Error("we have kept a source that came back")
	}
}

// A far end that has chosen our source by chance is heard from its first packet
// on, while we leave it.
func TestAFarEndThatHasChosenOurSource(t *testing.T) {
	t.Parallel()
	socket, _, _ := line(t, phone)
	e := earOf{socket, time.Now()}
	theirs := socket.ssrc
	if heard, anew := e.hears(200, 20*time.Millisecond, func() uint32 { return theirs }); heard != 200 || anew > 0 {
		t.Errorf("%d of 200 packets are heard, and %d times another", heard, anew)
	}
	if socket.ssrc == theirs {
		t.Error("we still send from its source")
	}
}

// Between two far ends that send everything back no packet goes to and fro as
// fast as they can: each end hears one of ours every echoGap at most.
func TestTwoMirrorsSendNothingToAndFro(t *testing.T) {
	t.Parallel()
	s := newSockets(t, 2)
	var ends [2]*Socket
	for i := range ends {
		ends[i] = open(t, s)
		ends[i].Port().SetFormat(phone)
		mirror := newHandset(t, "127.0.0.1", ends[i].LocalPort())
		ends[i].SetRemote(mirror.addr())
		go func() { // until its socket is closed
			for b := make([]byte, 2000); ; {
				n, err := mirror.conn.Read(b)
				if err != nil {
					return
				}
				_, _ = mirror.conn.WriteToUDPAddrPort(b[:n], mirror.to)
			}
		}()
	}
	if _, err := Join(ends[0].Port(), ends[1].Port()); err != nil {
		t.Fatal(err)
	}
	const spoken = 50
	begun := time.Now()
	for n := range spoken {
		speak(ends[0], n)
		came(t, ends[0], n+1)
	}
	looped := func() uint64 { return ends[0].Port().Stats().Looped + ends[1].Port().Stats().Looped }
	until(t, "still", func() bool { return looped() >= spoken-2 })
	made := ends[0].Port().Stats().Sent + ends[1].Port().Stats().Sent
	took := time.Since(begun)
	if most := spoken + 2*(1+uint64(took/echoGap)); made > most {
		t.Errorf("%d packets were made of %d in %v, which is more than %d", made, spoken, took, most)
	}
}
