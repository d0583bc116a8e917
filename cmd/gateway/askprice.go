package main

import (
	"fmt"
	"math/big"

	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/media/prompt"
)

// askPrice is how a telephone is asked whether a price is accepted: what the call
// costs, what is due at least, and the keys. It is empty where the currency cannot
// be said: then nobody is asked, and nothing is charged.
func askPrice(q billing.Quote) string {
	t := q.Terms
	if !prompt.Says(string(t.Currency)) {
		return ""
	}
	phrase := "this_call_costs," + costs(t)
	if t.Minimum > 0 {
		phrase += fmt.Sprintf(",minimum_is,duration:%d", t.Minimum)
	}
	return phrase + ",press_one_to_accept"
}

// costs is what is due at the beginning, and by the minute.
func costs(t price.Terms) string {
	once := saidSum(money.Amount{Minor: t.Connect, Currency: t.Currency})
	minute := saidSum(roundedUp(t.PerMinute, t.Currency)) + ",per_minute"
	switch {
	case t.Connect == 0:
		return minute
	case t.PerMinute == 0:
		return once + ",one_off"
	}
	return once + ",to_begin_and," + minute
}

// saidSum is an amount as phrases write it.
func saidSum(a money.Amount) string {
	return fmt.Sprintf("money:%s:%s", a.Currency, a.Decimal())
}

// roundedUp is what a minute costs in whole minor units, which is what can be said:
// never less than what is charged.
func roundedUp(r money.Rate, c money.Currency) money.Amount {
	const millionths = 1_000_000
	minor := big.NewInt(int64(r))
	for range c.Digits() {
		minor.Mul(minor, big.NewInt(10))
	}
	minor.Add(minor, big.NewInt(millionths-1))
	return money.Amount{Minor: minor.Quo(minor, big.NewInt(millionths)).Int64(), Currency: c}
}
