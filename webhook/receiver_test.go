package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
)

// A receiver is somebody's application server. It knows nothing of this
// package: it checks signatures by the published rules, on its own.
type receiver struct {
	t    testing.TB
	addr string
	stop func()

	mu     sync.Mutex
	secret string // "" takes anything
	answer func(n int, got message) answer
	got    []message // those that were accepted with 2xx, in order
	asked  int       // all
	forged int
	under  map[webtrunk.CallID]int
	most   int // requests at once
	now    int
	broken []string // rules that the sender broke
}

// A message is what the receiver understood.
type message struct {
	ID, Object, Type string
	Seq              int64
	Call             webtrunk.CallID `json:"call"`
	CallSeq          int64           `json:"call_seq"`
	Livemode         bool
	Data             json.RawMessage

	header http.Header
	raw    []byte
}

type answer struct {
	code   int
	header map[string]string
	body   string
	after  time.Duration
}

// newReceiver starts one on a loopback port.
func newReceiver(t testing.TB) *receiver { return newReceiverAt(t, "127.0.0.1:0") }

// newReceiverAt starts one on an address. One that stops and comes back needs
// an address that no other test's receiver takes meanwhile.
func newReceiverAt(t testing.TB, addr string) *receiver {
	r := &receiver{t: t, under: map[webtrunk.CallID]int{}}
	r.start(addr)
	t.Cleanup(func() {
		r.stop()
		for _, b := range r.broken {
			t.Error(b)
		}
	})
	return r
}

// start listens; after stop, it may be called again with the same address.
func (r *receiver) start(addr string) {
	l, err := net.Listen("tcp", addr)
	for end := time.Now().Add(5 * time.Second); err != nil && time.Now().Before(end); l, err = net.Listen("tcp", addr) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.addr = l.Addr().String()
	srv := &http.Server{Handler: r}
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	r.stop = sync.OnceFunc(func() { srv.Close(); <-done })
}

func (r *receiver) url() string { return "http://" + r.addr + "/hook" }

// answers sets what the receiver says; n counts its requests from 1.
func (r *receiver) answers(f func(n int, got message) answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

func (r *receiver) trusts(s Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = s.Reveal()
}

func (r *receiver) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	got := message{header: req.Header.Clone(), raw: raw}
	json.Unmarshal(raw, &got)
	a, proceed := r.enter(got)
	if proceed {
		defer r.leave(got, a)
	}
	if a.after > 0 {
		select {
		case <-time.After(a.after):
		case <-req.Context().Done():
		}
	}
	for k, v := range a.header {
		rw.Header().Set(k, v)
	}
	rw.WriteHeader(a.code)
	io.WriteString(rw, a.body)
}

func (r *receiver) enter(got message) (answer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.secret != "" && !genuine(got, r.secret) {
		r.forged++
		return answer{code: 400}, false
	}
	if r.now++; r.now > r.most {
		r.most = r.now
	}
	if r.under[got.Call]++; got.Call != "" && r.under[got.Call] > 1 {
		r.broken = append(r.broken, "two events of one call came at once")
	}
	if r.answer == nil {
		return answer{code: 204}, true
	}
	return r.answer(r.asked, got), true
}

func (r *receiver) leave(got message, a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now--
	r.under[got.Call]--
	if a.code >= 200 && a.code < 300 {
		r.got = append(r.got, got)
	}
}

// messages returns what was accepted so far.
func (r *receiver) messages() []message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message(nil), r.got...)
}

func (r *receiver) requests() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// genuine is the published algorithm, written down from its text: split the
// header at spaces, take the v1 ones, compare with the HMAC of
// id.timestamp.body under the decoded secret.
func genuine(m message, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 {
		return false
	}
	id, stamp := m.header.Get("webhook-id"), m.header.Get("webhook-timestamp")
	sent, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute || id == "" {
		return false
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, id+"."+stamp+"."+string(m.raw))
	for _, one := range strings.Split(m.header.Get("webhook-signature"), " ") {
		version, signature, _ := strings.Cut(one, ",")
		sum, err := base64.StdEncoding.DecodeString(signature)
		if version == "v1" && err == nil && hmac.Equal(sum, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

// wait returns when n messages were accepted.
func (r *receiver) wait(w *world, n int) []message {
	w.Helper()
	w.until("the receiver has "+strconv.Itoa(n)+" messages", func() bool { return len(r.messages()) >= n })
	return r.messages()
}

// forge posts something that was not signed by us.
func (r *receiver) forge(ctx context.Context, header http.Header, body string) int {
	req, err := http.NewRequestWithContext(ctx, "POST", r.url(), strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header = header
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := tr.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
