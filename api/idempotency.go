package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"webtrunk"
)

// How long things take. A handler that has a key is given up after handlerTime,
// so that whoever finds its row after leaseTime knows that its process died;
// whoever waits for it waits a little longer than that.
const (
	maxKey      = 255
	keptFor     = 24 * time.Hour
	handlerTime = 8 * time.Second
	leaseTime   = 10 * time.Second
	waitTime    = 12 * time.Second
	waitStep    = 100 * time.Millisecond
)

func idempotencyKey(r *http.Request) (string, bool) {
	values := r.Header.Values("Idempotency-Key")
	return strings.Join(values, ","), len(values) > 0
}

// once carries a request out for the first time that its key is seen, and
// returns the kept answer ever after.
//
// The key's row is written before anything is done, with the seed of the IDs of
// what will be made. Two requests at once meet in that row: the second waits.
// If the process dies in between, the row stays without an answer, and a
// repetition is carried out again with the same seed, to find what was made.
func (s *Server) once(rt *Route, key string, w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	if key == "" || len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		s.fail(w, r, &Problem{Kind: webtrunk.Invalid, Code: "idempotency_key_invalid", Param: "Idempotency-Key",
			Message: fmt.Sprintf("An Idempotency-Key has 1 to %d printable ASCII characters.", maxKey), Remedies: []string{"Send a random UUID."}})
		return
	}
	body, _ := io.ReadAll(r.Body)
	k := s.keyOf(rt, key, r, body)
	row, mine, err := s.claimOrWait(r.Context(), rt, k)
	switch {
	case rt.Always && away(err):
		w.Header().Set(notKept, "false")
		r.Body = io.NopCloser(bytes.NewReader(body))
		next(w, r)
	case err != nil:
		s.fail(w, r, err)
	case mine:
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.carryOut(k, row, w, r, next)
	default:
		s.replay(k, row, w, r)
	}
}

// keyOf is a request as its row knows it. The key itself is not kept.
func (s *Server) keyOf(rt *Route, key string, r *http.Request, body []byte) keyed {
	p := requestOf(r.Context()).principal
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s?%s\n", r.Method, r.URL.Path, r.URL.RawQuery)
	if condition := r.Header.Get("If-Match"); condition != "" {
		fmt.Fprintf(sum, "If-Match: %s\n", condition)
	}
	sum.Write(body)
	name := sha256.Sum256(fmt.Appendf(nil, "%s %t %s", p.Account, p.Test, key))
	if rt.Customer { // the keys of an account's servers are one another's, but nobody else's
		name = sha256.Sum256(fmt.Appendf(nil, "customer %s %s", p.ID, key))
	}
	return keyed{name: hex.EncodeToString(name[:]), print: hex.EncodeToString(sum.Sum(nil)), account: p.Account, secret: rt.Secret}
}

// notKept is the header that says, by "false", that an answer could not be kept:
// the same request is carried out again.
const notKept = "Idempotent-Kept"

// mostWaiting bounds the requests that wait for others: each holds its body.
const mostWaiting = 256

// claimOrWait makes the key's row ours, or returns the one with the answer.
func (s *Server) claimOrWait(ctx context.Context, rt *Route, k keyed) (row keptRow, mine bool, err error) {
	crowded := s.waiting.Add(1) > mostWaiting
	defer s.waiting.Add(-1)
	giveUp := time.NewTimer(waitTime)
	defer giveUp.Stop()
	for {
		row, mine, err = s.claimInTime(ctx, rt, k)
		if err != nil || mine || row.status != 0 {
			return row, mine, err
		}
		if crowded {
			return row, false, inUse()
		}
		select {
		case <-s.finished(k):
		case <-giveUp.C:
			return row, false, inUse()
		case <-ctx.Done():
			return row, false, ctx.Err()
		}
	}
}

func inUse() error {
	return &Problem{Kind: webtrunk.Conflict, Code: "idempotency_key_in_use", Param: "Idempotency-Key", RetryAfter: leaseTime,
		Message: "A request with this Idempotency-Key is still being carried out.", Remedies: []string{"Send it again in a few seconds: it will get the first one's answer."}}
}

// claimInTime is claim, which must not keep waiting whoever wants something ended.
func (s *Server) claimInTime(ctx context.Context, rt *Route, k keyed) (row keptRow, mine bool, err error) {
	if rt.Always {
		limited, done := context.WithTimeout(ctx, endingTime)
		defer done()
		ctx = limited
	}
	return s.claim(ctx, k)
}

// finished tells when to look at a row again: at once when the request that
// this process carries out is done, and now and then for another process's.
func (s *Server) finished(k keyed) <-chan struct{} {
	if done, ok := s.running.Load(k.name); ok {
		return done.(chan struct{})
	}
	c := make(chan struct{})
	time.AfterFunc(waitStep, func() { close(c) })
	return c
}

// carryOut runs the handler to its end, also if the client has gone, keeps the
// answer and sends it.
func (s *Server) carryOut(k keyed, row keptRow, w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	done := make(chan struct{})
	s.running.Store(k.name, done)
	defer func() {
		s.running.Delete(k.name)
		close(done)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), handlerTime)
	defer cancel()
	req := requestOf(ctx)
	req.seed, req.repeated = row.seed, row.tries > 1
	got := &recorded{header: w.Header()}
	s.protected(got, r.WithContext(ctx), next)
	keep, end := context.WithTimeout(context.WithoutCancel(r.Context()), leaseTime-handlerTime)
	defer end()
	if err := s.keep(keep, k, row, got, req.credential); err != nil {
		w.Header().Set(notKept, "false")
		s.cfg.Log.Error("answer not kept for repetitions", "request", req.id, "error", err)
	}
	w.WriteHeader(got.status)
	w.Write(got.body.Bytes())
}

// protected runs a handler whose panic is an answer too.
func (s *Server) protected(w *recorded, r *http.Request, next http.HandlerFunc) {
	defer func() {
		if p := recover(); p != nil {
			w.status = 0
			w.body.Reset()
			s.panicked(&observed{ResponseWriter: w}, r, p)
		}
		if w.status == 0 {
			w.status = http.StatusOK
		}
	}()
	next(w, r)
}

// recorded takes an answer to keep it.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorded) Header() http.Header { return a.header }

func (a *recorded) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *recorded) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// replay sends a kept answer.
func (s *Server) replay(k keyed, row keptRow, w http.ResponseWriter, r *http.Request) {
	body := row.body
	if k.secret && row.status < 300 {
		var err error
		if body, err = unseal(requestOf(r.Context()).credential, row.body); err != nil {
			s.fail(w, r, &Problem{Kind: webtrunk.Conflict, Code: "answer_sealed", Param: "Idempotency-Key", Err: err,
				Message: "The answer holds a secret, and is repeated only to the key that asked first.", Remedies: []string{"Ask with the same API key as the first time."}})
			return
		}
	}
	w.Header().Set("Idempotent-Replayed", "true")
	if len(body) > 0 {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(row.status)
	w.Write(body)
}

// final reports whether an answer is kept. What failed on our side, or for the
// caller's haste, is to be tried again with the same key.
func final(status int) bool { return status < 500 && status != http.StatusTooManyRequests }

var errSealed = errors.New("sealed with another credential")

// sealingKey makes a cipher's key of a credential, which is not kept anywhere.
func sealingKey(credential string) []byte {
	mac := hmac.New(sha256.New, []byte("webtrunk idempotency"))
	mac.Write([]byte(credential))
	return mac.Sum(nil)
}
