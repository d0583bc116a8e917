package stripe

import (
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// Stripe counts some currencies otherwise than ISO 4217 does
// (https://docs.stripe.com/currencies): these in hundredths that they do not have, …
var hundredths = map[money.Currency]bool{"ISK": true, "UGX": true}

// … and this one without those that it has.
const undivided money.Currency = "MGA"

// toStripe is an amount as Stripe counts it, or Invalid where Stripe cannot.
func toStripe(a money.Amount) (int64, error) {
	switch {
	case a.Minor <= 0 || a.Minor > money.Most:
		return 0, pay.Fail("amount", pay.Invalid, "An amount is more than nothing.", nil)
	case hundredths[a.Currency]:
		return a.Minor * 100, nil
	case a.Currency == undivided && a.Minor%100 != 0:
		return 0, pay.Fail("amount", pay.Invalid, "Stripe takes no parts of an ariary.", nil)
	case a.Currency == undivided:
		return a.Minor / 100, nil
	case a.Currency.Digits() == 3 && a.Minor%10 != 0:
		return 0, pay.Fail("amount", pay.Invalid, "Of a currency with three digits behind the point, Stripe wants the last to be 0.", nil)
	}
	return a.Minor, nil
}

// fromStripe is what Stripe counted, as we do.
func fromStripe(n int64, c money.Currency) money.Amount {
	switch {
	case hundredths[c]:
		n /= 100
	case c == undivided:
		n *= 100
	}
	return money.Amount{Minor: n, Currency: c}
}
