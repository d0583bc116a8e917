package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An Amount is so many minor units of a currency: {1250, EUR} is € 12.50. It may be
// negative where it is a balance.
type Amount struct {
	Minor    int64    `json:"amount"`
	Currency Currency `json:"currency"`
}

// Most is the largest amount that may move at once: ten million million minor units, so that
// no sum of what a gateway moves comes near the end of 64 bits.
const Most = 10_000_000_000_000

// Parse reads an amount as people write it in a request: "12.5", with a point and no more
// digits behind it than the currency has. It fails with webtrunk.Invalid.
func Parse(text string, c Currency) (Amount, error) {
	scaled, err := fixed(text, c.Digits())
	if err != nil {
		return Amount{}, invalid("%q is no amount of %s. Write it with digits and a point, and at most %d digits behind it.", text, c, c.Digits())
	}
	return Amount{scaled, c}, nil
}

// fixed reads a decimal number and returns it times ten to the power of digits.
func fixed(text string, digits int) (int64, error) {
	ahead, behind, _ := strings.Cut(text, ".")
	if len(behind) > digits || strings.ContainsAny(behind, "+-") || ahead == "" || strings.HasPrefix(ahead, "+") {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseInt(ahead+behind+strings.Repeat("0", digits-len(behind)), 10, 64)
	if err == nil && (n > Most || n < -Most) {
		err = strconv.ErrRange
	}
	return n, err
}

// Decimal writes the amount with a point and without its currency: 12.50.
func (a Amount) Decimal() string { return decimal(a.Minor, a.Currency.Digits()) }

// String is the amount as logs and tests write it: "12.50 EUR".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Currency) }

func decimal(n int64, digits int) string {
	sign, size := "", uint64(n)
	if n < 0 {
		sign, size = "-", -size
	}
	text := fmt.Sprintf("%0*d", digits+1, size)
	if digits == 0 {
		return sign + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// Share is a part of an amount, in hundredths of a percent (10,000 is all of it), rounded
// down. What is left of the amount is the rest's.
func (a Amount) Share(basisPoints int64) Amount {
	return Amount{a.Minor/10_000*basisPoints + a.Minor%10_000*basisPoints/10_000, a.Currency}
}

// Plus adds two amounts of one currency. It panics if they are of two, or too large: no
// amount that was checked comes there.
func (a Amount) Plus(b Amount) Amount {
	if a.Currency != b.Currency {
		panic("money: " + a.String() + " and " + b.String() + " have no sum")
	}
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) || sum == math.MinInt64 {
		panic("money: the sum of " + a.String() + " and " + b.String() + " is too large")
	}
	return Amount{sum, a.Currency}
}
