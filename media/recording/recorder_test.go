package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thesyncim/gopus"
	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/media"
	"webtrunk/media/ogg"
	"webtrunk/soundcheck"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	harbour = soundcheck.Sentence(soundcheck.Harbour)
	garden  = soundcheck.Sentence(soundcheck.Garden)
)

func begin(t testing.TB, out io.Writer) *Recorder {
	t.Helper()
	r, err := New(out, "TITLE=call_1")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// speak gives a tap sound in frames of so many samples, in real time.
func speak(tap media.Tap, from int, pcm []int16, frame int) {
	for at := 0; at < len(pcm); at += frame {
		part := pcm[at:min(at+frame, len(pcm))]
		tap.Hear(uint64(from+at), part)
		time.Sleep(time.Duration(len(part)) * time.Second / 8000)
	}
}

// Played is played for the tests that see the package from outside.
var Played = played

// played decodes a file into its two channels, and where it says that it ends.
func played(t testing.TB, b []byte) (left, right []int16) {
	t.Helper()
	r, err := ogg.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	dec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: 8000, Channels: 2})
	if err != nil {
		t.Fatal(err)
	}
	last := uint64(0)
	for {
		packet, end, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var pcm [2 * 960]int16
		n, err := dec.DecodeInt16(packet, pcm[:])
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			left, right = append(left, pcm[2*i]), append(right, pcm[2*i+1])
		}
		last = max(last, end)
	}
	skip, end := r.Head().PreSkip/granules, min(int(last/granules), len(left))
	if end < skip {
		return nil, nil
	}
	return left[skip:end], right[skip:end]
}

func check(t *testing.T, name string, heard, right, wrong []int16, delay int) {
	t.Helper()
	if testing.Short() {
		return // long, and all of it in one goroutine
	}
	if err := soundcheck.Tell(heard, right, wrong); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if r := soundcheck.Compare(heard, right); r.DelaySamples != delay || r.Gaps > 0 || r.Clicks > 0 {
		t.Errorf("%s: %v, want a delay of %d samples", name, r, delay)
	}
}

// What is said is on the left and what is heard on the right, each at its time to
// the sample, whatever the length of the frames.
func TestBothSidesAreRecordedInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r := begin(t, &file)
		end := make(chan struct{})
		go func() { speak(r.Said(), 0, harbour, 160); close(end) }()
		speak(r.Heard(), 1001, garden, 480)
		<-end
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, right := played(t, file.Bytes())
		check(t, "left", left, harbour, garden, 0)
		check(t, "right", right, garden, harbour, 1001)
		if want := max(len(harbour), 1001+len(garden)); len(left) != want {
			t.Errorf("the file is %d samples long, want %d", len(left), want)
		}
		if s := r.Stats(); s.Lost != 0 || s.Late != 0 || s.Length < 4*time.Second {
			t.Errorf("%+v", s)
		}
	})
}

// Where nothing came there is silence: before the first word, between words, and
// on the side that never spoke.
func TestSilenceStandsWhereNothingCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r := begin(t, &file)
		said := r.Said()
		speak(said, 8000, harbour, 160)
		time.Sleep(10 * time.Second)
		second := 8000 + len(harbour) + 80000
		speak(said, second, garden, 160)
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, right := played(t, file.Bytes())
		if !soundcheck.Silent(right) || !soundcheck.Silent(left[:7500]) || !soundcheck.Silent(left[8500+len(harbour):second-500]) {
			t.Error("there is sound where nothing was said")
		}
		check(t, "first", left[:second], harbour, garden, 8000)
		check(t, "second", left[second:], garden, harbour, 0)
		if n := file.Len(); n > 70_000 {
			t.Errorf("%d bytes for 9 s of speech and 11 s of silence", n)
		}
	})
}

// While it is paused nothing is kept, and time goes on.
func TestAPauseLeavesAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r := begin(t, &file)
		speak(r.Said(), 0, harbour, 160)
		at := len(harbour)
		r.Pause()
		speak(r.Said(), at, soundcheck.Sine(440, 9000, 16000), 160)
		r.Resume()
		speak(r.Said(), at+16000, garden, 160)
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, _ := played(t, file.Bytes())
		if !soundcheck.Silent(left[at+500 : at+15500]) {
			t.Error("what was said in the pause is in the file")
		}
		check(t, "after the pause", left[at+16000:], garden, harbour, 0)
	})
}

// stuck is a disk that does not answer until it is released.
type stuck struct {
	bytes.Buffer
	release chan struct{}
}

func (s *stuck) Write(b []byte) (int, error) {
	<-s.release
	return s.Buffer.Write(b)
}

// A disk that does not answer for twenty seconds costs what has no room, and
// never the goroutine that moves sound. Then the file goes on in step.
func TestADiskThatHangsDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &stuck{release: make(chan struct{})}
		r := begin(t, disk)
		begun := time.Now()
		speak(r.Said(), 0, soundcheck.Looped(garden, 160000), 160)
		if took := time.Since(begun); took != 20*time.Second {
			t.Errorf("20 s of sound took %v", took)
		}
		lost := r.Stats().Lost
		if lost < 14*time.Second || lost > 16*time.Second {
			t.Errorf("%v of sound are counted as lost, want what the ring does not hold of 20 s", lost)
		}
		close(disk.release)
		time.Sleep(time.Second)
		speak(r.Said(), 168000, harbour, 160)
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, _ := played(t, disk.Bytes())
		check(t, "what the ring held", left[:40000], garden, harbour, 0)
		check(t, "after the disk answers", left[168000:], harbour, garden, 0)
	})
}

// What has piled up is not written in one go: after each frame the calls that
// run beside it have the processor.
func TestWhatHasPiledUpIsWrittenWithRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := begin(t, io.Discard)
		r.Said().Hear(0, harbour[:8000])
		begun := time.Now()
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < 50*rest || took > time.Second {
			t.Errorf("50 frames were encoded within %v", took)
		}
	})
}

// A recording that is whole says so, however late it is asked.
func TestWhatHasEndedNeedsNoTime(t *testing.T) {
	r := begin(t, io.Discard)
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		if err := r.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClosingDoesNotWaitForADiskForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &stuck{release: make(chan struct{})}
		r := begin(t, disk)
		r.Said().Hear(0, harbour[:160])
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := r.Close(ctx)
		if webtrunk.KindOf(err) != webtrunk.Unavailable || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("closed with %v", err)
		}
		close(disk.release)
		<-r.Done()
	})
}

// full is a disk with so much room.
type full struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(b []byte) (int, error) {
	if n := min(len(b), f.room-f.Len()); n < len(b) {
		f.Buffer.Write(b[:n])
		return n, errFull
	}
	return f.Buffer.Write(b)
}

// A full disk ends the recording with its reason; what it has taken is the
// beginning of the call.
func TestAFullDiskEndsTheRecordingAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &full{room: 13_000}
		r := begin(t, disk)
		begun := time.Now()
		speak(r.Said(), 0, soundcheck.Looped(harbour, 80000), 160)
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("10 s of sound took %v", took)
		}
		<-r.Done()
		err := r.Err()
		if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "can be played") {
			t.Errorf("ended with %v", err)
		}
		if again := r.Close(t.Context()); again != err {
			t.Errorf("closed with %v", again)
		}
		left, _ := played(t, disk.Bytes())
		if len(left) < 8000 || len(left) > 40000 {
			t.Fatalf("%d samples can be played", len(left))
		}
		check(t, "what fits", left, harbour, garden, 0)
	})
}

func TestADiskThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := begin(t, &full{})
		<-r.Done()
		r.Said().Hear(0, harbour[:160])
		if !errors.Is(r.Err(), errFull) {
			t.Errorf("ended with %v", r.Err())
		}
	})
}

// Sound that comes too late for its place, or from a clock that is wrong, is
// counted and moves nothing.
func TestWhatComesTooLateOrFromTheFutureIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r := begin(t, &file)
		speak(r.Said(), 0, harbour, 160)
		time.Sleep(time.Second)
		r.Heard().Hear(0, garden[:1600])
		r.Heard().Hear(1<<50, garden[:160])
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := r.Stats(); s.Late != 200*time.Millisecond || s.Lost != 20*time.Millisecond {
			t.Errorf("%+v, want 200 ms late and 20 ms lost", s)
		}
		left, right := played(t, file.Bytes())
		if len(left) != len(harbour) || !soundcheck.Silent(right) {
			t.Errorf("the file is %d samples long, want %d", len(left), len(harbour))
		}
	})
}

func TestAnEmptyRecordingIsAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		r := begin(t, &file)
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left, _ := played(t, file.Bytes()); len(left) != 0 {
			t.Errorf("it holds %d samples", len(left))
		}
	})
}

// Other players agree: opusinfo finds nothing wrong.
func TestOpusInfoFindsNothingWrong(t *testing.T) {
	var file bytes.Buffer
	r := begin(t, &file)
	r.Said().Hear(0, harbour[:16000])
	r.Heard().Hear(0, garden[:15999])
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/call.opus"
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("opusinfo", path).CombinedOutput()
	for _, want := range []string{"Channels: 2", "TITLE=call_1", "Playback length: 0m:02.0"} {
		if err != nil || !bytes.Contains(out, []byte(want)) || bytes.Contains(out, []byte("WARNING")) {
			t.Fatalf("opusinfo, of opus-tools: %v, want %q in\n%s", err, want, out)
		}
	}
}

func TestATapAllocatesNothing(t *testing.T) {
	r := begin(t, io.Discard)
	defer r.Close(t.Context())
	tap := r.Said()
	at := uint64(0)
	if n := testing.AllocsPerRun(1000, func() {
		tap.Hear(at, harbour[:160])
		at = (at + 160) % (slots / 2 * 160) // over and over, for what Close writes takes time
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkHear(b *testing.B) {
	r := begin(b, io.Discard)
	defer r.Close(b.Context())
	tap, at := r.Said(), uint64(0)
	for b.Loop() {
		tap.Hear(at, harbour[:160])
		at += 160
	}
}

func Example() {
	var file bytes.Buffer
	r, err := New(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	// undo := port.Tap(r.Said(), r.Heard())
	r.Said().Hear(0, harbour[:8000])
	// undo()
	fmt.Println(r.Close(context.Background()), r.Stats().Length)
	// Output: <nil> 1s
}
