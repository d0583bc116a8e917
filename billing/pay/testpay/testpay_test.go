package testpay

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"webtrunk/billing/pay"
	"webtrunk/billing/pay/paytest"
)

func TestProvider(t *testing.T) {
	w := newWorld(t)
	t.Run("refusals", func(t *testing.T) { paytest.Refusals(t, w.Client) })
	numbers := map[string]string{"": "4242 4242 4242 4242", "declined": "4000000000000341", "confirmed": "4000002500003155"}
	paytest.Stories(t, paytest.World{
		Provider: w.Client,
		Card: func(t *testing.T, does string) (pay.CustomerID, pay.MethodID) {
			return w.give(strings.ReplaceAll(numbers[does], " ", ""))
		},
		Confirm: func(t *testing.T, page string, yes bool) {
			answer := map[bool]string{true: "confirm", false: "refuse"}[yes]
			if to, text := w.form(page, url.Values{"answer": {answer}}); to != "https://shop.example/back" {
				t.Fatalf("the page of confirming leads to %q: %s", to, text)
			}
		},
	})
}

// TestNothingIsLost: a provider that is started again knows all that it said yes to, and its
// file has no card.
func TestNothingIsLost(t *testing.T) {
	w := newWorld(t)
	c, m := w.give("4242424242424242")
	p, err := w.Authorise(t.Context(), "k", order(c, m, 1000))
	if err != nil {
		t.Fatal(err)
	}
	w.restart()
	again, err := w.Authorise(t.Context(), "k", order(c, m, 1000))
	if err != nil || again.ID != p.ID || again.State != pay.Authorised {
		t.Fatalf("after a restart the same key is %+v, %v; want %s", again, err, p.ID)
	}
	text, err := os.ReadFile(w.cfg.File)
	if err != nil || !strings.Contains(string(text), string(p.ID)) || strings.Contains(string(text), "42424242") {
		t.Fatalf("the file, %v, should have the payment and not the card: %s", err, text)
	}
}

// TestTheAnswerIsLost: the work is done and nobody is told; with the same key one learns of it,
// and it is not done twice.
func TestTheAnswerIsLost(t *testing.T) {
	w := newWorld(t)
	c, m := w.give("4242424242424242")
	w.controls(Controls{DropAnswers: 1})
	if _, err := w.Charge(t.Context(), "k", order(c, m, 700)); pay.KindOf(err) != pay.Unknown {
		t.Fatalf("an answer that was lost is %v, want unknown", err)
	}
	p, err := w.Find(t.Context(), "k")
	if err != nil || p.State != pay.Captured {
		t.Fatalf("found by its key: %+v, %v", p, err)
	}
	again, err := w.Charge(t.Context(), "k", order(c, m, 700))
	if err != nil || again.ID != p.ID {
		t.Fatalf("asked again: %+v, %v; want %s", again, err, p.ID)
	}
	if n := count(t, w); n != 1 {
		t.Fatalf("%d payments were made of one", n)
	}
}

// TestTheSlowCard gives no answer, is pending, and succeeds later, once, though the provider
// is started again meanwhile.
func TestTheSlowCard(t *testing.T) {
	w := newWorld(t)
	w.cfg.Decides = time.Hour
	w.restart()
	c, m := w.give("4000000000000259")
	if e := w.hook.next(t); e.Kind != pay.MethodStored {
		t.Fatalf("the first webhook is %+v", e)
	}
	if _, err := w.Charge(t.Context(), "k", order(c, m, 700)); pay.KindOf(err) != pay.Unknown {
		t.Fatalf("the slow card's answer is %v, want unknown", err)
	}
	p, err := w.Find(t.Context(), "k")
	if err != nil || p.State != pay.Pending || pay.KindOf(p.Outcome("charge")) != pay.Unknown {
		t.Fatalf("before it is decided: %+v, %v", p, err)
	}
	w.mu.Lock()
	if err := w.srv.change(func(s *state) error { s.Payments[0].DecidedAt = time.Now(); return nil }); err != nil {
		t.Fatal(err)
	}
	w.mu.Unlock()
	w.restart()
	if e := w.hook.next(t); e.Kind != pay.PaymentChanged || e.Payment != p.ID {
		t.Fatalf("the webhook of the late success is %+v", e)
	}
	again, err := w.Charge(t.Context(), "k", order(c, m, 700))
	if err != nil || again.ID != p.ID || again.State != pay.Captured || count(t, w) != 1 {
		t.Fatalf("asked again: %+v, %v; want %s once", again, err, p.ID)
	}
}

func count(t *testing.T, w *world) (n int) {
	t.Helper()
	for _, err := range w.Since(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// TestALateAnswer: who waits less than the provider takes does not know, and finds it.
func TestALateAnswer(t *testing.T) {
	w := newWorld(t)
	c, m := w.give("4242424242424242")
	w.controls(Controls{LateMS: 600_000})
	ctx, stop := context.WithCancel(t.Context())
	asked := make(chan error, 1)
	go func() {
		_, err := w.Charge(ctx, "k", order(c, m, 700))
		asked <- err
	}()
	for deadline := time.Now().Add(time.Minute); count(t, w) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the payment never arrived")
		}
		time.Sleep(time.Millisecond) // between two looks
	}
	stop()
	if err := <-asked; pay.KindOf(err) != pay.Unknown {
		t.Fatalf("who went away was told %v, want unknown", err)
	}
	if p, err := w.Find(t.Context(), "k"); err != nil || p.State != pay.Captured {
		t.Fatalf("found by its key: %+v, %v", p, err)
	}
}

func TestManyPaymentsAreListed(t *testing.T) {
	w := newWorld(t)
	w.cfg.File, w.cfg.Hook = "", ""
	w.restart()
	c, m := w.give("4242424242424242")
	for i := range pageSize*2 + 1 {
		if _, err := w.Charge(t.Context(), pay.Key(strconv.Itoa(i)), order(c, m, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, w); n != pageSize*2+1 {
		t.Fatalf("%d payments are listed of %d", n, pageSize*2+1)
	}
}

// TestHostedPages: what is no test card is not taken, and no page works twice.
func TestHostedPages(t *testing.T) {
	w := newWorld(t)
	c, err := w.NewCustomer(t.Context(), "c", pay.Customer{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Setup(t.Context(), "bad", c, "javascript:alert(1)"); pay.KindOf(err) != pay.Invalid {
		t.Fatalf("a page that returns to a script: %v", err)
	}
	s, err := w.Setup(t.Context(), "s", c, "https://shop.example/back")
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]string{"4111111111111111": noCard, "4000000000000002": notTaken, "4242424242424242": "such as 12/34"} {
		expiry := map[bool]string{true: "12/34", false: "01/20"}[want != "such as 12/34"]
		to, text := w.form(s.URL, url.Values{"number": {number}, "expiry": {expiry}})
		if to != "" || !strings.Contains(text, want) || strings.Contains(text, number) {
			t.Errorf("%s leads to %q and shows %s; want %q and no number", number, to, text, want)
		}
	}
	if to, _ := w.form(s.URL, url.Values{"number": {"4242424242424242"}, "expiry": {"12/34"}}); to == "" {
		t.Fatal("the good card was not taken")
	}
	if to, text := w.form(s.URL, url.Values{"number": {"4242424242424242"}, "expiry": {"12/34"}}); to != "" || !strings.Contains(text, over.Title) {
		t.Fatalf("the page worked twice: %q, %s", to, text)
	}
	if found, err := w.Methods(t.Context(), c); err != nil || len(found) != 1 {
		t.Fatalf("%d cards, %v", len(found), err)
	}
}

func TestTheKeyIsWanted(t *testing.T) {
	w := newWorld(t)
	w.Key = "another"
	_, err := w.NewCustomer(t.Context(), "k", pay.Customer{})
	if pay.KindOf(err) != pay.Refused || strings.Contains(err.Error(), "another") {
		t.Fatalf("a wrong key: %v; want it refused and not told", err)
	}
}

// TestWebhooksTwiceAndTurnedAround: each is taken once, whatever the order, and one that could
// not be taken comes again.
func TestWebhooksTwiceAndTurnedAround(t *testing.T) {
	w := newWorld(t)
	w.controls(Controls{HoldHooks: true})
	c, m := w.give("4242424242424242")
	p, err := w.Charge(t.Context(), "k", order(c, m, 100))
	if err != nil {
		t.Fatal(err)
	}
	w.hook.mu.Lock()
	w.hook.fails = 2
	w.hook.mu.Unlock()
	w.restart() // what waits is kept
	w.controls(Controls{HookCopies: 2, ReverseHooks: true})
	got := map[pay.EventKind]pay.Event{}
	for range 2 {
		e := w.hook.next(t)
		got[e.Kind] = e
	}
	if got[pay.PaymentChanged].Payment != p.ID || got[pay.MethodStored].Customer != c {
		t.Fatalf("the webhooks were %+v", got)
	}
	w.hook.mu.Lock()
	first := w.hook.came[0]
	w.hook.mu.Unlock()
	if first != got[pay.PaymentChanged].ID {
		t.Errorf("%s came first, want the later one, %s", first, got[pay.PaymentChanged].ID)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // between two looks
		if w.hook.times(got[pay.PaymentChanged].ID) >= 2 && w.hook.times(got[pay.MethodStored].ID) >= 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no webhook came twice")
		}
	}
	if n := len(w.hook.taken); n != 0 {
		t.Errorf("%d webhooks were taken a second time", n)
	}
}

func TestSignatures(t *testing.T) {
	body, now := []byte(`{"id":"evt_1","kind":"payment.changed"}`), time.Now()
	signed := func(s pay.Secret, at time.Time) http.Header {
		return http.Header{HeaderSignature: {sign(s, at, body)}}
	}
	c := &Client{Secrets: []pay.Secret{"new", "old"}}
	for _, s := range c.Secrets {
		if e, err := c.ReadWebhook(signed(s, now), body); err != nil || e.ID != "evt_1" {
			t.Errorf("signed with a secret of ours: %+v, %v", e, err)
		}
	}
	for name, h := range map[string]http.Header{
		"wrong secret": signed("wrong", now), "old": signed("new", now.Add(-6*time.Minute)),
		"to come": signed("new", now.Add(6*time.Minute)), "none": {}, "empty": signed("", now),
	} {
		if _, err := c.ReadWebhook(h, body); pay.KindOf(err) != pay.Refused {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	if _, err := c.ReadWebhook(signed("new", now), append(body, ' ')); pay.KindOf(err) != pay.Refused {
		t.Errorf("another body: %v, want it refused", err)
	}
}
