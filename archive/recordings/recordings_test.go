package recordings

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/media/ogg"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type nowhere struct{}

func (nowhere) Send(media.Frame) {}

// A line is a telephone whose call is recorded.
type line struct {
	*testing.T
	*Take
	port   *media.Port
	sent   uint16
	failed chan string
}

func open(t *testing.T, db *store.DB, o Options) *Library {
	t.Helper()
	l, err := Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Wait)
	return l
}

func records(t *testing.T, l *Library, v call.View, number int) *line {
	t.Helper()
	x := &line{T: t, port: media.NewPort("a", nowhere{}), failed: make(chan string, 8)}
	x.port.SetFormat(media.Format{Codec: transcode.PCMU})
	t.Cleanup(x.port.Close)
	var err error
	v.Account = "acct_shop"
	if x.Take, err = l.Begin(v, call.StartRecording{Number: number, Leg: 1}, x.port, func(why string) { x.failed <- why }); err != nil {
		t.Fatal(err)
	}
	return x
}

// says speaks a tone at the pace of a telephone.
func (x *line) says(frames int) {
	var pcm [160]int16
	var payload [160]byte
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for range frames {
		<-pace.C
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/transcode.SampleRate))
		}
		transcode.EncodePCMU(payload[:], pcm[:])
		x.port.Receive(media.Frame{Sequence: x.sent, Timestamp: uint32(x.sent) * 160, Payload: payload[:]})
		x.sent++
	}
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		all = append(all, f.Name())
	}
	return all
}

// told are the log's words of one type, in their order.
func told(t *testing.T, db *store.DB, kind string) (all []string) {
	t.Helper()
	for r, err := range db.Read(t.Context(), event.Stream{Account: "acct_shop"}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == kind {
			all = append(all, string(r.Data))
		}
	}
	return all
}

// heard is how many packets of 20 ms a recording holds.
func heard(t *testing.T, l *Library, id string) (packets int) {
	t.Helper()
	file, err := l.Open(t.Context(), "acct_shop", false, id)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ogg.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := r.Next(); err != nil {
			return packets
		}
		packets++
	}
}

// A recording is in the list once it is whole; its account alone finds it; it goes by hand,
// with its call, and by age, each time with its file.
func TestARecordingIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		l := open(t, db, Options{Directory: dir})
		var ids []string
		for number, id := range []webtrunk.CallID{"call_1", "call_1", "call_2"} {
			x := records(t, l, call.View{ID: id}, number+1)
			x.says(30)
			if all, err := l.Of(t.Context(), "acct_shop", false, "call_2"); err != nil || len(all) > 0 {
				t.Fatalf("listed while it is made: %+v, %v", all, err)
			}
			x.End()
			x.End()
			l.Wait()
			ids = append(ids, call.RecordingID(id, number+1))
		}
		if n := heard(t, l, ids[0]); n < 25 {
			t.Errorf("it holds %d packets of 30 that were said", n)
		}
		if r, err := l.Get(t.Context(), "acct_shop", false, ids[1]); err != nil || r.Call != "call_1" || r.Leg != 1 || r.Bytes == 0 || r.Interrupted || r.Length < 500*time.Millisecond || r.Length > time.Minute {
			t.Errorf("kept as %+v: %v", r, err)
		}
		if all, err := l.Of(t.Context(), "acct_shop", false, "call_1"); err != nil || len(all) != 2 || all[0].ID != ids[0] {
			t.Errorf("of the call are %+v: %v", all, err)
		}
		if page, err := l.List(t.Context(), "acct_shop", false, 2, ids[2]); err != nil || len(page) != 2 || page[0].ID != ids[1] {
			t.Errorf("older are %+v: %v", page, err)
		}
		if ready := told(t, db, "recording.ready"); len(ready) != 3 || !strings.Contains(ready[0], `"recording":"`+ids[0]+`"`) {
			t.Errorf("told of %q", ready)
		}
		if s := l.Stats(); s != (Stats{Kept: 3}) {
			t.Errorf("counted %+v", s)
		}
		strangers(t, l, ids[0])

		if err := l.Delete(t.Context(), "acct_shop", false, ids[0], "person_ada"); err != nil {
			t.Error(err)
		}
		if gone := told(t, db, "recording.deleted"); len(gone) != 1 || !strings.Contains(gone[0], `"by":"person_ada"`) {
			t.Errorf("told of %q", gone)
		}
		if n, err := l.Erase(t.Context(), "acct_shop", "call_1"); n != 1 || err != nil {
			t.Errorf("erased %d: %v", n, err)
		}
		if n, err := l.Expire(t.Context(), "acct_shop", false, time.Now().Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("%d are an hour old: %v", n, err)
		}
		if n, err := l.Expire(t.Context(), "acct_shop", false, time.Now().Add(time.Hour)); n != 1 || err != nil {
			t.Errorf("expired %d: %v", n, err)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("left are %q", left)
		}
	})
}

// strangers find nothing.
func strangers(t *testing.T, l *Library, id string) {
	t.Helper()
	for _, of := range []struct {
		account webtrunk.AccountID
		test    bool
		id      string
	}{{"acct_other", false, id}, {"acct_shop", true, id}, {"acct_shop", false, "rec_1_9"}} {
		if _, err := l.Open(t.Context(), of.account, of.test, of.id); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("%+v is heard: %v", of, err)
		}
		if err := l.Delete(t.Context(), of.account, of.test, of.id, "x"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("%+v is deleted: %v", of, err)
		}
	}
	if all, err := l.Of(t.Context(), "acct_other", false, "call_1"); err != nil || len(all) > 0 {
		t.Errorf("another account has %+v: %v", all, err)
	}
}

// What begins paused holds nothing of before it goes on.
func TestARecordingBeginsPaused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		l := open(t, db, Options{Directory: t.TempDir()})
		x := records(t, l, call.View{ID: "call_1", Recording: call.RecordingIsPaused}, 1)
		x.says(10)
		x.End()
		l.Wait()
		if r, err := l.Get(t.Context(), "acct_shop", false, call.RecordingID("call_1", 1)); err != nil || r.Length != 0 {
			t.Errorf("kept %+v: %v", r, err)
		}
	})
}

// A disk that is full fails the recording: the call hears of it, or, when it is over, the log.
func TestAFullDiskFailsTheRecording(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		full := &objects.Disk{Directory: t.TempDir(), Make: func(string) (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }}
		l := open(t, db, Options{Objects: full})
		x := records(t, l, call.View{ID: "call_1"}, 1)
		select {
		case why := <-x.failed:
			if !strings.Contains(why, "recordings.directory") {
				t.Errorf("told %q", why)
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing was told")
		}
		l.Wait()
		if all, err := l.Of(t.Context(), "acct_shop", false, "call_1"); err != nil || len(all) > 0 {
			t.Errorf("listed are %+v: %v", all, err)
		}
		if s := l.Stats(); s != (Stats{Failed: 1}) {
			t.Errorf("counted %+v", s)
		}
		full.Make = func(string) (*os.File, error) { return nil, errors.New("no space left on device") }
		if _, err := l.Begin(call.View{ID: "call_2", Account: "acct_shop"}, call.StartRecording{Number: 1}, x.port, nil); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("it began: %v", err)
		}
	})
}

// What a process left that died is kept, as far as it goes, where the log knows of it.
func TestAnInterruptedRecordingIsTakenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		x := records(t, open(t, db, Options{Directory: dir}), call.View{ID: "call_1"}, 1)
		x.says(30)
		var cut []byte
		for lengthOf(bytes.NewReader(cut[:max(0, len(cut)-7)])) < 100*time.Millisecond { // until as much has reached the disk
			x.says(5)
			cut, _ = os.ReadFile(filepath.Join(dir, call.RecordingID("call_1", 1)+".opus.part"))
		}
		x.End()
		x.to.Wait()

		dead := t.TempDir()
		for _, name := range []string{call.RecordingID("call_1", 1) + ".opus.part", call.RecordingID("call_2", 1) + ".opus.part", call.RecordingID("call_3", 1) + ".opus"} {
			if err := os.WriteFile(filepath.Join(dead, name), cut[:len(cut)-7], 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dead, call.RecordingID("call_4", 1)+".opus.part"), []byte("OggS"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM recordings`)
			for _, id := range []webtrunk.CallID{"call_1", "call_3", "call_4"} {
				tx.Emit(started(t, id))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // a second start finds nothing more to do
			l := open(t, db, Options{Directory: dead})
			for _, id := range []webtrunk.CallID{"call_1", "call_3"} {
				r, err := l.Get(t.Context(), "acct_shop", false, call.RecordingID(id, 1))
				if err != nil || !r.Interrupted || r.Call != id || r.Leg != 2 || r.Length < 100*time.Millisecond || r.Bytes == 0 {
					t.Errorf("%s was taken up as %+v: %v", id, r, err)
				}
			}
			if heard(t, l, call.RecordingID("call_1", 1)) < 5 {
				t.Error("nothing is to be heard in it")
			}
		}
		if left, want := names(t, dead), []string{call.RecordingID("call_1", 1) + ".opus", call.RecordingID("call_3", 1) + ".opus"}; !slices.Equal(left, want) {
			t.Errorf("left are %q, want %q", left, want)
		}
	})
}

// started is what the journal wrote of a recording's beginning.
func started(t *testing.T, id webtrunk.CallID) event.Record {
	t.Helper()
	e, err := event.New("acct_shop", false, "recording.started", map[string]any{
		"recording": call.RecordingID(id, 1), "leg": map[string]string{"id": call.LegID(2).Public(id)},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Call, e.CallSeq = id, 1
	return e
}

func TestThePolicyOfAnAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		l := open(t, db, Options{Directory: t.TempDir()})
		if p, err := l.Policy(t.Context(), "acct_shop", false); err != nil || p != (Policy{}) {
			t.Errorf("it was never set, and is %+v: %v", p, err)
		}
		for _, wrong := range []Policy{{Consent: "maybe"}, {Beep: 4}, {Beep: 121}, {Beep: -1}} {
			if _, err := l.SetPolicy(t.Context(), "acct_shop", false, "person_ada", wrong); webtrunk.KindOf(err) != webtrunk.Invalid {
				t.Errorf("%+v is taken: %v", wrong, err)
			}
		}
		for _, p := range []Policy{{Consent: call.ByAsking}, {Consent: call.ByAnnouncing, OnDemand: true, Beep: 15}} {
			if _, err := l.SetPolicy(t.Context(), "acct_shop", false, "person_ada", p); err != nil {
				t.Fatal(err)
			}
			got, err := l.Policy(t.Context(), "acct_shop", false)
			if err != nil || got.Consent != p.Consent || got.OnDemand != p.OnDemand || got.Beep != p.Beep || got.UpdatedBy != "person_ada" || got.Updated == nil {
				t.Errorf("set %+v, and is %+v: %v", p, got, err)
			}
		}
		if p, err := l.Policy(t.Context(), "acct_shop", true); err != nil || p != (Policy{}) {
			t.Errorf("test calls have %+v: %v", p, err)
		}
		if n := len(told(t, db, "recording_policy.updated")); n != 2 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestAQueueMayRecordInItsOwnWay(t *testing.T) {
	p := Policy{Consent: call.ByAnnouncing, OnDemand: true, Beep: 15}
	for own, want := range map[string]call.ConsentBy{"": call.ByAnnouncing, "off": "", "ask": call.ByAsking} {
		if got := p.Of(own); got != (call.RecordingPolicy{Consent: want, OnDemand: true, Beep: 15 * time.Second}) {
			t.Errorf("%q records %+v", own, got)
		}
	}
}
