package main

import (
	"fmt"
	"testing"
	"time"

	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/media/prompt"
)

// TestATelephoneIsAskedForAPrice: with the price, what is due at least, and the keys, in
// phrases that each language has.
func TestATelephoneIsAskedForAPrice(t *testing.T) {
	t.Parallel()
	for want, terms := range map[string]price.Terms{
		"this_call_costs,money:EUR:1.20,per_minute,press_one_to_accept":                                {Currency: "EUR", PerMinute: 1_200_000},
		"this_call_costs,money:EUR:1.20,per_minute,minimum_is,duration:60,press_one_to_accept":         {Currency: "EUR", PerMinute: 1_200_000, Minimum: 60},
		"this_call_costs,money:USD:2.00,to_begin_and,money:USD:0.02,per_minute,press_one_to_accept":    {Currency: "USD", PerMinute: 12_300, Connect: 200},
		"this_call_costs,money:JPY:500,one_off,press_one_to_accept":                                    {Currency: "JPY", Connect: 500},
		"this_call_costs,money:JPY:13,per_minute,press_one_to_accept":                                  {Currency: "JPY", PerMinute: 12_500_000},
		"this_call_costs,money:KWD:0.125,per_minute,press_one_to_accept":                               {Currency: "KWD", PerMinute: 125_000},
		"this_call_costs,money:EUR:1000000.00,per_minute,minimum_is,duration:3600,press_one_to_accept": {Currency: "EUR", PerMinute: 1_000_000_000_000, Minimum: 3600},
		"this_call_costs,money:GBP:0.00,per_minute,press_one_to_accept":                                {Currency: "GBP", Video: 1_000_000},
		"": {Currency: "XPF", PerMinute: 1_000_000},
	} {
		got := askPrice(billing.Quote{Terms: terms})
		if got != want {
			t.Errorf("%+v is asked for by %q, want %q", terms, got, want)
		}
		for _, language := range []string{"en", "zh", "ar"} {
			l, err := prompt.New(prompt.Options{Language: language})
			must(t, err)
			if want == "" {
				continue
			}
			length, ends, err := l.Length(want)
			if err != nil || !ends || length < 3*time.Second || length > 25*time.Second {
				t.Errorf("%s: %q takes %v (ends: %v), %v", language, want, length, ends, err)
			}
		}
	}
}

// TestWhatIsSaidIsMoney: all currencies that are said are ones that calls can cost, and have
// as many digits behind the point.
func TestWhatIsSaidIsMoney(t *testing.T) {
	t.Parallel()
	l, err := prompt.New(prompt.Options{})
	must(t, err)
	said := 0
	for i := range 26 * 26 * 26 {
		c := money.Currency([]byte{'A' + byte(i/26/26), 'A' + byte(i/26%26), 'A' + byte(i%26)})
		if !prompt.Says(string(c)) {
			continue
		}
		said++
		if !c.Known() {
			t.Errorf("%s is said, and nobody pays with it", c)
		}
		if _, _, err := l.Length(saidSum(money.Amount{Minor: 12_345, Currency: c})); err != nil {
			t.Errorf("%s: %v", c, err)
		}
		if _, _, err := l.Length(fmt.Sprintf("money:%s:1.%0*d", c, c.Digits()+1, 5)); err == nil {
			t.Errorf("%s is said with more digits than it has", c)
		}
	}
	if said < 20 {
		t.Errorf("only %d currencies are said", said)
	}
}
