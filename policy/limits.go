package policy

import "webtrunk"

// A Limit is how much one party may call. 0 is no limit. Minutes and money are
// of telephones: a call between pages uses neither.
type Limit struct {
	PerMinute int   `json:"calls_per_minute" yaml:"calls_per_minute"`
	PerHour   int   `json:"calls_per_hour" yaml:"calls_per_hour"`
	AtOnce    int   `json:"calls_at_once" yaml:"calls_at_once"`
	Minutes   int   `json:"minutes_per_day" yaml:"minutes_per_day"`
	Spend     int64 `json:"spend_per_day" yaml:"spend_per_day"` // in millionths of the currency's unit
}

// Limits are how much each of those may call whom a call counts against.
type Limits struct {
	Visitor Limit `json:"visitor" yaml:"visitor"` // a person, as far as that can be told
	Widget  Limit `json:"widget" yaml:"widget"`   // the pages of one key
	Token   Limit `json:"token" yaml:"token"`     // the page of one client token
	Key     Limit `json:"key" yaml:"key"`         // one API key, or a person who is logged in
	Address Limit `json:"address" yaml:"address"` // the visitors of one network address
	Account Limit `json:"account" yaml:"account"`

	// Currency is that of Spend, ISO 4217.
	Currency string `json:"currency" yaml:"currency"`
	// UnknownRate is what a minute counts, in millionths, to numbers for which a
	// trunk names no rate; 0 refuses them where money is limited.
	UnknownRate int64 `json:"unknown_rate" yaml:"unknown_rate"`
}

// UsualLimits let a person call as people do, and a script that has found a key
// not much more.
func UsualLimits() Limits {
	return Limits{
		Visitor: Limit{PerMinute: 10, PerHour: 60, AtOnce: 3, Minutes: 240},
		Widget:  Limit{PerMinute: 120, PerHour: 2000, AtOnce: 200},
		Token:   Limit{PerMinute: 10, PerHour: 60, AtOnce: 3},
		Address: Limit{PerMinute: 60, PerHour: 600, AtOnce: 100, Minutes: 2400},
	}
}

// Validate reports what cannot be meant.
func (l Limits) Validate() error {
	for _, s := range l.all() {
		of := *s.limit
		if of.PerMinute < 0 || of.PerHour < 0 || of.AtOnce < 0 || of.Minutes < 0 || of.Spend < 0 {
			return invalid("limits."+string(s.scope), "A limit is 0, for none, or more.")
		}
		if of.PerMinute > most || of.PerHour > most || of.AtOnce > most || of.Minutes > most {
			return invalid("limits."+string(s.scope), "A limit is at most %d: leave it out where there is none.", most)
		}
		if of.Spend > 0 && l.Currency == "" {
			return invalid("limits.currency", "Say in which currency spend_per_day is, such as EUR.")
		}
	}
	if l.Currency != "" && len(l.Currency) != 3 {
		return invalid("limits.currency", "A currency is three letters, such as EUR.")
	}
	if l.UnknownRate < 0 || l.UnknownRate > highestRate {
		return invalid("limits.unknown_rate", "A rate is 0, for none, or more, and at most %d.", int64(highestRate))
	}
	return nil
}

// highestRate bounds rates, so that no call's cost is more than can be counted.
const highestRate = 1_000_000_000_000

// most is more than anybody means, and what may be remembered of each party.
const most = 100_000

type scoped struct {
	scope Scope
	limit *Limit
}

func (l *Limits) all() []scoped {
	return []scoped{{Visitor, &l.Visitor}, {Widget, &l.Widget}, {Token, &l.Token}, {Key, &l.Key}, {Address, &l.Address}, {Account, &l.Account}}
}

// narrowed are limits by which both l and own are kept. Where l counts money, its
// currency and rate for the unknown hold: who pays the carrier says so.
func (l Limits) narrowed(own Limits) Limits {
	both, by := l.all(), own.all()
	for i := range both {
		*both[i].limit = both[i].limit.narrowed(*by[i].limit)
	}
	if l.Currency == "" {
		l.Currency, l.UnknownRate = own.Currency, own.UnknownRate
	}
	return l
}

func (l Limit) narrowed(own Limit) Limit {
	return Limit{
		PerMinute: tighter(l.PerMinute, own.PerMinute), PerHour: tighter(l.PerHour, own.PerHour), AtOnce: tighter(l.AtOnce, own.AtOnce),
		Minutes: tighter(l.Minutes, own.Minutes), Spend: tighter(l.Spend, own.Spend),
	}
}

// tighter is the lower of two limits, of which 0 is none.
func tighter[N int | int64](a, b N) N {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// metered reports whether the limit is one of minutes or money.
func (l Limit) metered() bool { return l.Minutes > 0 || l.Spend > 0 }

// CheckCurrency says why an account's own limits cannot be beside its bounds.
func (l Limits) CheckCurrency(own Limits) error {
	if l.Currency != "" && own.Currency != "" && l.Currency != own.Currency {
		return &webtrunk.Error{Op: "limits.currency", Kind: webtrunk.Invalid,
			Message: "This gateway counts money in " + l.Currency + ": write spend_per_day in that."}
	}
	return nil
}
