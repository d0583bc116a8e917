package member

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// A Caller calls customers and, once they have answered, whom they want to talk to: the
// merchant of the page on which they are signed in.
type Caller struct {
	Directory *directory.Directory
	Calls     Calls
	Reach     Reach
}

// A Wish is whom a customer wants to talk to.
type Wish struct {
	ID  webtrunk.CallID  // of the call to make
	Key string           // the publishable key of the page, which says whom it may call
	To  webtrunk.Address // the number, or what the button is bound to
}

// Call makes the call: at the customer's own number, which they have shown to be theirs, it
// rings first. What it costs is asked for as in any call of theirs.
func (c *Caller) Call(ctx context.Context, by directory.Principal, w Wish) error {
	of, err := c.Directory.Customer(ctx, by, by.ID)
	if err != nil {
		return err
	}
	if of.Verified.IsZero() {
		return &webtrunk.Error{Op: "call back", Kind: webtrunk.Conflict, Message: "It is not known yet that your telephone number is yours. Verify it first."}
	}
	if err := c.permitted(ctx, by, w); err != nil {
		return err
	}
	if _, err := c.Reach.Reach(ctx, by, w.To); err != nil {
		return err
	}
	first, err := c.Reach.Reach(ctx, by, tel(of.Phone))
	if err != nil {
		return err
	}
	return c.Calls.Request(call.Requested{ID: w.ID, Account: by.Account, Test: by.Test, Caller: first, To: w.To, Via: by.ID,
		Phrase: call.Say(call.Spoken(of.Locale), "connecting"), Context: known(of)})
}

// permitted says whether the page may call whom a customer wants to talk to.
func (c *Caller) permitted(ctx context.Context, by directory.Principal, w Wish) error {
	page, err := c.Directory.Publishable(ctx, w.Key)
	if err != nil {
		return err
	}
	if page.Account != by.Account || page.Test != by.Test {
		return &webtrunk.Error{Op: "call back", Kind: webtrunk.Forbidden, Message: "You are signed in as a customer of another site. Sign in here."}
	}
	return page.Permit(w.To)
}

// known is what is known of a customer's call, as of a signed visitor's.
func known(c directory.Customer) map[string]string {
	all := map[string]string{"identity.sub": c.Subject}
	if c.Name != "" {
		all["identity.name"] = c.Name
	}
	if l := call.Spoken(c.Locale); l != "" {
		all["language"] = l
	}
	return all
}
