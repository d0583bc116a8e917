package recording_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/media"
	"webtrunk/media/recording"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

var (
	harbour = soundcheck.Sentence(soundcheck.Harbour)
	garden  = soundcheck.Sentence(soundcheck.Garden)
)

// A phone is a port that counts what it is sent.
type phone struct {
	*media.Port
	sent int
}

func (p *phone) Send(media.Frame) { p.sent++ }

func newPhone(name string) *phone {
	p := &phone{}
	p.Port = media.NewPort(name, p)
	p.SetFormat(media.Format{Codec: transcode.PCMU})
	return p
}

// talk joins two phones and lets both speak a sentence at the same time; a says
// the harbour's.
func talk(t *testing.T, a, b *phone) {
	t.Helper()
	unjoin, err := media.Join(a.Port, b.Port)
	if err != nil {
		t.Fatal(err)
	}
	defer unjoin()
	var payload [160]byte
	for at := 0; at+160 <= min(len(harbour), len(garden)); at += 160 {
		for p, pcm := range map[*phone][]int16{a: harbour, b: garden} {
			transcode.EncodePCMU(payload[:], pcm[at:at+160])
			p.Receive(media.Frame{Sequence: uint16(at / 160), Timestamp: uint32(at), Payload: payload[:]})
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// What a telephone of a call says and hears is in the file, each on its side, and
// the two in step.
func TestACallIsRecordedByItsTaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r, err := recording.New(&file)
		if err != nil {
			t.Fatal(err)
		}
		a, b := newPhone("a"), newPhone("b")
		undo := a.Tap(r.Said(), r.Heard())
		talk(t, a, b)
		undo()
		a.Close()
		b.Close()
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, right := recording.Played(t, file.Bytes())
		for name, c := range map[string]struct{ heard, right, wrong []int16 }{"left": {left, harbour, garden}, "right": {right, garden, harbour}} {
			if err := soundcheck.Tell(c.heard, c.right, c.wrong); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if res := soundcheck.Compare(c.heard, c.right); res.DelaySamples < 0 || res.DelaySamples > 400 {
				t.Errorf("%s: %v, want no more than 50 ms", name, res)
			}
		}
	})
}

// A party that floods, with long packets a thousand times a second, makes the
// other side's sound no later in the file.
func TestAFloodMovesNobodyInARecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := recording.New(io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		a, b := newPhone("a"), newPhone("b")
		unjoin, err := media.Join(a.Port, b.Port)
		if err != nil {
			t.Fatal(err)
		}
		undo := a.Tap(r.Said(), r.Heard())
		var long [transcode.MaxSamples]byte
		for n := range 3000 {
			a.Receive(media.Frame{Sequence: uint16(n), Timestamp: uint32(n * len(long)), Payload: long[:]})
			if n%20 == 0 {
				b.Receive(media.Frame{Sequence: uint16(n / 20), Timestamp: uint32(n * 8), Payload: long[:160]})
			}
			time.Sleep(time.Millisecond)
		}
		undo()
		unjoin()
		a.Close()
		b.Close()
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := r.Stats(); s.Late != 0 || s.Lost != 0 || s.Length > 4*time.Second {
			t.Errorf("after 3 s: %+v", s)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// The call does not notice its recording: with a disk that fails and one that
// never answers, each packet goes out when it came in.
func TestACallDoesNotNoticeItsDisk(t *testing.T) {
	for name, disk := range map[string]io.Writer{"full": broken{}, "stuck": nil} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			if disk == nil {
				disk = writer(func(b []byte) (int, error) { <-release; return len(b), nil })
			}
			r, err := recording.New(disk)
			if err != nil {
				t.Fatal(err)
			}
			a, b := newPhone("a"), newPhone("b")
			undo := a.Tap(r.Said(), r.Heard())
			begun := time.Now()
			talk(t, a, b)
			packets := min(len(harbour), len(garden)) / 160
			if took := time.Since(begun); took != time.Duration(packets)*20*time.Millisecond || a.sent != packets || b.sent != packets {
				t.Errorf("%s: %d and %d of %d packets went out in %v", name, a.sent, b.sent, packets, took)
			}
			undo()
			a.Close()
			b.Close()
			close(release)
			_ = r.Close(t.Context())
		})
	}
}

type writer func(b []byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
