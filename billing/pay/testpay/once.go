package testpay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"webtrunk/billing/pay"
)

// headerKey carries a request's idempotency key.
const headerKey = "Idempotency-Key"

// An action makes or moves an object and returns its ID, or changes nothing and fails.
type action func(s *state, q *http.Request, key pay.Key, body request) (object string, err error)

// A request is the body of every POST; each action reads its own part.
type request struct {
	pay.Customer
	CustomerID  pay.CustomerID `json:"customer"`
	Method      pay.MethodID   `json:"method"`
	Amount      int64          `json:"amount"`
	Currency    string         `json:"currency"`
	Capture     bool           `json:"capture"`
	Description string         `json:"description"`
	ReturnTo    string         `json:"return_to"`
}

// once does an action once for each key. The answer is how its object stands now, the first
// time and every other, so who asks again learns what has become of it meanwhile.
func (srv *Server) once(does action) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, q.Body, 1<<16))
		var body request
		if err == nil {
			err = json.Unmarshal(text, &body)
		}
		if err != nil {
			fail(w, pay.Fail("", pay.Invalid, "The body is no JSON that is understood here.", nil))
			return
		}
		var object string
		var c Controls
		err = srv.change(func(s *state) error {
			c = s.Controls.spend()
			var err error
			object, err = s.once(does, q, body, text)
			return err
		})
		srv.late(q, c)
		if c.DropAnswers > 0 {
			panic(http.ErrAbortHandler) // the work is done, and nobody is told
		}
		if err != nil {
			fail(w, err)
			return
		}
		srv.answer(w, object)
	}
}

func (s *state) once(does action, q *http.Request, body request, text []byte) (string, error) {
	key := pay.Key(q.Header.Get(headerKey))
	if err := pay.CheckKey(key); err != nil {
		return "", err
	}
	hash := sha256.Sum256(append([]byte(q.URL.Path+"\n"), text...))
	sum := hex.EncodeToString(hash[:])
	if before, ok := s.Done[string(key)]; ok {
		if before.Sum != sum {
			return "", pay.Fail("", pay.Invalid, "This key belongs to another request.", nil)
		}
		return before.Object, nil
	}
	object, err := does(s, q, key, body)
	if err == nil {
		s.Done[string(key)] = done{sum, object}
	}
	return object, err
}

// late waits as long as the controls say, or until the client has gone.
func (srv *Server) late(q *http.Request, c Controls) {
	if c.LateMS == 0 {
		return
	}
	t := time.NewTimer(time.Duration(c.LateMS) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-q.Context().Done():
	}
}

// answer tells how an object stands. A payment by the slow card gets none until it is decided.
func (srv *Server) answer(w http.ResponseWriter, object string) {
	srv.mu.Lock()
	p := srv.s.payment(pay.PaymentID(object))
	if p == nil {
		srv.mu.Unlock()
		show(w, map[string]string{"id": object, "url": srv.cfg.Origin + "/setup/" + object})
		return
	}
	now := p.Payment
	srv.mu.Unlock()
	if now.State == pay.Pending {
		panic(http.ErrAbortHandler)
	}
	show(w, now)
}

func show(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

// A refusal is the body of an answer that is no yes.
type refusal struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// codes are the kinds of refusals and how HTTP says them.
var codes = map[pay.Kind]int{pay.Invalid: http.StatusUnprocessableEntity, pay.Missing: http.StatusNotFound, pay.Refused: http.StatusUnauthorized, pay.Unknown: http.StatusServiceUnavailable}

func fail(w http.ResponseWriter, err error) {
	e, ok := err.(*pay.Error)
	if !ok {
		e = pay.Fail("", pay.Unknown, "The state could not be kept.", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(codes[e.Kind])
	json.NewEncoder(w).Encode(refusal{e.Kind.String(), e.Message})
}
