package voicemail

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/media/ogg"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A line is a telephone that leaves a message, and what is reported of it.
type line struct {
	*testing.T
	m       *Mailboxes
	port    *media.Port
	sent    uint16
	reports chan call.Input
	stop    func(keep bool)
}

type nowhere struct{}

func (nowhere) Send(media.Frame) {}

func open(t *testing.T, db *store.DB, dir string) *Mailboxes {
	t.Helper()
	m, err := Open(t.Context(), db, Options{Directory: dir, Silence: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Wait)
	return m
}

// rings begins a message for a box.
func rings(t *testing.T, m *Mailboxes, id webtrunk.CallID, box string) *line {
	t.Helper()
	l := &line{T: t, m: m, port: media.NewPort("a", nowhere{}), reports: make(chan call.Input, 8)}
	l.port.SetFormat(media.Format{Codec: transcode.PCMU})
	t.Cleanup(l.port.Close)
	var err error
	l.stop, err = m.Record(call.View{ID: id, Account: "acct_shop"}, call.Record{Leg: 1, Box: box}, l.port, func(in call.Input) { l.reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// says speaks a tone, or with a level of 0 nothing, at the pace of a telephone.
func (l *line) says(frames int, level float64) {
	var pcm [160]int16
	var payload [160]byte
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for range frames {
		<-pace.C
		for i := range pcm {
			pcm[i] = int16(level * math.Sin(2*math.Pi*440*float64(i)/transcode.SampleRate))
		}
		transcode.EncodePCMU(payload[:], pcm[:])
		l.port.Receive(media.Frame{Sequence: l.sent, Timestamp: uint32(l.sent) * 160, Payload: payload[:]})
		l.sent++
	}
}

// reported waits for the next report.
func (l *line) reported() call.Input {
	l.Helper()
	select {
	case in := <-l.reports:
		return in
	case <-time.After(time.Minute):
		l.Fatal("nothing was reported")
		return nil
	}
}

// files are the names in the directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		names = append(names, f.Name())
	}
	return names
}

// A message that was said is kept whole, can be listed and heard by its account
// alone, and is deleted with its file: by hand, for a call, and by age.
func TestAMessageIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		m := open(t, db, dir)
		var ids []string
		for _, id := range []webtrunk.CallID{"call_1", "call_2", "call_3"} {
			l := rings(t, m, id, "support")
			l.says(30, 8000)
			l.stop(true)
			l.stop(false) // a call that is over stops all it can
			kept, ok := l.reported().(call.Recorded)
			if !ok || kept.Recording == "" || kept.Length < 500*time.Millisecond || kept.Length > 10*time.Second {
				t.Fatalf("reported %+v", kept)
			}
			ids = append(ids, kept.Recording)
		}
		sound(t, m, ids[0])

		if v, err := m.Get(t.Context(), "acct_shop", false, ids[0]); err != nil || v.Box != "support" || v.Call != "call_1" || v.Heard.IsZero() || v.Bytes == 0 {
			t.Errorf("kept as %+v: %v", v, err)
		}
		newest, err := m.List(t.Context(), "acct_shop", false, []string{"sales", "support"}, 1, "")
		if err != nil || len(newest) != 1 || newest[0].ID != ids[2] || !newest[0].Heard.IsZero() {
			t.Errorf("the newest is %+v: %v", newest, err)
		}
		if rest, err := m.List(t.Context(), "acct_shop", false, nil, 10, ids[2]); err != nil || len(rest) != 2 || rest[0].ID != ids[1] {
			t.Errorf("older are %+v: %v", rest, err)
		}
		for box, want := range map[string]int{"support": 2, "sales": 0} {
			if n, err := m.Unheard(t.Context(), "acct_shop", false, []string{box}); n != want || err != nil {
				t.Errorf("%d of %s are unheard, want %d: %v", n, box, want, err)
			}
		}
		strangers(t, m, ids[0])

		if err := m.Delete(t.Context(), "acct_shop", false, ids[0], "person_ada"); err != nil {
			t.Error(err)
		}
		toldOnce(t, db, `{"id":"`+ids[0]+`","call":"call_1","box":"support","by":"person_ada"}`)
		if n, err := m.Erase(t.Context(), "acct_shop", "call_2"); n != 1 || err != nil {
			t.Errorf("erased %d: %v", n, err)
		}
		if n, err := m.Expire(t.Context(), "acct_shop", false, time.Now().Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("%d are an hour old: %v", n, err)
		}
		if n, err := m.Expire(t.Context(), "acct_shop", false, time.Now().Add(time.Hour)); n != 1 || err != nil {
			t.Errorf("expired %d: %v", n, err)
		}
		if left := files(t, dir); len(left) > 0 {
			t.Errorf("left are %q", left)
		}
	})
}

// sound fails unless a message holds as much sound as was said.
func sound(t *testing.T, m *Mailboxes, id string) {
	t.Helper()
	file, err := m.Open(t.Context(), "acct_shop", false, id)
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
	packets := 0
	for {
		if _, _, err := r.Next(); err != nil {
			break
		}
		packets++
	}
	if packets < 25 {
		t.Errorf("the file holds %d packets of 20 ms, of 600 ms that were said", packets)
	}
}

// toldOnce fails unless the log says this of the one message that was deleted.
func toldOnce(t *testing.T, db *store.DB, want string) {
	t.Helper()
	var said []string
	for r, err := range db.Read(t.Context(), event.Stream{Account: "acct_shop"}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "voicemail.deleted" {
			said = append(said, string(r.Data))
		}
	}
	if len(said) != 1 || said[0] != want {
		t.Errorf("told %q, want %s", said, want)
	}
}

// strangers fails if another account, or the other mode, is given anything.
func strangers(t *testing.T, m *Mailboxes, id string) {
	t.Helper()
	for _, who := range []struct {
		account webtrunk.AccountID
		test    bool
	}{{"acct_other", false}, {"acct_shop", true}} {
		_, err := m.Get(t.Context(), who.account, who.test, id)
		_, opened := m.Open(t.Context(), who.account, who.test, id)
		deleted := m.Delete(t.Context(), who.account, who.test, id, "key_stranger")
		for _, err := range []error{err, opened, deleted} {
			if webtrunk.KindOf(err) != webtrunk.NotFound {
				t.Errorf("%v is given another's message: %v", who, err)
			}
		}
		if all, err := m.List(t.Context(), who.account, who.test, nil, 10, ""); len(all) > 0 || err != nil {
			t.Errorf("%v lists another's messages: %v, %v", who, all, err)
		}
	}
}

// Nothing is kept where nothing was said, and where nobody wants it; who says
// nothing for a while is told of once.
func TestNothingIsNoMessage(t *testing.T) {
	dir := t.TempDir()
	m := open(t, storetest.Open(t, storetest.SQLite(t)), dir)
	silent, dropped := rings(t, m, "call_1", "support"), rings(t, m, "call_2", "support")
	dropped.says(30, 8000)
	if in := silent.reported(); in != (call.MessageSilent{}) {
		t.Errorf("reported %#v", in)
	}
	silent.says(5, 20)
	silent.stop(true)
	dropped.stop(false)
	if in := silent.reported(); in != (call.Recorded{}) {
		t.Errorf("reported %#v", in)
	}
	m.Wait()
	if left := files(t, dir); len(left) > 0 || len(dropped.reports) > 1 {
		t.Errorf("left are %q, reported %d", left, len(dropped.reports))
	}
}

// A disk that takes nothing loses the message, says so, and leaves nothing.
func TestADiskThatIsFull(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	m := open(t, db, t.TempDir())
	m.objects.Directory = filepath.Join(m.o.Directory, "gone")
	if _, err := m.Record(call.View{ID: "call_1"}, call.Record{Leg: 1}, media.NewPort("a", nowhere{}), nil); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("a file was made nowhere: %v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	m = open(t, db, t.TempDir())
	m.objects.Make = func(string) (*os.File, error) { return full, nil }
	l := rings(t, m, "call_2", "support")
	l.says(10, 8000)
	if failed, is := l.reported().(call.RecordFailed); !is || failed.Message == "" {
		t.Errorf("reported %#v", failed)
	}
	l.stop(true)
	if all, err := m.List(t.Context(), "", false, nil, 10, ""); len(all) > 0 || err != nil {
		t.Errorf("listed are %v: %v", all, err)
	}
}

// What a dead process has left is removed, and what is whole stays.
func TestOpenRemovesWhatADeadProcessLeft(t *testing.T) {
	db, dir := storetest.Open(t, storetest.SQLite(t)), t.TempDir()
	m := open(t, db, dir)
	l := rings(t, m, "call_1", "support")
	l.says(30, 8000)
	l.stop(true)
	kept := l.reported().(call.Recorded)
	for _, name := range []string{"vm_1.opus.part", "vm_3.part", "vm_2.opus", "else.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, db, dir)
	if left := files(t, dir); len(left) != 2 || left[0] != "else.txt" || left[1] != kept.Recording+".opus" {
		t.Errorf("left are %q", left)
	}
	if _, err := Open(t.Context(), db, Options{Directory: filepath.Join(dir, "else.txt")}); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("a file is taken for a directory: %v", err)
	}
}
