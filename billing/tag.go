package billing

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
)

// A Tag is what a call would cost somebody who has not made it yet, for their page to say
// beside the button.
type Tag struct {
	ID        string    `json:"tag"` // of the price as it is: by it the page says that it has shown it
	Terms     termsNews `json:"terms"`
	Known     bool      `json:"known"`               // who reads this could pay
	Sponsored bool      `json:"sponsored,omitempty"` // somebody else would
	Covered   bool      `json:"covered"`             // there is enough for the beginning
	Needed    int64     `json:"needed"`              // minor units, for the beginning
	Available int64     `json:"available"`           // of the reader's own
	Lasts     float64   `json:"lasts_seconds"`       // how long that would, with the free time
	ByUse     bool      `json:"accepted_by_use,omitempty"`
}

// Tag returns what a call would cost, if it would cost anything: by the price that it would be
// quoted, and with the payer who would pay.
func (b *Book) Tag(ctx context.Context, v call.View) (t Tag, any bool, err error) {
	p, any, err := b.priceOf(ctx, v)
	if err != nil || !any {
		return t, false, directory.Unavailable("billing", err)
	}
	t = Tag{ID: p.tag(), Terms: newsOf(p.Terms), Needed: p.Needed().Minor, ByUse: p.Shown}
	for _, who := range p.Payers {
		n, known, err := b.payer(ctx, v, who, p.Currency)
		if err != nil {
			return t, true, err
		}
		if !known {
			continue
		}
		a, err := b.o.Ledger.Account(ctx, n)
		if err != nil {
			return t, true, directory.Unavailable("billing", err)
		}
		if t.covers(p, a); t.Covered {
			break
		}
	}
	return t, true, nil
}

// tag names a price as it is: changed, it has another.
func (p Price) tag() string { return fmt.Sprintf("%s.%d", p.ID, p.Updated.UnixMicro()) }

// covers takes in what is in a payer's account. What a sponsor has is told to nobody.
func (t *Tag) covers(p Price, a ledger.Account) {
	t.Covered = a.Available() >= t.Needed
	if a.Kind == ledger.Sponsor {
		t.Sponsored = t.Covered
		return
	}
	t.Known, t.Available = true, a.Available()
	if t.Covered {
		t.Lasts = (p.Free.Duration() + p.Lasts(t.Available, price.Talk{}, false)).Seconds()
	}
}

// mostShown bounds how many showings are remembered, and shownLife for how long.
const (
	mostShown = 100_000
	shownLife = 15 * time.Minute
)

// A showing is a price that a page has shown to who would pay it, beside one button.
type showing struct {
	payer ledger.Name
	tag   string
	via   string
	to    webtrunk.Address
}

// Shown notes that a page says that it has shown a tag. It counts for calls by the same way to
// the same side, while the price is as it was.
func (b *Book) Shown(ctx context.Context, v call.View, tag string) error {
	p, any, err := b.priceOf(ctx, v)
	if err != nil {
		return directory.Unavailable("billing", err)
	}
	if !any || !p.Shown || p.tag() != tag {
		return nil
	}
	n, known, err := b.payer(ctx, v, PayerCaller, p.Currency)
	if err != nil || !known {
		return err
	}
	now := b.clock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.shown) >= mostShown {
		for s, until := range b.shown {
			if until <= now {
				delete(b.shown, s)
			}
		}
	}
	if len(b.shown) < mostShown {
		b.shown[showing{n, tag, v.Via, v.To}] = now + shownLife
	}
	return nil
}

// wasShown reports whether who pays a call has just seen its price beside the button.
func (b *Book) wasShown(v call.View, p Price, payer ledger.Name) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	until, is := b.shown[showing{payer, p.tag(), v.Via, v.To}]
	return is && b.clock() < until
}
