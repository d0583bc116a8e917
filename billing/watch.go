package billing

import (
	"encoding/json"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
)

// News are how a call is billed, to a page in it: both sides see the same, but for who pays.
type News struct {
	State     meter.State  `json:"state"`
	Reason    meter.Reason `json:"reason,omitempty"` // what this second is
	Pays      bool         `json:"pays"`             // whoever reads this: they may answer
	Sponsored bool         `json:"sponsored,omitempty"`
	Quote     string       `json:"quote"` // what an answer is to
	Answer    Answer       `json:"answer,omitempty"`
	Offer     *offerNews   `json:"offer,omitempty"` // what is asked for instead of the terms
	Within    float64      `json:"answer_within_seconds,omitempty"`
	Terms     termsNews    `json:"terms"`
	Charged   int64        `json:"charged"`         // minor units
	Seconds   float64      `json:"charged_seconds"` // of talk
	Free      float64      `json:"free_left_seconds"`
	Left      float64      `json:"left_seconds,omitempty"` // until the balance is used up, where that is soon
	Intervals []Interval   `json:"intervals"`              // the newest
}

// offerNews are terms that whoever pays is asked for during the call.
type offerNews struct {
	Terms  termsNews `json:"terms"`
	Within float64   `json:"answer_within_seconds"`
}

// termsNews are terms as a page shows them.
type termsNews struct {
	Currency  money.Currency `json:"currency"`
	Digits    int            `json:"digits"` // of the currency, behind the point
	PerMinute string         `json:"per_minute"`
	Video     string         `json:"video_per_minute,omitempty"`
	Connect   int64          `json:"connect"`
	Free      price.Seconds  `json:"free_seconds"`
	Minimum   price.Seconds  `json:"minimum_seconds"`
	First     price.Seconds  `json:"first_seconds"`
	Increment price.Seconds  `json:"increment_seconds"`
	After     price.After    `json:"after"`
}

// newest is how many intervals a page is told of.
const newest = 20

// A watcher is a page in a call.
type watcher struct {
	leg   call.LegID
	shown func() uint64
	tell  func(json.RawMessage)

	before uint64 // were shown when the session looked last; its goroutine's
}

// Watch tells a page in a call how the call is billed, from now on and whenever that changes,
// until it stops. A call that costs nothing has no news. shown is how many packets of pictures
// the page was sent so far. Both are called from any goroutine and must not block.
func (b *Book) Watch(id webtrunk.CallID, leg call.LegID, shown func() uint64, tell func(json.RawMessage)) (stop func()) {
	w := &watcher{leg: leg, shown: shown, tell: tell}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[id] = append(b.watchers[id], w)
	if s := b.running[id]; s != nil {
		s.post(watched{})
	}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.watchers[id] = slices.DeleteFunc(b.watchers[id], func(other *watcher) bool { return other == w })
		if len(b.watchers[id]) == 0 {
			delete(b.watchers, id)
		}
	}
}

// watched: somebody has come to watch.
type watched struct{}

// watchersOf are the pages that watch a call.
func (b *Book) watchersOf(id webtrunk.CallID) []*watcher {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.watchers[id])
}

// news are how the call is billed now.
func (s *session) news() News {
	t := s.quote.Terms
	n := News{State: s.meter.State(), Reason: s.meter.Reason(), Sponsored: s.payer.Kind == ledger.Sponsor, Quote: s.question(), Answer: s.quote.Answer,
		Charged: s.meter.Due().Minor, Seconds: s.meter.Talked().Total().Seconds(), Free: s.meter.FreeLeft().Seconds(),
		Terms: newsOf(t)}
	switch within := max(0, s.until-s.b.clock()).Seconds(); {
	case s.offer != nil && s.free():
		n.Within = within
	case s.offer != nil:
		n.Offer = &offerNews{newsOf(s.offer.Terms), within}
	}
	if s.asked > 0 && s.quote.Answer == NoAnswer {
		n.Within = max(0, s.asked-s.b.clock()).Seconds()
	}
	if left := s.meter.Left(); s.short && s.quote.Answer == Accepted && left < meter.Warnings[0] {
		n.Left = left.Seconds()
	}
	all := intervalsOf(s.meter.Intervals())
	n.Intervals = all[max(0, len(all)-newest):]
	return n
}

// newsOf are terms as a page shows them.
func newsOf(t price.Terms) termsNews {
	n := termsNews{Currency: t.Currency, Digits: t.Currency.Digits(), PerMinute: t.PerMinute.Decimal(), Connect: t.Connect, Free: t.Free, Minimum: t.Minimum, First: t.First, Increment: t.Increment, After: t.After}
	if t.Video > 0 {
		n.Video = t.Video.Decimal()
	}
	return n
}

// A face is what of the news has a page draw itself anew at once.
type face struct {
	state  meter.State
	reason meter.Reason
	answer Answer
	asked  time.Duration
	quote  string
}

// show tells who watches, if something has changed, or again after a tick.
func (s *session) show(now time.Duration, anew bool) {
	is := face{s.meter.State(), s.meter.Reason(), s.quote.Answer, s.asked, s.question()}
	if !anew && is == s.shown && now-s.shownAt < s.b.o.Tick {
		return
	}
	s.shown, s.shownAt = is, now
	all := s.b.watchersOf(s.quote.Call)
	if len(all) == 0 {
		return
	}
	n := s.news()
	for _, w := range all {
		n.Pays = !n.Sponsored && s.pays(w.leg)
		text, err := json.Marshal(n)
		if err != nil {
			s.log.Error("billing: news cannot be written", "error", err)
			return
		}
		w.tell(text)
	}
}
