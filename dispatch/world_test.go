package dispatch

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.AtOnce(4)
	goleak.VerifyTestMain(m)
}

// A world is a book that a test uses, at a time that it moves.
type world struct {
	*Book
	t         testing.TB
	db        *store.DB
	directory *directory.Directory

	mu  sync.Mutex
	now time.Time
}

// each tells a story on both databases.
func each(t *testing.T, story func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{t: t, db: db, now: time.Now()}
		var err error
		if w.directory, err = directory.Open(t.Context(), db, directory.Options{}); err != nil {
			t.Fatal(err)
		}
		w.Book = Open(Options{DB: db, Directory: w.directory, Now: w.read, Playable: playable})
		story(w)
	})
}

// playable knows all phrases but one.
func playable(phrase string) error {
	if strings.Contains(phrase, "nonsense") {
		return &webtrunk.Error{Op: "phrase", Kind: webtrunk.Invalid, Message: "Nobody has recorded nonsense."}
	}
	return nil
}

func (w *world) read() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// at moves the clock.
func (w *world) at(moment string) {
	w.t.Helper()
	to, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = to
}

// later moves the clock on.
func (w *world) later(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(by)
}

// account makes an account and returns who may do everything in it.
func (w *world) account(name string, to ...string) directory.Principal {
	w.t.Helper()
	n := directory.NewAccount{Name: name}
	for _, prefix := range to {
		d, err := directory.ParseDestination(prefix)
		if err != nil {
			w.t.Fatal(err)
		}
		n.Destinations = append(n.Destinations, d)
	}
	a, err := w.directory.CreateAccount(w.t.Context(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return directory.Principal{Account: a.ID, ID: "maker", Rights: directory.AllRights()}
}

func (w *world) person(by directory.Principal, name string, role directory.Role) directory.Person {
	w.t.Helper()
	p, _, err := w.directory.CreatePerson(w.t.Context(), by, directory.NewPerson{Email: webtrunk.NewID("x") + "@example.com", Name: name, Role: role})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) queue(by directory.Principal, q Queue) Queue {
	w.t.Helper()
	return must(w.t)(w.CreateQueue(w.t.Context(), by, q))
}

// must ends the test with an error, and returns what there is without one.
func must(t testing.TB) func(q Queue, err error) Queue {
	return func(q Queue, err error) Queue {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
}

// happened returns the types of an account's events of some kinds, and all that
// they say.
func (w *world) happened(account webtrunk.AccountID, kinds ...string) (types []string, said string) {
	w.t.Helper()
	for r, err := range w.db.Read(w.t.Context(), event.Stream{Account: account}, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		for _, kind := range kinds {
			if strings.HasPrefix(r.Type, kind+".") {
				types = append(types, r.Type)
			}
		}
		said += string(r.Data) + "\n"
	}
	return types, said
}

// refused checks that err is a refusal of this kind and a sentence with these words.
func refused(t testing.TB, err error, kind webtrunk.Kind, words ...string) {
	t.Helper()
	var e *webtrunk.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Message == "" {
		t.Errorf("got %v, want a sentence of kind %v", err, kind)
		return
	}
	for _, word := range words {
		if !strings.Contains(e.Error(), word) {
			t.Errorf("%q does not mention %q", e.Error(), word)
		}
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
