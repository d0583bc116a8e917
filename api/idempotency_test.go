package api

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// A probe is a feature whose one route does what the test says.
type probe struct {
	done   atomic.Int64
	secret bool
	act    func(ctx context.Context, p directory.Principal, word string) (string, error)
}

type probeIn struct {
	Body struct {
		Word string `json:"word" example:"hello" doc:"Any."`
	}
}

type probeOut struct {
	ID   string `json:"id" doc:"What was made."`
	Said string `json:"said" doc:"What was said."`
}

func (f *probe) Routes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/probes", Summary: "Probe", Tag: "Probes", Right: directory.CallsWrite, Status: 201, Secret: f.secret}, f.post)
	Register(s, Route{Method: "POST", Path: "/v1/other_probes", Summary: "Probe otherwise", Tag: "Probes", Right: directory.CallsWrite, Status: 201}, f.post)
	Register(s, Route{Method: "DELETE", Path: "/v1/probes", Summary: "Unprobe", Tag: "Probes", Session: true}, f.remove)
}

func (f *probe) post(ctx context.Context, p directory.Principal, in *probeIn) (*Answer[probeOut], error) {
	f.done.Add(1)
	said, err := "", error(nil)
	if f.act != nil {
		said, err = f.act(ctx, p, in.Body.Word)
	}
	return answer(probeOut{NewID(ctx, "prb"), said}), err
}

func (f *probe) remove(context.Context, directory.Principal, *struct{}) (*Empty, error) {
	f.done.Add(1)
	return &Empty{}, nil
}

// probed is a world with a probe.
func probed(t *testing.T, f *probe, change ...func(*world)) *world {
	return newWorld(t, append(change, func(w *world) { w.cfg.Features = append(w.cfg.Features, f) })...)
}

const hello = `{"word":"hello"}`

func TestARepetitionGetsTheFirstAnswer(t *testing.T) {
	f := &probe{}
	w := probed(t, f)
	first := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	if first.header.Get("Idempotent-Replayed") != "" {
		t.Error("the first answer is said to be a repetition")
	}
	again := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	if again.text != first.text || again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("Content-Type") != "application/json" {
		t.Errorf("the repetition got %s %v, the first %s", again.text, again.header, first.text)
	}
	if a, b := first.header.Get("Request-Id"), again.header.Get("Request-Id"); a == b || a == "" {
		t.Errorf("the requests have the IDs %s and %s", a, b)
	}
	w.ask("sk_shop", "POST", "/v1/probes", `{"word":"bye"}`, "Idempotency-Key: a").is(t, 409, "idempotency_key_reused")
	w.ask("sk_shop", "POST", "/v1/other_probes", hello, "Idempotency-Key: a").is(t, 409, "idempotency_key_reused")
	if n := f.done.Load(); n != 1 {
		t.Errorf("it was done %d times", n)
	}
	for _, key := range []string{"sk_other", "sk_shop_test"} {
		w.ask(key, "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	}
	if n := f.done.Load(); n != 3 {
		t.Errorf("another account and another mode share the key: it was done %d times", n)
	}
}

func TestAnAnswerSurvivesARestart(t *testing.T) {
	f := &probe{act: func(context.Context, directory.Principal, string) (string, error) {
		return "", &webtrunk.Error{Op: "probe", Kind: webtrunk.Conflict, Message: "it is busy"}
	}}
	w := probed(t, f)
	first := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 409, "conflict")
	w.http.Close()
	w.serve()
	t.Cleanup(w.http.Close)
	again := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 409, "conflict")
	if again.text != first.text || again.header.Get("Idempotent-Replayed") != "true" || f.done.Load() != 1 {
		t.Errorf("after the restart it is %s, done %d times", again.text, f.done.Load())
	}
}

// TestTheSameKeyTenTimesAtOnce holds the first request in the middle until all
// others have come.
func TestTheSameKeyTenTimesAtOnce(t *testing.T) {
	began, finish := make(chan struct{}), make(chan struct{})
	f := &probe{act: func(context.Context, directory.Principal, string) (string, error) {
		close(began) // a second execution would panic
		<-finish
		return "", nil
	}}
	w := probed(t, f)
	var all sync.WaitGroup
	texts := make([]string, 10)
	for i := range texts {
		all.Go(func() {
			texts[i] = w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").text
		})
	}
	<-began
	eventually(t, "another waits", func() bool { return w.server.waiting.Load() > 0 })
	close(finish)
	all.Wait()
	for _, text := range texts {
		if text != texts[0] || !strings.Contains(text, `"prb_`) {
			t.Errorf("one got %s, another %s", texts[0], text)
		}
	}
	if n := f.done.Load(); n != 1 {
		t.Errorf("it was done %d times", n)
	}
}

// TestAProcessThatDiedInTheMiddle finds a row without an answer, as one that
// was killed leaves it, and carries the request out with the same IDs.
func TestAProcessThatDiedInTheMiddle(t *testing.T) {
	clock := time.Now()
	var repeated []bool
	f := &probe{act: func(ctx context.Context, _ directory.Principal, _ string) (string, error) {
		repeated = append(repeated, Repeated(ctx))
		return NewID(ctx, "sub"), nil
	}}
	w := probed(t, f, func(w *world) { w.cfg.Now = func() time.Time { return clock } })
	first := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	w.lose(t, clock.Add(leaseTime))
	clock = clock.Add(leaseTime + time.Second)
	again := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	if again.text != first.text || again.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("after the crash it made %s, before %s", again.text, first.text)
	}
	if fmt.Sprint(repeated) != "[false true]" {
		t.Errorf("repetitions were told as %v", repeated)
	}
	if a, b := again.str("id"), again.str("said"); a[4:] == b[4:] || len(a) != len(b) {
		t.Errorf("two things made by one request are %s and %s", a, b)
	}
}

// lose takes the answers away, as if the process had died before it kept them.
func (w *world) lose(t *testing.T, until time.Time) {
	t.Helper()
	if err := w.exec(`UPDATE api_answers SET status = 0, until = $1`, until.UnixMicro()); err != nil {
		t.Fatal(err)
	}
}

func TestACallThatWasMadeBeforeTheCrashIsFound(t *testing.T) {
	w := newWorld(t).claim()
	body := `{"from":"+15550100101","to":"+15550100102"}`
	first := w.ask("sk_shop", "POST", "/v1/calls", body, "Idempotency-Key: a").is(t, 201, "")
	w.lose(t, time.Now().Add(-time.Second))
	again := w.ask("sk_shop", "POST", "/v1/calls", body, "Idempotency-Key: a").is(t, 201, "")
	if again.str("id") != first.str("id") || w.exchange.board.Running() != 1 {
		t.Errorf("the calls are %s and %s, and %d run", first.str("id"), again.str("id"), w.exchange.board.Running())
	}
}

// TestWhatFailedOnOurSideMayBeTriedAgain keeps the key open, and the IDs.
func TestWhatFailedOnOurSideMayBeTriedAgain(t *testing.T) {
	fail := true
	var made []string
	f := &probe{act: func(ctx context.Context, _ directory.Principal, word string) (string, error) {
		made = append(made, NewID(ctx, "sub"))
		switch {
		case !fail:
			return "", nil
		case word == "panic":
			panic("the probe breaks")
		}
		return "", errors.New("the disk is full")
	}}
	w := probed(t, f)
	for _, word := range []string{"hello", "panic"} {
		fail, made = true, nil
		body := `{"word":"` + word + `"}`
		bad := w.ask("sk_shop", "POST", "/v1/probes", body, "Idempotency-Key: "+word).is(t, 500, "internal")
		if strings.Contains(bad.text, "disk") || strings.Contains(bad.text, "breaks") {
			t.Errorf("the error tells of our insides: %s", bad.text)
		}
		fail = false
		w.ask("sk_shop", "POST", "/v1/probes", body, "Idempotency-Key: "+word).is(t, 201, "")
		if len(made) != 2 || made[0] != made[1] {
			t.Errorf("the tries made %v", made)
		}
	}
}

func TestASecretIsRepeatedOnlyToWhoeverAskedFirst(t *testing.T) {
	f := &probe{secret: true, act: func(context.Context, directory.Principal, string) (string, error) { return "sk_very_secret", nil }}
	w := probed(t, f)
	w.key("sk_second", shop, everyRight...)
	first := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	if again := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, ""); again.text != first.text {
		t.Errorf("repeated as %s", again.text)
	}
	w.ask("sk_second", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 409, "answer_sealed")
	if rows := w.dump(); strings.Contains(rows, "sk_very_secret") || strings.Contains(rows, "sk_shop\"") {
		t.Error("the database holds the secret in the clear")
	}
}

func TestKeysAreForgottenAfterADay(t *testing.T) {
	clock := time.Now()
	f := &probe{}
	w := probed(t, f, func(w *world) { w.cfg.Now = func() time.Time { return clock } })
	w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
	for _, after := range []struct {
		time.Duration
		done int64
	}{{23 * time.Hour, 1}, {2 * time.Hour, 2}} {
		clock = clock.Add(after.Duration)
		if err := w.server.Prune(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a").is(t, 201, "")
		if n := f.done.Load(); n != after.done {
			t.Errorf("%v later it was done %d times", after.Duration, n)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	w := probed(t, &probe{})
	for _, key := range []string{"", strings.Repeat("a", 256), "\x7f", "ключ"} {
		r := httptest.NewRequest("POST", "/v1/probes", strings.NewReader(hello))
		r.Header = map[string][]string{"Idempotency-Key": {key}, "Authorization": {"Bearer sk_shop"}, "Content-Type": {"application/json"}}
		got := httptest.NewRecorder()
		w.server.ServeHTTP(got, r)
		if got.Code != 400 || !strings.Contains(got.Body.String(), "idempotency_key_invalid") {
			t.Errorf("%.20q: %d %s", key, got.Code, got.Body)
		}
	}
	w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: "+strings.Repeat("a", 255)).is(t, 201, "")
}

// TestWithoutARowNothingIsDone: while the database is away, a request with a
// key is refused before anything happens.
func TestWithoutARowNothingIsDone(t *testing.T) {
	f := &probe{}
	w := probed(t, f)
	w.db.Close()
	if got := w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: a"); got.status < 500 || f.done.Load() != 0 {
		t.Errorf("%d %s, done %d times", got.status, got.text, f.done.Load())
	}
}
