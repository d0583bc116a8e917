package prompt

import (
	"slices"
	"strconv"
	"strings"
)

// A currency is one whose name the languages have, and how many digits its sums
// have behind the point (ISO 4217): a yen has no smaller unit, a dinar has a
// thousand of them. The names of its clips begin with its own.
type currency struct {
	name   string
	digits int
}

// currencies are those that can be said, in the order in which they came to be.
var currencies = []currency{
	{"usd", 2}, {"eur", 2}, {"gbp", 2}, {"cny", 2}, {"sar", 2}, {"aed", 2},
	{"chf", 2}, {"jpy", 0}, {"inr", 2}, {"cad", 2}, {"aud", 2}, {"sek", 2},
	{"nok", 2}, {"dkk", 2}, {"pln", 2}, {"krw", 0}, {"kwd", 3}, {"bhd", 3},
	{"jod", 3}, {"omr", 3}, {"qar", 2}, {"egp", 2},
}

// Says reports whether money in a currency, such as EUR, can be said.
func Says(code string) bool {
	_, ok := currencyOf(code)
	return ok
}

func currencyOf(code string) (currency, bool) {
	code = strings.ToLower(code)
	i := slices.IndexFunc(currencies, func(c currency) bool { return c.name == code })
	if i < 0 {
		return currency{}, false
	}
	return currencies[i], true
}

// money reads a currency and a sum, which has no more decimals than the currency:
// less than the smaller unit is nothing that can be said in all languages.
func money(value string, l grammar) ([]string, error) {
	code, sum, _ := strings.Cut(value, ":")
	c, ok := currencyOf(code)
	if !ok {
		return nil, invalid("money is in %s, not in %q", codes(), code)
	}
	major, minor, ok := c.read(sum)
	if !ok {
		return nil, invalid("a sum of %s is written as %s, not %q", strings.ToUpper(c.name), c.example(), sum)
	}
	return l.money(c.name, major, minor), nil
}

// read takes a sum apart into the currency's units and its smaller ones.
func (c currency) read(sum string) (major, minor int, ok bool) {
	units, behind, point := strings.Cut(sum, ".")
	if point && behind == "" || len(behind) > c.digits {
		return 0, 0, false
	}
	behind += strings.Repeat("0", c.digits-len(behind)) + "0" // and never empty
	whole, err := strconv.ParseUint(units, 10, 32)
	tenfold, err2 := strconv.ParseUint(behind, 10, 32)
	return int(whole), int(tenfold / 10), err == nil && err2 == nil && whole <= 999_999_999
}

// example is a sum as it is written.
func (c currency) example() string {
	if c.digits == 0 {
		return "12"
	}
	return "12 or 12.5" + strings.Repeat("0", c.digits-1)
}

// codes lists the currencies for who names another.
func codes() string {
	var all []string
	for _, c := range currencies {
		all = append(all, strings.ToUpper(c.name))
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " or " + all[last]
}
