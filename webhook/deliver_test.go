package webhook

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// The receiver is well: 20 calls of 10 events each arrive once, each call in
// order, signed, in the envelope of the API.
func TestAllArriveInOrder(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		ep, secret := w.endpoint(r.url())
		r.trusts(secret)
		w.run(w.sender())
		var sent []event.Record
		for range 20 {
			_, recs := w.call(10)
			sent = append(sent, recs...)
		}
		got := r.wait(w, len(sent))
		w.settled(len(sent), Delivered)
		inOrder(w, got)
		seen := map[string]int{}
		for _, m := range got {
			seen[m.header.Get("webhook-id")]++
			if m.ID != m.header.Get("webhook-id") || m.Object != "event" || m.Type != "call.held" || !m.Livemode || m.header.Get("Content-Type") != "application/json" {
				w.Fatalf("the message is not the event's envelope: %v %s", m.header, m.raw)
			}
		}
		for _, rec := range sent {
			if seen[rec.ID] != 1 {
				w.Fatalf("%s arrived %d times", rec.ID, seen[rec.ID])
			}
		}
		d := w.all(Filter{Endpoint: ep.ID, Event: sent[0].ID})
		if len(d) != 1 || d[0].Attempts != 1 || d[0].Code != 204 || d[0].Error != "" || d[0].Ended.IsZero() {
			w.Fatalf("the log says %+v", d)
		}
	})
}

// inOrder fails the test unless each call's messages have ascending places.
func inOrder(w *world, got []message) {
	w.Helper()
	last := map[webtrunk.CallID]int64{}
	for _, m := range got {
		if m.CallSeq <= last[m.Call] {
			w.Fatalf("%s: %d came after %d", m.Call, m.CallSeq, last[m.Call])
		}
		last[m.Call] = m.CallSeq
	}
}

// One event of a call fails until the last has come. The rest of the call does
// not wait for it; it arrives by the schedule, and the log has each attempt.
func TestOneFailsTheRestGoOn(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		whole := false
		r.answers(func(_ int, m message) answer {
			whole = whole || m.CallSeq == 5
			if m.CallSeq == 2 && !whole {
				return answer{code: 500, body: "our database\x00 is \xff down " + strings.Repeat("x", 5000)}
			}
			return answer{code: 200, body: "thanks"}
		})
		w.run(w.sender())
		_, recs := w.call(5)
		var order []int64
		for _, m := range r.wait(w, 5) {
			order = append(order, m.CallSeq)
		}
		if !slices.Equal(order, []int64{1, 3, 4, 5, 2}) {
			w.Fatalf("order %v: want the others in order, and then 2", order)
		}
		w.settled(5, Delivered)
		d := w.all(Filter{Event: recs[1].ID})[0]
		attempts, err := w.deliveries.Attempts(w.ctx, w.in, d.ID)
		if err != nil || len(attempts) < 2 || d.Attempts != len(attempts) {
			w.Fatalf("%d attempts, %v", len(attempts), err)
		}
		last, first := attempts[0], attempts[len(attempts)-1]
		if last.Number != len(attempts) || last.Code != 200 || last.Error != "" || last.Response != "thanks" || last.Duration <= 0 {
			w.Fatalf("the last attempt is %+v", last)
		}
		if first.Code != 500 || !strings.Contains(first.Error, "500 Internal Server Error") || len(first.Response) > 1024 || !strings.HasPrefix(first.Response, "our database\uFFFD is \uFFFD down xxx") {
			w.Fatalf("the first attempt is %+v", first)
		}
		if gap := attempts[len(attempts)-2].Time.Sub(first.Time); gap < 50*time.Millisecond {
			w.Fatalf("tried again after %v", gap)
		}
	})
}

// Attempts take longer than the schedule's waits, and every one fails: still
// each event of the call is tried.
func TestAllFailSlowly(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		tried := map[int64]int{}
		r.answers(func(_ int, m message) answer {
			tried[m.CallSeq]++
			return answer{code: 500, after: 20 * time.Millisecond}
		})
		s := w.sender()
		s.Schedule = Schedule{Delays: []time.Duration{time.Millisecond}, Every: time.Millisecond, For: time.Hour, Jitter: -1}
		w.run(s)
		w.call(5)
		w.until("each was tried three times", func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return tried[1] >= 3 && tried[2] >= 3 && tried[3] >= 3 && tried[4] >= 3 && tried[5] >= 3
		})
	})
}

// A receiver that never accepts: after the schedule's end the delivery is
// visibly failed, and a replay starts it anew.
func TestGivenUpThenReplayed(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		r.answers(func(int, message) answer { return answer{code: 503} })
		s := w.sender()
		s.Schedule.For = 500 * time.Millisecond
		w.run(s)
		w.append(w.record("trunk.down", nil))
		d := w.settled(1, Failed)[0]
		if d.Attempts < 1 || d.Attempts > 5 || d.Ended.Sub(d.Created)+s.Schedule.Every < s.Schedule.For || d.Code != 503 || d.Error == "" || d.Ended.IsZero() || !d.Next.IsZero() {
			w.Fatalf("given up as %+v", d)
		}
		if b := w.backlog(); b.Failed != 1 || b.Pending != 0 {
			w.Fatalf("backlog %+v", b)
		}
		r.answers(nil)
		if _, err := w.deliveries.Replay(w.ctx, w.in, d.ID); err != nil {
			w.Fatal(err)
		}
		if again := w.settled(1, Delivered)[0]; again.Attempts != d.Attempts+1 || again.ID != d.ID || again.Error != "" {
			w.Fatalf("replayed as %+v", again)
		}
	})
}

// backlog is the only endpoint's.
func (w *world) backlog() (b Backlog) {
	w.Helper()
	all, err := w.deliveries.Backlog(w.ctx, "")
	if err != nil || len(all) > 1 {
		w.Fatal(all, err)
	}
	for _, b = range all {
	}
	return b
}

// The receiver restarts on its port while events flow: none is lost.
func TestReceiverRestarts(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiverAt(w, "127.0.0.5:0")
		_, secret := w.endpoint(r.url())
		r.trusts(secret)
		s := w.sender()
		w.run(s)
		id, recs := w.call(5)
		r.wait(w, 5)
		r.stop()
		recs = append(recs, w.goOn(id, 6, 10)...)
		w.until("all have failed once", func() bool { return w.backlog().Retrying == 5 })
		if b := w.backlog(); b.Pending != 5 || b.Oldest.IsZero() || s.Counters().Failed < 5 {
			w.Fatalf("backlog %+v, counters %+v", b, s.Counters())
		}
		r.start(r.addr)
		recs = append(recs, w.goOn(id, 11, 15)...)
		r.wait(w, 15)
		w.settled(15, Delivered)
		seen := map[string]bool{}
		for _, m := range r.messages() {
			seen[m.ID] = true
		}
		for _, rec := range recs {
			if !seen[rec.ID] {
				w.Fatalf("%s is lost", rec.ID)
			}
		}
		for _, d := range w.all(Filter{Call: id}) {
			if d.CallSeq > 5 && d.CallSeq <= 10 && d.Attempts < 2 {
				w.Fatalf("%+v had no failed attempt", d)
			}
		}
	})
}

// What a receiver answers, and what becomes of it.
func TestAnswers(t *testing.T) {
	cases := []struct {
		name    string
		answer  answer
		problem string
	}{
		{"accepted", answer{code: 202}, ""},
		{"created with a long body", answer{code: 201, body: strings.Repeat("y", 1<<20)}, ""},
		{"a redirect", answer{code: 307, header: map[string]string{"Location": "/elsewhere"}}, "a redirect"},
		{"a permanent redirect", answer{code: 301, header: map[string]string{"Location": "http://127.0.0.1:1/"}}, "a redirect"},
		{"not found", answer{code: 404}, "404 Not Found"},
		{"too slow", answer{code: 200, after: time.Minute}, "did not answer within"},
		{"endless headers", answer{code: 200, header: map[string]string{"X": strings.Repeat("z", 100<<10)}}, "could not be reached"},
	}
	onEach(t, func(w *world) {
		receivers, ids := map[string]*receiver{}, map[string]string{}
		for _, c := range cases {
			r := newReceiver(w)
			r.answers(func(int, message) answer { return c.answer })
			ep, _ := w.endpoint(r.url())
			receivers[c.name], ids[c.name] = r, ep.ID
		}
		s := w.sender()
		s.Timeout = 2 * time.Second
		s.Schedule.For = time.Nanosecond // one attempt
		w.run(s)
		w.append(w.record("trunk.up", nil))
		w.until("all are answered", func() bool {
			return len(w.all(Filter{Status: Delivered}))+len(w.all(Filter{Status: Failed})) == len(cases)
		})
		for _, c := range cases {
			d := w.all(Filter{Endpoint: ids[c.name]})[0]
			if !strings.Contains(d.Error, c.problem) || (c.problem == "") != (d.Error == "") || (c.problem == "") != (d.Status == Delivered) || d.Attempts != 1 || receivers[c.name].requests() != 1 {
				w.Errorf("%s: %+v after %d requests", c.name, d, receivers[c.name].requests())
			}
		}
	})
}

// HTTPS whose certificate nobody vouches for is no way to tell who calls whom.
func TestUnknownCertificate(t *testing.T) {
	onEach(t, func(w *world) {
		asked := make(chan struct{}, 10)
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
		srv.Config.ErrorLog = log.New(io.Discard, "", 0)
		srv.StartTLS()
		defer srv.Close()
		w.endpoint(srv.URL)
		s := w.sender()
		s.Schedule.For = time.Nanosecond
		w.run(s)
		w.append(w.record("trunk.up", nil))
		if d := w.settled(1, Failed)[0]; !strings.Contains(d.Error, "certificate is not valid") || len(asked) != 0 {
			w.Fatalf("%+v", d)
		}
	})
}

// 410 disables the endpoint, says so to the other one, and ends what waits.
func TestGone(t *testing.T) {
	onEach(t, func(w *world) {
		r, other := newReceiver(w), newReceiver(w)
		ep, _ := w.endpoint(r.url(), "call.*")
		w.endpoint(other.url(), "webhook_endpoint.*")
		r.answers(func(int, message) answer { return answer{code: 410} })
		w.run(w.sender())
		w.call(3)
		m := other.wait(w, 1)[0]
		if m.Type != "webhook_endpoint.disabled" || !strings.Contains(string(m.Data), ep.ID) || !strings.Contains(string(m.Data), "410") {
			w.Fatalf("told %s", m.raw)
		}
		for _, d := range w.settled(3, Failed) {
			if d.Error == "" {
				w.Fatalf("%+v has no reason", d)
			}
		}
		ep, err := w.endpoints.Get(w.ctx, w.in, ep.ID)
		if err != nil || ep.Enabled || !strings.Contains(ep.Reason, "410") {
			w.Fatalf("%+v, %v", ep, err)
		}
		w.call(2)
		w.append(w.record("webhook_endpoint.marker", nil)) // behind the calls in the log
		other.wait(w, 2)
		if n := r.requests(); n != 1 {
			w.Fatalf("asked %d times after Gone", n-1)
		}
		if n := len(w.all(Filter{Endpoint: ep.ID})); n != 3 {
			w.Fatalf("%d deliveries: a disabled endpoint gets none", n)
		}
	})
}

// A slow receiver has its own bound; the quick one's events do not wait.
func TestSlowReceiverHoldsUpNobody(t *testing.T) {
	onEach(t, func(w *world) {
		slow, quick := newReceiver(w), newReceiver(w)
		free := make(chan struct{})
		slow.answers(func(int, message) answer {
			slow.mu.Unlock()
			defer slow.mu.Lock()
			<-free
			return answer{code: 200}
		})
		w.endpoint(slow.url())
		w.endpoint(quick.url())
		s := w.sender()
		s.PerEndpoint, s.Timeout, s.Total = 3, 30*time.Second, 8
		w.run(s)
		for range 30 {
			w.call(2)
		}
		quick.wait(w, 60)
		if n := slow.requests(); n != 3 {
			w.Errorf("%d attempts at once to the slow one, want 3", n)
		}
		close(free)
		inOrder(w, slow.wait(w, 60))
		w.settled(120, Delivered)
	})
}

// Retry-After makes the wait longer, to a bound.
func TestRetryAfter(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		r.answers(func(n int, _ message) answer {
			if n == 1 {
				return answer{code: 429, header: map[string]string{"Retry-After": "3600"}}
			}
			return answer{code: 200}
		})
		s := w.sender()
		s.Schedule = Schedule{Delays: []time.Duration{time.Millisecond}, Every: 300 * time.Millisecond, For: time.Minute, Jitter: -1}
		w.run(s)
		w.append(w.record("trunk.up", nil))
		d := w.settled(1, Delivered)[0]
		attempts, err := w.deliveries.Attempts(w.ctx, w.in, d.ID)
		if err != nil || len(attempts) != 2 || attempts[0].Time.Sub(attempts[1].Time) < 300*time.Millisecond {
			w.Fatal(fmt.Sprint(attempts), err)
		}
	})
}
