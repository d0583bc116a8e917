package billing

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/price"
	"webtrunk/call"
)

// TestAFreeTimeAndThenAPrice: asked before the free time ends, accepted on the page, charged
// from then on, to the cent and with a part for who answers.
func TestAFreeTimeAndThenAPrice(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Free, p.SellerPart = 120, 7000 })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		w.stands(ann, 10_000, 1200)
		pass(100 * time.Second)
		if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); err != nil {
			t.Fatal(err)
		}
		pass(20*time.Second + 5*time.Minute)
		l.hangsUp()
		if is := w.billed("call_1", meter.Settled, 600); is.Talk.Voice != 5*time.Minute || is.Free != 2*time.Minute || is.ToSeller != 420 || is.Seller != "person_sue" ||
			!slices.Equal(is.Intervals, []Interval{{0, 120_000, meter.Free, 0}, {120_000, 420_000, meter.Talk, 1_200_000}}) {
			t.Errorf("it is %+v", is)
		}
		w.stands(ann, 9400, 0)
		w.stands(income, 180, 0)
		w.stands(ledger.Name{Tenant: shop.Account, Kind: ledger.Seller, Owner: "person_sue", Currency: "EUR"}, 420, 0)
		want := []string{"price.created", "wallet.deposited", "quote.created", "billing.free_started", "billing.acceptance_requested", "billing.accepted", "billing.metering_started", "billing.settled"}
		if told := w.told(); !slices.Equal(told, want) {
			t.Errorf("the log tells of %q", told)
		}
		q, err := w.Quote(w.Context(), shop, w.billed("call_1", meter.Settled, 600).Quote)
		if err != nil || q.Answer != Accepted || q.By != "a" || q.Method != ByPage {
			t.Errorf("the quote is %+v, %v", q, err)
		}
	})
}

// TestWhoSaysNothingPaysNothing: the call ends when its free time is over, or goes on.
func TestWhoSaysNothingPaysNothing(t *testing.T) {
	for name, c := range map[string]struct {
		after  price.After
		say    Answer
		method string
	}{
		"silent, and it ends":      {price.AfterEnd, NoAnswer, "unanswered"},
		"declined, and it ends":    {price.AfterEnd, Declined, "declined"},
		"silent, and it goes on":   {price.AfterFree, NoAnswer, "unanswered"},
		"declined, and it goes on": {price.AfterFree, Declined, "declined"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.costs(func(p *Price) { p.Free, p.After = 60, c.after })
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1").answered()
				pass(40 * time.Second)
				if c.say != NoAnswer {
					if err := w.Answer(w.Context(), "call_1", 1, "", c.say); err != nil {
						t.Fatal(err)
					}
				}
				pass(time.Hour)
				if c.after == price.AfterFree {
					l.hangsUp()
				}
				if e := l.over(); c.after == price.AfterEnd && (e.Reason != call.CreditEnded || !strings.Contains(e.Message, "Nothing was charged")) {
					t.Errorf("it ended with %+v", e)
				}
				w.billed("call_1", meter.Voided, 0)
				w.stands(ann, 10_000, 0)
				if told := w.told(); !slices.Contains(told, "billing."+c.method) {
					t.Errorf("the log tells of %q", told)
				}
			})
		})
	}
}

// TestAcceptedByDigits: a telephone is asked by a phrase, and only a key of its own, to that
// phrase, is an answer.
func TestAcceptedByDigits(t *testing.T) {
	for name, c := range map[string]struct {
		press   func(*line)
		charged int64
	}{
		"1 accepts":          {func(l *line) { l.take(call.LegDigit{Leg: 1, Digit: "1"}) }, 120},
		"2 declines":         {func(l *line) { l.take(call.LegDigit{Leg: 1, Digit: "2"}) }, 0},
		"another says no":    {func(l *line) { l.take(call.LegDigit{Leg: 1, Digit: "5"}) }, 0},
		"the other side's 1": {func(l *line) { l.take(call.LegDigit{Leg: 2, Digit: "1"}) }, 0},
		"no key":             {func(*line) {}, 0},
		"1 to another question": {func(l *line) {
			l.take(call.Ask{Leg: 1, Phrase: "welcome", Digits: 1})
			l.take(call.LegDigit{Leg: 1, Digit: "1"})
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.costs(func(p *Price) { p.After = price.AfterFree })
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1", func(in *call.Arrived) { in.From = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+4940123"} }).answered()
				if p := <-l.asked; !strings.HasPrefix(p.Phrase, "offer_quote_") || p.Leg != 1 || p.Digits != 1 || p.Timeout != meter.AnswerTime {
					t.Errorf("asked is %+v", p)
				}
				c.press(l)
				synctestWaitAndPass(meter.Grace + time.Minute)
				l.hangsUp()
				w.stands(ann, 10_000-c.charged, 0)
			})
		})
	}
}

func synctestWaitAndPass(d time.Duration) { pass(0); pass(d) }

// TestWhatIsNotChargedInACall: while the seller's side holds it, is lost or is not heard.
func TestWhatIsNotChargedInACall(t *testing.T) {
	for reason, c := range map[meter.Reason]struct{ from, to []call.Input }{
		meter.Held:         {[]call.Input{call.LegHeld{Leg: 2}}, []call.Input{call.LegResumed{Leg: 2}}},
		meter.Reconnecting: {[]call.Input{call.LegLost{Leg: 1}}, []call.Input{call.LegReturned{Leg: 1}}},
		meter.Talk:         {[]call.Input{call.Hold{By: 1}}, []call.Input{call.Resume{By: 1}}}, // the payer holds, and pays
	} {
		t.Run(string(reason), func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.costs(func(p *Price) { p.Shown = true })
				w.deposit("dep_1", ann, 10_000)
				l := w.calls("call_1").answered()
				pass(meter.Grace + time.Minute)
				for _, in := range c.from {
					l.take(in)
				}
				pass(20 * time.Second)
				for _, in := range c.to {
					l.take(in)
				}
				pass(time.Minute)
				l.hangsUp()
				want, middle := int64(240), Interval{63_000, 83_000, reason, 0}
				if reason == meter.Talk {
					want, middle = 280, Interval{3000, 143_000, meter.Talk, 1_200_000}
				}
				if is := w.billed("call_1", meter.Settled, want); !slices.Contains(is.Intervals, middle) {
					t.Errorf("the intervals are %+v", is.Intervals)
				}
				w.stands(ann, 10_000-want, 0)
			})
		})
	}
}

// TestTheBalanceIsUsedUp: warned at three minutes and at one, ended to the second; a deposit
// in time lets the call go on, beyond the first hold.
func TestTheBalanceIsUsedUp(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown = true })
		w.deposit("dep_1", ann, 4*120)
		l := w.calls("call_1").answered()
		pass(meter.Grace + 3*time.Minute + 30*time.Second)
		w.deposit("dep_2", ann, 20*120)
		pass(15 * time.Minute)
		if len(l.ended) > 0 {
			t.Fatal("it ended though there was enough")
		}
		pass(time.Hour)
		if e := l.over(); e.Reason != call.CreditEnded || !strings.Contains(e.Message, "used up") {
			t.Errorf("it ended with %+v", e)
		}
		w.billed("call_1", meter.Settled, 24*120)
		w.stands(ann, 0, 0)
		low := 0
		for _, kind := range w.told() {
			if kind == "billing.low_balance" {
				low++
			}
		}
		if low != 4 {
			t.Errorf("warned %d times, want twice for each end", low)
		}
	})
}

// TestWhoCannotPayIsNotLetIn, with a sentence that says what to do.
func TestWhoCannotPayIsNotLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		price   func(*Price)
		cents   int64
		who     string
		refused string
	}{
		"nobody knows who":            {nil, 0, "", "Sign in"},
		"nothing in the wallet":       {nil, 0, "cus_ann", "0.02 EUR"},
		"less than the first step":    {func(p *Price) { p.Increment = 60 }, 119, "cus_ann", "1.20 EUR"},
		"less than the policy wants":  {func(p *Price) { p.Cover = 300 }, 599, "cus_ann", "6.00 EUR"},
		"enough for the first step":   {func(p *Price) { p.Increment = 60 }, 120, "cus_ann", ""},
		"enough for what is wanted":   {func(p *Price) { p.Cover = 300 }, 600, "cus_ann", ""},
		"for other calls":             {func(p *Price) { p.Widgets = []string{"widget_2"} }, 0, "", ""},
		"a price that is not in use":  {func(p *Price) { p.Active = false }, 0, "", ""},
		"due at once, and not there":  {func(p *Price) { p.Connect = 500 }, 500, "cus_ann", "5.02 EUR"},
		"a second's cent is a cent":   {func(p *Price) { p.PerMinute = 1 }, 0, "cus_ann", "0.01 EUR"},
		"cheaper than a cent a month": {func(p *Price) { p.PerMinute = 1 }, 1, "cus_ann", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.costs(c.price)
				if c.cents > 0 {
					w.deposit("dep_1", ann, c.cents)
				}
				l := w.calls("call_1", func(in *call.Arrived) { in.Context = map[string]string{"identity.sub": c.who} })
				pass(0)
				if c.refused == "" {
					l.answered().hangsUp()
				}
				if e := l.over(); (e.Reason == call.Forbidden) != (c.refused != "") || !strings.Contains(e.Message, c.refused) {
					t.Errorf("it ended with %+v", e)
				}
			})
		})
	}
}

// TestTheSponsorPaysFirst, until nothing is left.
func TestTheSponsorPaysFirst(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown, p.Payers, p.Increment = true, []string{"sponsor:acme", PayerCaller}, 60 })
		acme := Wallet(shop, "sponsor:acme", "EUR")
		w.deposit("dep_1", ann, 1000)
		w.deposit("dep_2", acme, 300)
		for i, id := range []webtrunk.CallID{"call_1", "call_2", "call_3"} {
			l := w.calls(id).answered()
			pass(meter.Grace + time.Minute)
			l.hangsUp()
			w.billed(id, meter.Settled, 120)
			w.stands(acme, []int64{180, 60, 60}[i], 0)
		}
		w.stands(ann, 880, 0)
	})
}

// TestASponsorsDay: once a day's cap is used up the next payer pays, or nobody is let in, and
// a call that the sponsor pays ends to the step; the next day the sponsor pays again.
func TestASponsorsDay(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown, p.Payers, p.Increment = true, []string{"sponsor:acme", PayerCaller}, 60 })
		acme := Wallet(shop, "sponsor:acme", "EUR")
		w.deposit("dep_1", ann, 1000)
		w.deposit("dep_2", acme, 100_000)
		caps := func(cents int64) {
			t.Helper()
			if err := w.SetDailyCap(w.Context(), DailyCap{Of: acme, Amount: cents, By: "person_own"}); err != nil {
				t.Fatal(err)
			}
		}
		caps(300)
		l := w.calls("call_1").answered()
		pass(10 * time.Minute)
		if e := l.over(); e.Reason != call.CreditEnded {
			t.Errorf("it ended with %+v", e)
		}
		w.billed("call_1", meter.Settled, 240)
		w.stands(acme, 99_760, 0)
		l = w.calls("call_2").answered()
		pass(meter.Grace + time.Minute)
		l.hangsUp()
		w.billed("call_2", meter.Settled, 120)
		w.stands(ann, 880, 0)
		caps(420)
		l = w.calls("call_3").answered()
		pass(meter.Grace + time.Minute)
		l.hangsUp()
		w.stands(acme, 99_640, 0)
		w.stands(ann, 880, 0)
		pass(24 * time.Hour)
		l = w.calls("call_4").answered()
		pass(meter.Grace + 2*time.Minute)
		l.hangsUp()
		w.stands(acme, 99_400, 0)
		if daily, today, err := w.DailyCap(w.Context(), acme); daily != 420 || today != 240 || err != nil {
			t.Errorf("the cap is %d, of which %d are spent, %v", daily, today, err)
		}
		if n := slices.Index(w.told(), "wallet.daily_cap_set"); n < 0 {
			t.Errorf("the log tells of %q", w.told())
		}
	})
}

// TestACallGoesOnIntoTheNextDay, for which its sponsor has money again.
func TestACallGoesOnIntoTheNextDay(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown, p.Payers = true, []string{"sponsor:acme"} })
		acme := Wallet(shop, "sponsor:acme", "EUR")
		w.deposit("dep_1", acme, 100_000)
		if err := w.SetDailyCap(w.Context(), DailyCap{Of: acme, Amount: 2400}); err != nil {
			t.Fatal(err)
		}
		ctx, over := context.WithCancel(w.Context())
		var swept sync.WaitGroup
		swept.Go(func() { w.book().Run(ctx) })
		midnight := time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		pass(time.Until(midnight) - 19*time.Minute)
		l := w.calls("call_1").answered()
		pass(30 * time.Minute)
		l.hangsUp()
		over()
		swept.Wait()
		if s, err := w.SessionOf(w.Context(), shop, "call_1"); err != nil || s.Charged < 3590 {
			t.Errorf("it is %+v, %v", s, err)
		}
	})
}

// TestFiftyCallsOnABalanceForOne: exactly one is let in.
func TestFiftyCallsOnABalanceForOne(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Increment = 60 })
		w.deposit("dep_1", ann, 239)
		var all []*line
		for i := range 50 {
			all = append(all, w.calls(webtrunk.CallID("call_"+string(rune('A'+i)))))
		}
		pass(0)
		in := 0
		for _, l := range all {
			if len(l.ended) == 0 {
				in++
				l.hangsUp()
			}
		}
		if in != 1 {
			t.Errorf("%d of 50 were let in", in)
		}
		w.stands(ann, 239, 0)
	})
}

// TestTheWallClockJumps by an hour, forth and back, and nothing that is charged changes.
func TestTheWallClockJumps(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Free = 60 })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		for i, jump := range []time.Duration{time.Hour, -time.Hour, -time.Hour, time.Hour} {
			w.mu.Lock()
			w.phase += jump
			w.mu.Unlock()
			pass(30 * time.Second)
			if i == 0 {
				if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); err != nil {
					t.Fatal(err)
				}
			}
		}
		l.hangsUp()
		w.billed("call_1", meter.Settled, 120)
		w.stands(ann, 9880, 0)
	})
}

// TestTwoTabsAccept: one acceptance, and a later no is told what to do.
func TestTwoTabsAccept(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(nil)
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		for range 2 {
			go func() {
				if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); err != nil {
					t.Error(err)
				}
			}()
		}
		pass(time.Second)
		if err := w.Answer(w.Context(), "call_1", 1, "", Declined); webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("a no after a yes is answered %v", err)
		}
		if n := len(slices.DeleteFunc(w.told(), func(kind string) bool { return kind != "billing.accepted" })); n != 1 {
			t.Errorf("accepted %d times", n)
		}
		l.hangsUp()
		if err := w.Answer(w.Context(), "call_1", 1, "", Accepted); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestACallThatIsNeverAnswered costs nothing, and holds nothing.
func TestACallThatIsNeverAnswered(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown = true })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1")
		pass(10 * time.Second)
		w.stands(ann, 10_000, 1200)
		l.hangsUp()
		w.billed("call_1", meter.Voided, 0)
		w.stands(ann, 10_000, 0)
	})
}

// TestWhatWasLeftOverIsSwept: a process that stops in the middle of calls leaves their holds.
// Once a call's end is on record, or it was never on record at all, the next one settles it;
// while it still runs elsewhere nothing of it is touched.
func TestWhatWasLeftOverIsSwept(t *testing.T) {
	inBubble(t, func(w *world) {
		if err := w.db.Claim(w.Context(), "node"); err != nil {
			t.Fatal(err)
		}
		w.costs(func(p *Price) { p.Shown = true })
		w.deposit("dep_1", ann, 10_000)
		known := w.calls("call_1").answered()
		pass(meter.Grace + time.Minute)
		w.calls("call_2")
		pass(0)
		w.stopped()
		w.record("call_1", 1, "call.created")
		known.hangsUp() // nobody hears it
		for _, want := range []struct {
			when   string
			change func()
			held   int64
		}{
			{"too young", func() {}, 2400 - 120},
			{"one was never on record", func() { pass(2 * time.Minute) }, 1200 - 120},
			{"the other has ended", func() { w.record("call_1", 2, "call.ended") }, 0},
			{"again", func() {}, 0},
		} {
			want.change()
			if err := w.Sweep(w.Context()); err != nil {
				t.Fatal(want.when, err)
			}
			if a, err := w.ledger.Account(w.Context(), ann); err != nil || a.Held > want.held || want.held-a.Held > 20 {
				t.Errorf("%s: %d cents are held, %v; want %d, and a tick less at most", want.when, a.Held, err, want.held)
			}
		}
		w.billed("call_2", meter.Voided, 0)
		if s := w.billed("call_1", meter.Settled, 120); s.Talk.Total() != time.Minute {
			t.Errorf("it is settled as %+v", s)
		}
		w.stands(ann, 9880, 0)
	})
}

// TestPicturesCostTheirRate only while they flow, whatever was agreed: a camera that is off
// costs as talk does.
func TestPicturesCostTheirRate(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown, p.Video = true, 2_400_000 })
		w.deposit("dep_1", ann, 10_000)
		var flowing atomic.Bool
		sent := func() uint64 { // fifty packets a second, as the clock goes
			if flowing.Load() {
				return uint64(time.Now().UnixMilli() / 20)
			}
			return 1
		}
		defer w.Watch("call_1", 2, sent, func(json.RawMessage) {})()
		l := w.calls("call_1").answered()
		pass(meter.Grace + time.Minute)
		flowing.Store(true)
		pass(time.Minute)
		flowing.Store(false)
		pass(time.Minute)
		l.hangsUp()
		s, err := w.SessionOf(w.Context(), shop, "call_1")
		if err != nil {
			t.Fatal(err)
		}
		if off := s.Talk.Video - time.Minute; off.Abs() > 2*lookEvery || s.Talk.Total() != 3*time.Minute {
			t.Errorf("a minute of three with pictures is %+v", s.Talk)
		}
		if want := s.Talk.Voice.Seconds()*2 + s.Talk.Video.Seconds()*4; float64(s.Charged) != want {
			t.Errorf("%d cents were charged for %+v, want %v", s.Charged, s.Talk, want)
		}
		if told := w.told(); !slices.Contains(told, "billing.rate_changed") {
			t.Errorf("the log tells of %q", told)
		}
	})
}
