package policy

import (
	"cmp"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// usualIncrement is a carrier's where a rate names none: minutes that are begun
// are billed whole.
const usualIncrement = 60

// cost is what a leg that has talked for so long costs, in millionths, rounded
// up.
func cost(r trunk.Rate, talk time.Duration) int64 {
	if talk <= 0 {
		return 0
	}
	step := int64(cmp.Or(r.Increment, usualIncrement))
	seconds := int64((talk + time.Second - 1) / time.Second)
	billed := (seconds + step - 1) / step * step
	return r.Connect + (r.PerMinute*billed+59)/60
}

// An end is a telephone that a call reaches, and the most that its carrier may
// charge.
type end struct {
	Role call.Role  `json:"role"`
	Rate trunk.Rate `json:"rate"`
}

// rate is the dearest at which any of the trunks that may carry a number does.
// It is not known where one of them names none, or another currency. Where no
// trunk carries the number nothing is spent, for there will be no call.
func rate(n trunk.Network, to webtrunk.Address, test bool, l Limits) (trunk.Rate, bool) {
	fallback := trunk.Rate{PerMinute: l.UnknownRate, Currency: l.Currency}
	dearest := trunk.Rate{Currency: l.Currency}
	for _, c := range n.Choices(to, test) {
		r := c.Rate
		if r.Currency != l.Currency {
			if r = fallback; l.UnknownRate == 0 && !test {
				return trunk.Rate{}, false
			}
		}
		if cost(r, yardstick) > cost(dearest, yardstick) {
			dearest = r
		}
	}
	return dearest, true
}

// yardstick is the length of call by which rates with different increments are
// compared.
const yardstick = 10 * time.Minute

// use is what ends that have talked for so long have used together.
type use struct {
	talk  time.Duration
	spend int64
}

func (u use) plus(v use) use  { return use{u.talk + v.talk, u.spend + v.spend} }
func (u use) minus(v use) use { return use{u.talk - v.talk, u.spend - v.spend} }

// together is what ends use that talk at once for so long.
func together(ends []end, talk time.Duration) (u use) {
	for _, e := range ends {
		u = u.plus(use{talk, cost(e.Rate, talk)})
	}
	return u
}

// within reports whether what is used keeps a limit, and by which rule it does
// not.
func (u use) within(l Limit) (Rule, bool) {
	switch {
	case l.Minutes > 0 && u.talk > time.Duration(l.Minutes)*time.Minute:
		return RuleMinutes, false
	case l.Spend > 0 && u.spend > l.Spend:
		return RuleSpend, false
	}
	return "", true
}
