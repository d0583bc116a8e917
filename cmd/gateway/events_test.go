package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/api"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/switchboard/journal"
	"webtrunk/webhook"
)

// A service is an API server with one account, which has a key.
type service struct {
	*testing.T
	db      *store.DB
	http    *httptest.Server
	account webtrunk.AccountID
	key     string
}

func startService(t *testing.T) *service {
	t.Helper()
	t.Setenv("WEBTRUNK_URL", "")
	t.Setenv("WEBTRUNK_API_KEY", "")
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "service.db"), store.Options{})
	must(t, err)
	t.Cleanup(func() { db.Close() })
	people, err := directory.Open(t.Context(), db, directory.Options{})
	must(t, err)
	account, err := people.CreateAccount(t.Context(), directory.NewAccount{Name: "Shop"})
	must(t, err)
	_, key, err := people.CreateKey(t.Context(), directory.Principal{Account: account.ID, ID: "person_owner", Rights: directory.AllRights()},
		directory.NewKey{Name: "terminal", Kind: directory.Secret})
	must(t, err)

	hub := &event.Hub{Log: db}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = hub.Run(ctx) })
	streams := &api.Streams{Store: db, Hub: hub}
	server, err := api.New(api.Config{Store: db, Auth: people, Features: []api.Feature{api.Events{Store: db}, streams}})
	must(t, err)
	s := &service{T: t, db: db, account: account.ID, key: key, http: httptest.NewServer(server)}
	t.Cleanup(func() { streams.Close(); s.http.Close(); cancel(); running.Wait() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// happen appends an event and returns it as the log has it.
func (s *service) happen(kind string, data any) {
	s.Helper()
	r, err := event.New(s.account, false, kind, data)
	must(s, err)
	must(s, s.db.Append(context.Background(), r))
}

// log is what a client should see after a place.
func (s *service) log(after int64) (all []string) {
	s.Helper()
	for r, err := range s.db.Read(context.Background(), event.Stream{Account: s.account}, after) {
		must(s, err)
		all = append(all, asJSON(r.Envelope()))
	}
	return all
}

// A session is a gateway command that runs in a terminal.
type session struct {
	*testing.T
	out, err screen
	signals  chan os.Signal
	ended    chan int
	code     int
}

// terminal runs `gateway events` with a service's key.
func (s *service) terminal(args ...string) *session {
	return start(s.T, append([]string{"events", "--url", s.http.URL, "--key", s.key}, args...)...)
}

func start(t *testing.T, args ...string) *session {
	s := &session{T: t, signals: make(chan os.Signal, 1), ended: make(chan int, 1)}
	go func() { s.ended <- run(args, &terminal{&s.out, &s.err, s.signals}) }()
	return s
}

// wait waits for the end.
func (s *session) wait() *session {
	s.Helper()
	select {
	case s.code = <-s.ended:
	case <-time.After(30 * time.Second):
		s.Fatalf("it does not end; it printed\n%s\n%s", s.out.String(), s.err.String())
	}
	return s
}

func (s *session) interrupt() *session { s.signals <- os.Interrupt; return s.wait() }

// shows waits until something is printed.
func (s *session) shows(on *screen, words string) {
	s.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(on.String(), words); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("it does not say %q but\n%s\n%s", words, s.out.String(), s.err.String())
		}
	}
}

// A screen may be read while it is written.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (s *screen) lines() []string {
	return strings.FieldsFunc(s.String(), func(r rune) bool { return r == '\n' })
}

func sameLines(t testing.TB, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("line %d is\n%s\nwant\n%s", i+1, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
}

func TestEventsPrintsWhatIsThereAndEnds(t *testing.T) {
	s := startService(t)
	for range 230 { // three pages
		s.happen("trunk.up", map[string]string{"trunk": "carrier"})
	}
	all := s.terminal("--json").wait()
	sameLines(t, all.out.lines(), s.log(0))
	if all.code != 0 || all.err.String() != "" {
		t.Errorf("it ends with %d and says %s", all.code, all.err.String())
	}
	last := s.log(0)
	n := len(last)
	s.happen("call.ended", map[string]string{"message": "a\x1b[2Jb"})
	sameLines(t, s.terminal("--json", "--after", "225", "--types", "trunk.*").wait().out.lines(), last[225:n])
	line := s.terminal("--types", "call.ended").wait().out.lines()[0]
	if !strings.Contains(line, "call.ended") || !strings.Contains(line, `{"message":"a\u001b[2Jb"}`) {
		t.Errorf("a reader gets %q", line)
	}
}

// The terminal of a developer whose network comes and goes shows each event
// once.
func TestEventsFollowsAcrossLostConnections(t *testing.T) {
	s := startService(t)
	f := s.terminal("--follow", "--json", "--after", "0")
	shown := func(n int) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); len(f.out.lines()) < n; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d of %d events are shown; %s", len(f.out.lines()), n, f.err.String())
			}
		}
	}
	n := len(s.log(0))
	for range 4 {
		for range 10 {
			s.happen("trunk.up", nil)
		}
		shown(n + 5)
		s.http.CloseClientConnections()
		for range 10 {
			s.happen("trunk.down", nil)
		}
		n += 20
		shown(n)
	}
	if f.interrupt().code != 0 {
		t.Errorf("it ends with %d: %s", f.code, f.err.String())
	}
	sameLines(t, f.out.lines(), s.log(0))
	if !strings.Contains(f.err.String(), "connecting again in") {
		t.Errorf("it was never cut: %s", f.err.String())
	}
}

func TestEventsForwardsSigned(t *testing.T) {
	s := startService(t)
	secret := make(chan webhook.Secret, 1)
	var mu sync.Mutex
	var got []string
	var key webhook.Secret
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if len(got) == 0 {
			key = <-secret
		}
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = webhook.Verify(r.Header, body, time.Now(), key)
		}
		var e event.Envelope
		if err == nil {
			err = json.Unmarshal(body, &e)
		}
		if err != nil || e.ID != r.Header.Get(webhook.HeaderID) {
			t.Errorf("%s: %v", body, err)
		}
		got = append(got, string(body))
		switch e.Type {
		case "trunk.down":
			http.Error(w, "no", http.StatusTeapot)
		case "trunk.up":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	}))
	defer receiver.Close()
	f := s.terminal("--follow", "--forward", receiver.URL+"/hook", "--after", "0", "--types", "trunk.*,call.*")
	f.shows(&f.err, "signed with whsec_")
	_, shown, _ := strings.Cut(strings.TrimSpace(f.err.String()), "signed with ")
	told, err := webhook.ParseSecret(shown)
	must(t, err)
	secret <- told
	from := int64(len(s.log(0)))
	s.happen("trunk.down", nil)
	s.happen("trunk.up", nil)
	s.happen("call.ended", map[string]int{"n": 1})
	f.shows(&f.out, "trunk.down → 418 I'm a teapot")
	f.shows(&f.out, "trunk.up → 302 Found")
	f.shows(&f.out, "call.ended → 200 OK")
	mu.Lock()
	sameLines(t, got, s.log(from))
	mu.Unlock()

	receiver.Close()
	s.happen("call.ended", nil)
	f.shows(&f.out, "call.ended → no answer: ")
	f.interrupt()
}

func TestEventsSignsWithTheGivenSecret(t *testing.T) {
	s := startService(t)
	s.happen("trunk.up", nil)
	secret := webhook.NewSecret()
	var verified []error
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verified = append(verified, webhook.Verify(r.Header, body, time.Now(), secret))
	}))
	f := s.terminal("--types", "trunk.up", "--forward", receiver.URL, "--secret", secret.Reveal()).wait()
	receiver.Close()
	if len(verified) != 1 || verified[0] != nil || strings.Contains(f.err.String()+f.out.String(), "whsec_") {
		t.Errorf("%v; it printed %s %s", verified, f.out.String(), f.err.String())
	}
}

func TestEventsSaysWhatIsWrong(t *testing.T) {
	s := startService(t)
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	for words, args := range map[string][]string{
		"set WEBTRUNK_API_KEY":     {"--url", s.http.URL},
		"no address of a gateway":  {"--url", "localhost:8080", "--key", s.key},
		"no gateway answers at":    {"--url", nobody.URL, "--key", s.key, "--follow", "--after", "0"},
		"no answer of a gateway's": {"--url", stranger.URL, "--key", s.key},
		"Check that the whole key": {"--url", s.http.URL, "--key", "sk_live_wrong", "--follow"},
		"no type of event":         {"--url", s.http.URL, "--key", s.key, "--types", "Call"},
		"begins with call_":        {"--url", s.http.URL, "--key", s.key, "--call", "leg_1"},
		"There is no call call_1":  {"--url", s.http.URL, "--key", s.key, "--call", "call_1", "-f"},
		"is no place":              {"--url", s.http.URL, "--key", s.key, "--after", "yesterday"},
		"There is no event 999":    {"--url", s.http.URL, "--key", s.key, "--after", "999", "--follow"},
		"http://localhost:3000":    {"--url", s.http.URL, "--key", s.key, "--forward", "localhost:3000"},
		"write https://":           {"--url", s.http.URL, "--key", s.key, "--forward", "http://hooks.example.com/x"},
		"not on this machine":      {"--url", s.http.URL, "--key", s.key, "--forward", "http://8.8.8.8/x"},
		"signing secret":           {"--url", s.http.URL, "--key", s.key, "--forward", "http://localhost:3000", "--secret", "short"},
	} {
		f := start(t, append([]string{"events"}, args...)...).wait()
		if f.code != exitFailed || !strings.Contains(f.err.String(), words) || strings.Contains(f.err.String(), s.key) {
			t.Errorf("%v: %d, %s", args, f.code, f.err.String())
		}
	}
}

// doc/events.md names every event of a call and every field of its data.
func TestEventsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../doc/events.md")
	must(t, err)
	source, err := os.ReadFile("../../call/event.go")
	must(t, err)
	inside := []string{"recording.wished", "call.stage_tried", "leg.dialog_saved", "prompt.digit_taken", "queue.place_told", "queue.music_refused", "call.farewell_begun", "voicemail.begun", "voicemail.over", "voicemail.done"} // what the journal keeps for itself
	for _, m := range regexp.MustCompile(`Type\(\) string +\{ return "(.*)" \}`).FindAllSubmatch(source, -1) {
		if kind := string(m[1]); !slices.Contains(inside, kind) && !strings.Contains(string(doc), "`"+kind+"`") {
			t.Errorf("doc/events.md does not know %s", kind)
		}
	}
	for _, v := range []any{event.Envelope{}, journal.Data{}, journal.End{}, journal.Leg{}, journal.Prompt{}, journal.Quality{}} {
		for field := range reflect.TypeOf(v).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && !regexp.MustCompile("[`\"]"+name+"[`\"]").Match(doc) {
				t.Errorf("doc/events.md does not know the field %s of %T", name, v)
			}
		}
	}
}
