package main

import (
	"encoding/json"
	"errors"
	"testing"

	"webtrunk/billing"
	"webtrunk/signaling/visitor"
)

// shownCost has Ann's page say what a call would cost, as widgets do that are to.
func (k till) shownCost(to string) (is billing.Tag) {
	k.Helper()
	told, err := k.page.Cost(k.Context(), to, "")
	must(k.T, err)
	must(k.T, json.Unmarshal(told, &is))
	_, err = k.page.Cost(k.Context(), to, is.ID)
	must(k.T, err)
	return is
}

// TestAPageIsToldWhatACallWouldCost: before it is made, with what is left to pay it, and
// nothing of calls that it may not make.
func TestAPageIsToldWhatACallWouldCost(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Free, p.Shown = 10, true })
	if is := k.shownCost(tollNumber); !is.Known || is.Covered || is.Needed != 100 || is.Terms.PerMinute != "60" || !is.ByUse {
		t.Errorf("without money it is told %+v", is)
	}
	k.pays("dep_1", 5_00)
	if is := k.shownCost(tollNumber); !is.Covered || is.Available != 5_00 || is.Lasts != 15 {
		t.Errorf("with five euros it is told %+v", is)
	}
	var refused *visitor.Refusal
	if told, err := k.page.Cost(t.Context(), "+4930123456", ""); !errors.As(err, &refused) || refused.Code != "not_allowed" {
		t.Errorf("of a number that it may not call it is told %s, %v", told, err)
	}
	if told, err := k.page.Cost(t.Context(), "?", ""); !errors.As(err, &refused) || refused.Code != "bad_number" {
		t.Errorf("of nobody it is told %s, %v", told, err)
	}
}

// TestAPageThatShowsNoPriceIsAsked, also where calling would accept it.
func TestAPageThatShowsNoPriceIsAsked(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Shown, p.Free = true, 60 })
	k.pays("dep_1", 100_00)
	c, err := k.page.Call(t.Context(), tollNumber, nil)
	must(t, err)
	k.shows(c, "it is not accepted", func(n billing.News) bool { return n.Answer == "" })
	_, err = c.Hangup(t.Context())
	must(t, err)
	k.settled(c, 100_00)
	k.shownCost(tollNumber)
	c, err = k.page.Call(t.Context(), tollNumber, nil)
	must(t, err)
	k.shows(c, "calling accepts what was shown", func(n billing.News) bool { return n.Answer == billing.Accepted })
	_, err = c.Hangup(t.Context())
	must(t, err)
	k.settled(c, 100_00)
}
