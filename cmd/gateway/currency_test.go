package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"webtrunk/billing/money"
)

// TestPagesCountAsTheLedger: pages write an amount with as many digits behind the point as
// the ledger counts, or it would be off by ten or a hundred.
func TestPagesCountAsTheLedger(t *testing.T) {
	source, err := os.ReadFile("../../static/src/money.ts")
	if err != nil {
		t.Fatal(err)
	}
	digits := map[string]int{}
	for name, n := range map[string]int{"whole": 0, "thousandths": 3} {
		list := regexp.MustCompile(`const ` + name + ` = "([^"]*)"`).FindSubmatch(source)
		if list == nil {
			t.Fatalf("money.ts has no list %s", name)
		}
		for _, code := range strings.Fields(string(list[1])) {
			digits[code] = n
		}
	}
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				code := money.Currency([]rune{a, b, c})
				if !code.Known() {
					continue
				}
				known++
				n, listed := digits[string(code)]
				if !listed {
					n = 2
				}
				if n != code.Digits() {
					t.Errorf("%s has %d digits on pages, and %d in the ledger", code, n, code.Digits())
				}
			}
		}
	}
	if known < 100 {
		t.Errorf("only %d currencies are known", known)
	}
}
