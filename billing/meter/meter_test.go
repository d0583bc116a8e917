package meter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/price"
)

// terms cost € 1.20 a minute.
func terms(t testing.TB, change func(*price.Terms)) price.Terms {
	t.Helper()
	is := price.Terms{Currency: "EUR", PerMinute: 1_200_000}
	if change != nil {
		change(&is)
	}
	if err := is.Check(); err != nil {
		t.Fatal(err)
	}
	return is
}

var talking = Facts{Connected: true}

// A play is a meter whose events are written down.
type play struct {
	*testing.T
	m    *Meter
	now  time.Duration
	said []string
}

func begin(t *testing.T, is price.Terms, funds int64) *play {
	t.Helper()
	p := &play{T: t, m: &Meter{Terms: is}, now: 17 * time.Hour}
	p.hear(p.m.Fund(p.now, funds, true))
	p.hear(p.m.Begin(p.now, talking))
	return p
}

func (p *play) hear(all []Event) {
	for _, e := range all {
		p.said = append(p.said, fmt.Sprintf("%v %s%v", p.m.at-p.m.base, strings.TrimPrefix(fmt.Sprintf("%T", e), "meter."), e))
	}
}

// pass lets time go by, as whoever runs the meter does: no longer than it wants.
func (p *play) pass(d time.Duration) {
	for end := p.now + d; p.now < end; {
		step := end - p.now
		if next := p.m.Next(); next > 0 {
			step = min(step, next)
		}
		p.now += step
		p.hear(p.m.Advance(p.now))
	}
}

func (p *play) learn(change func(*Facts)) {
	f := talking
	change(&f)
	p.hear(p.m.Learn(p.now, f))
}

// heard asserts what was said since it was asked last.
func (p *play) heard(want ...string) {
	p.Helper()
	if !slices.Equal(p.said, want) {
		p.Errorf("said was\n\t%s\nwant\n\t%s", strings.Join(p.said, "\n\t"), strings.Join(want, "\n\t"))
	}
	p.said = nil
}

func (p *play) due(state State, minor int64) {
	p.Helper()
	if got := p.m.Due(); got.Minor != minor || p.m.State() != state {
		p.Errorf("it is %s and %s are due, want %s and %d cents", p.m.State(), got, state, minor)
	}
}

func TestAcceptedInTheFreeTime(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.Free = 120 }), 1_000_00)
	p.pass(90 * time.Second)
	p.heard("0s FreeStarted{2m0s}", "1m30s AcceptanceRequested{30s 30s}")
	p.due(InFree, 0)
	p.pass(10 * time.Second)
	p.hear(p.m.Accept(p.now))
	p.pass(20 * time.Second)
	p.heard("1m40s PriceAccepted{}", "2m0s MeteringStarted{}")
	p.pass(time.Minute)
	p.due(Metering, 120)
	p.hear(p.m.End(p.now))
	p.due(Settling, 120)
	p.m.Settle()
	p.due(Settled, 120)
	p.heard()
}

// TestWhoAcceptsEarlyIsTold when the free time ends, once, and anew with other terms; not where
// all of it is as short as that.
func TestWhoAcceptsEarlyIsTold(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.Free = 120 }), 1_000_00)
	p.hear(p.m.Accept(p.now))
	p.pass(3 * time.Minute)
	p.heard("0s FreeStarted{2m0s}", "0s PriceAccepted{}", "1m30s FreeEnding{30s}", "2m0s MeteringStarted{}")
	p.hear(p.m.Agree(p.now, terms(t, func(is *price.Terms) { is.Free = 60 })))
	p.pass(2 * time.Minute)
	p.heard("3m0s FreeStarted{1m0s}", "3m30s FreeEnding{30s}", "4m0s MeteringStarted{}")
	p.hear(p.m.Agree(p.now, terms(t, func(is *price.Terms) { is.Free = 30 })))
	p.pass(2 * time.Minute)
	p.heard("5m0s FreeStarted{30s}", "5m30s MeteringStarted{}")
}

func TestNobodyAnswers(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.Free = 5 }), 1_000_00)
	p.pass(10 * time.Minute)
	p.heard("0s FreeStarted{5s}", "0s AcceptanceRequested{30s 5s}", "30s Unanswered{}", "30s OverUnpaid{}")
	p.due(InFree, 0)
	p.m.Settle()
	p.due(Voided, 0)
}

// TestOnForNothing: who declines pays nothing, and may change their mind; charging begins
// a grace after it.
func TestOnForNothing(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.After = price.AfterFree }), 1_000_00)
	p.due(AwaitingAcceptance, 0)
	p.pass(time.Second)
	p.hear(p.m.Decline(p.now))
	p.pass(time.Hour)
	p.heard("0s AcceptanceRequested{30s 0s}", "1s PriceDeclined{}")
	p.due(InFree, 0)
	p.hear(p.m.Accept(p.now))
	p.due(Paused, 0)
	p.pass(time.Minute)
	p.heard("1h0m1s PriceAccepted{}", "1h0m4s MeteringStarted{}")
	p.due(Metering, 114)
	p.hear(p.m.Decline(p.now))
	p.pass(time.Hour)
	p.heard("1h1m1s PriceDeclined{}")
	p.due(InFree, 114)
}

func TestWhatIsNotCharged(t *testing.T) {
	p := begin(t, terms(t, nil), 1_000_00)
	p.hear(p.m.Accept(p.now))
	p.pass(Grace)
	p.said = nil
	for _, c := range []struct {
		reason Reason
		change func(*Facts)
	}{
		{Held, func(f *Facts) { f.Held = true }},
		{Reconnecting, func(f *Facts) { f.Reconnecting, f.Connected = true, false }},
		{Waiting, func(f *Facts) { f.Connected = false }},
		{Silent, func(f *Facts) { f.Silent = true }},
		{Unconsented, func(f *Facts) { f.Unconsented = true }},
	} {
		p.pass(time.Minute)
		before := p.m.Due().Minor
		p.learn(c.change)
		p.due(Paused, before)
		p.pass(time.Minute)
		p.learn(func(*Facts) {})
		if len(p.said) != 2 || !strings.HasSuffix(p.said[0], "MeterPaused{"+string(c.reason)+"}") || !strings.HasSuffix(p.said[1], "MeterResumed{}") {
			t.Errorf("%s: said was %q", c.reason, p.said)
		}
		p.said = nil
		p.due(Metering, before)
	}
	if spans := p.m.Intervals(); len(spans) != 11 || spans[0].Reason != InGrace || spans[1].Rate != 1_200_000 || spans[2].Reason != Held || spans[2].Rate != 0 {
		t.Errorf("the intervals are %+v", spans)
	}
}

func TestPicturesHaveTheirRate(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.Video = 2_400_000 }), 1_000_00)
	p.hear(p.m.Accept(p.now))
	p.pass(Grace + time.Minute)
	p.learn(func(f *Facts) { f.Video = true })
	p.pass(time.Minute)
	p.learn(func(*Facts) {})
	p.pass(time.Minute)
	p.heard("0s AcceptanceRequested{30s 0s}", "0s PriceAccepted{}", "3s MeteringStarted{}", "1m3s RateChanged{video}", "2m3s RateChanged{talk}")
	p.due(Metering, 480)
}

// TestTheMoneyEnds: warned twice, cut off to the second; a top-up in time changes that.
func TestTheMoneyEnds(t *testing.T) {
	p := begin(t, terms(t, nil), 5*120)
	p.hear(p.m.Accept(p.now))
	p.pass(Grace + 150*time.Second)
	p.said = p.said[3:]
	p.heard("2m3s LowBalance{3m0s}")
	p.hear(p.m.Fund(p.now, 10*120, true))
	p.pass(10 * time.Minute)
	p.heard("7m3s LowBalance{3m0s}", "9m3s LowBalance{1m0s}", "10m3s UsedUp{}")
	p.due(Paused, 1200)
	p.hear(p.m.Fund(p.now, 11*120, true))
	p.pass(time.Second)
	p.heard("12m33s MeterResumed{}", "12m33s LowBalance{1m0s}")
	p.due(Metering, 1202)
}

// TestTheGraceIsNotShortened by a free time that ends first.
func TestTheGraceIsNotShortened(t *testing.T) {
	p := begin(t, terms(t, func(is *price.Terms) { is.Free = 5 }), 1_000_00)
	p.pass(4 * time.Second)
	p.hear(p.m.Accept(p.now))
	p.pass(time.Second + 2*time.Second + 10*time.Second)
	p.due(Metering, 20)
}

// TestHowOftenItIsAsked changes nothing: a meter that is advanced at random times counts
// what one counts that is told of the facts alone, and no second has two reasons or none.
func TestHowOftenItIsAsked(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		is := terms(t, func(is *price.Terms) {
			is.Free, is.Video = price.Seconds(r.IntN(60)), money.Rate(r.IntN(3_000_000))
			is.Increment, is.After = price.Seconds(1+r.IntN(60)), price.AfterFree
		})
		often, seldom := &Meter{Terms: is}, &Meter{Terms: is}
		now := time.Duration(0)
		funds := int64(r.IntN(1000))
		both := func(f func(*Meter) []Event) { f(often); f(seldom) }
		both(func(m *Meter) []Event { return m.Fund(0, funds, true) })
		both(func(m *Meter) []Event { return m.Begin(0, talking) })
		good := time.Duration(0) // while nothing speaks against charging
		for range 40 {
			f := Facts{r.IntN(5) > 0, r.IntN(5) == 0, r.IntN(9) == 0, r.IntN(9) == 0, r.IntN(9) == 0, r.IntN(3) == 0}
			both(func(m *Meter) []Event { return m.Learn(now, f) })
			switch r.IntN(6) {
			case 0:
				both(func(m *Meter) []Event { return m.Accept(now) })
			case 1:
				both(func(m *Meter) []Event { return m.Decline(now) })
			case 2:
				funds += int64(r.IntN(300))
				both(func(m *Meter) []Event { return m.Fund(now, funds, true) })
			}
			end := now + time.Duration(r.IntN(90_000))*time.Millisecond
			if f.against() == "" {
				good += end - now
			}
			for now < end {
				now = min(end, now+time.Duration(1+r.IntN(20_000))*time.Millisecond)
				often.Advance(now)
			}
		}
		both(func(m *Meter) []Event { return m.End(now) })
		if !slices.Equal(often.Intervals(), seldom.Intervals()) || often.Due() != seldom.Due() {
			t.Fatalf("seed %d: asked often it counts %v, %v, else %v, %v", seed, often.Due(), often.Intervals(), seldom.Due(), seldom.Intervals())
		}
		at := time.Duration(0)
		for _, s := range often.Intervals() {
			if s.From != at || s.To <= s.From || s.Reason.Charged() != (s.Rate > 0) && s.Reason.Charged() {
				t.Fatalf("seed %d: %v at %v of %+v", seed, s, at, often.Intervals())
			}
			at = s.To
		}
		if at != now || often.Due().Minor > funds || often.Talked().Total() > good {
			t.Fatalf("seed %d: until %v of %v, %v of %d cents, charged %v of %v", seed, at, now, often.Due(), funds, often.Talked().Total(), good)
		}
	}
}

// TestWhoNeverAcceptsNeverPays, whatever happens.
func TestWhoNeverAcceptsNeverPays(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		m := &Meter{Terms: terms(t, func(is *price.Terms) { is.Connect, is.Minimum, is.After = 500, 600, price.AfterFree })}
		m.Fund(0, 1_000_00, true)
		now := time.Duration(0)
		for range 50 {
			now += time.Duration(r.IntN(60_000)) * time.Millisecond
			switch r.IntN(4) {
			case 0:
				m.Begin(now, talking)
			case 1:
				m.Learn(now, Facts{Connected: r.IntN(2) == 0, Video: r.IntN(2) == 0})
			case 2:
				m.Decline(now)
			}
			m.Advance(now)
		}
		if m.End(now); m.Due().Minor != 0 {
			t.Fatalf("seed %d: %v are due", seed, m.Due())
		}
	}
}
