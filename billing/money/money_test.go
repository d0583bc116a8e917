package money

import (
	"math/rand/v2"
	"testing"
	"time"

	"webtrunk"
)

func TestAmountsAreWrittenAndRead(t *testing.T) {
	for _, c := range []struct {
		text     string
		currency Currency
		minor    int64
		written  string
	}{
		{"12.5", "EUR", 1250, "12.50 EUR"},
		{"0", "EUR", 0, "0.00 EUR"},
		{"-0.05", "USD", -5, "-0.05 USD"},
		{"120", "JPY", 120, "120 JPY"},
		{"1.005", "KWD", 1005, "1.005 KWD"},
	} {
		a, err := Parse(c.text, c.currency)
		if err != nil || a.Minor != c.minor || a.String() != c.written {
			t.Errorf("%q of %s is %d, %v, written %s; want %d, %s", c.text, c.currency, a.Minor, err, a, c.minor, c.written)
		}
	}
	for _, bad := range []string{"", ".5", "1,5", "1.234", "1.-5", "+1", "1e3", "--1", "100000000000000", "99999999999999999999", "0x1", " 1", "1_000"} {
		if a, err := Parse(bad, "EUR"); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%q is read as %s, %v", bad, a, err)
		}
	}
	if a, err := Parse("1.5", "JPY"); err == nil {
		t.Errorf("yen have no parts, but 1.5 is read as %s", a)
	}
}

func TestCurrenciesHaveTheirDigits(t *testing.T) {
	for code, digits := range map[string]int{"eur": 2, "JPY": 0, "KWD": 3, "SAR": 2, "CNY": 2, "HUF": 2} {
		c, err := ParseCurrency(code)
		if err != nil || c.Digits() != digits {
			t.Errorf("%s has %d digits, %v; want %d", code, c.Digits(), err, digits)
		}
	}
	for _, bad := range []string{"", "EU", "XXX", "E R", "EURO", "XAU", " EUR AED"} {
		if c, err := ParseCurrency(bad); err == nil {
			t.Errorf("%q is taken for %s", bad, c)
		}
	}
}

func TestRates(t *testing.T) {
	for text, want := range map[string]Rate{"0.25": 250_000, "1": 1_000_000, "0.0123": 12_300, "0": 0} {
		r, err := ParseRate(text)
		if err != nil || r != want || r.Decimal() != text {
			t.Errorf("%q is %d, %v, written %q", text, r, err, r.Decimal())
		}
	}
	for _, bad := range []string{"-0.1", "0.0000001", "1000001", "x"} {
		if r, err := ParseRate(bad); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%q is read as %d", bad, r)
		}
	}
}

func TestCostIsRoundedOnceAndDown(t *testing.T) {
	for _, c := range []struct {
		currency Currency
		spans    []Span
		minor    int64
	}{
		{"EUR", []Span{{time.Minute, 250_000}}, 25},
		{"EUR", []Span{{90 * time.Second, 250_000}}, 37},
		{"EUR", []Span{{time.Second, 599_999}}, 0},
		{"EUR", []Span{{time.Second, 600_000}}, 1},
		{"EUR", []Span{{30 * time.Second, 15_000}, {30 * time.Second, 15_000}}, 1}, // 0.75 + 0.75 cents
		{"JPY", []Span{{time.Minute, 100_500_000}}, 100},
		{"KWD", []Span{{time.Minute, 12_300}}, 12},
		{"VND", []Span{{24 * time.Hour, MostRate}}, 1_440_000_000},
		{"EUR", []Span{{-time.Hour, 1_000_000}}, 0},
		{"EUR", []Span{{1 << 62, MostRate}}, Most},
	} {
		if got := Cost(c.currency, c.spans...); got.Minor != c.minor {
			t.Errorf("%v of %s cost %s, want %d minor units", c.spans, c.currency, got, c.minor)
		}
	}
}

// TestCostIsTheSameEitherWay: what is summed in 64 bits is what is summed without bounds.
func TestCostIsTheSameEitherWay(t *testing.T) {
	for _, most := range []int64{1_000_000, 1_000_000_000, int64(MostRate)} {
		fits := 0
		for range 5000 {
			c := []Currency{"EUR", "JPY", "KWD"}[rand.IntN(3)]
			spans := make([]Span, rand.IntN(9))
			for i := range spans {
				spans[i] = Span{time.Duration(rand.Int64N(int64(100 * time.Hour))), Rate(rand.Int64N(most + 1))}
			}
			minor, ok := small(c, spans)
			if want := large(c, spans); ok && min(minor, Most) != want.Minor || Cost(c, spans...) != want {
				t.Fatalf("%v of %s cost %d or %s", spans, c, minor, want)
			}
			if ok {
				fits++
			}
		}
		if most == 1_000_000 && fits != 5000 {
			t.Errorf("only %d of 5000 ordinary sums are small", fits)
		}
	}
}

// TestSharesLoseNothing: what is not the one's is the other's, and a share is never more than
// its part.
func TestSharesLoseNothing(t *testing.T) {
	for range 10_000 {
		a, points := Amount{rand.Int64N(Most), "EUR"}, rand.Int64N(10_001)
		s := a.Share(points)
		if s.Minor < 0 || s.Minor > a.Minor || (points == 10_000 && s != a) || (s.Minor+1)*10 < a.Minor/1000*points {
			t.Fatalf("%d hundredths of a percent of %s are %s", points, a, s)
		}
	}
}
