package directory

import (
	"context"
	"fmt"
	"strings"

	"webtrunk"
)

// A DDI is what carriers sell for direct dialling in: one number, or a block of
// all numbers that begin so, written with * at the end.
type DDI string

// leastBlock is how many digits a block begins with at least: shorter ones are
// whole countries, which nobody owns.
const leastBlock = 5

// ParseDDI reads "+15550100001", or "+493012345*" for a block.
func ParseDDI(s string) (DDI, error) {
	begins, block := strings.CutSuffix(strings.TrimSpace(s), "*")
	a, err := webtrunk.ParseNumber(begins)
	switch {
	case err != nil:
		return "", err
	case !block:
		return DDI(a.Value), nil
	case len(a.Value)-1 < leastBlock:
		return "", invalid("number", fmt.Sprintf("%q is too short for a block of numbers: write at least %d digits before the *, such as +493012345*", s, leastBlock))
	}
	return DDI(a.Value + "*"), nil
}

// UnmarshalText reads what ParseDDI reads.
func (d *DDI) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDDI(string(b))
	return err
}

// holding returns what a number may be assigned as: itself, and each block that
// it may lie in.
func holding(number string) (all []any) {
	all = append(all, number)
	for i := leastBlock + 1; i <= len(number); i++ {
		all = append(all, number[:i]+"*")
	}
	return all
}

// A dialled number is the one of ours that somebody dialled and, of a block, the
// digits behind its beginning.
type dialled struct {
	Number
	behind string
	ours   bool // else it is nobody's
}

// assigned returns what somebody dialled.
func (d *Directory) assigned(ctx context.Context, number string) (dialled, error) {
	return d.dialled.Ask(number, func() (dialled, error) { return d.lookUp(ctx, number) })
}

// lookUp finds a number: itself before every block, and a long block before a
// short one, whose ever they are.
func (d *Directory) lookUp(ctx context.Context, number string) (n dialled, err error) {
	candidates := holding(number)
	places := make([]string, len(candidates))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	found, err := list(ctx, d.db, readNumber, numberColumns+`WHERE number IN (`+strings.Join(places, ", ")+`)`, candidates...)
	if err != nil {
		return n, Unavailable("number", err)
	}
	for _, f := range found {
		begins, block := strings.CutSuffix(f.Number, "*")
		if !block {
			return dialled{f, "", true}, nil
		}
		if !n.ours || len(f.Number) > len(n.Number.Number) {
			n = dialled{f, number[len(begins):], true}
		}
	}
	return n, nil
}
