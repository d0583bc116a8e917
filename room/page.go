package room

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"webtrunk"
)

// Shown is a page that somebody shows to the visitor: of an operation of kind Page.
type Shown struct {
	URL    string `json:"url,omitempty"`
	Title  string `json:"title,omitempty"`  // in one line; may be empty
	Beside bool   `json:"beside,omitempty"` // the account says that it lets itself be framed
}

// A Listing is how an account has listed a page.
type Listing struct {
	Title  string // of the page itself; empty where its whole site is listed
	Beside bool   // it lets itself be framed
}

// mostTitle is how many characters the title of a page may have.
const mostTitle = 200

// showable is what a member asks to show, as it is kept. Visitors show nothing: what they
// can be made to open is for the account to say.
func showable(by Member, s Shown) (Shown, error) {
	if by.Role != Agent && by.Role != Site {
		return s, refused(webtrunk.Forbidden, "Only who works here may show a page.")
	}
	u, err := webtrunk.ParsePage(s.URL)
	if err != nil {
		return s, refused(webtrunk.Invalid, webtrunk.MessageOf(err, "This is no address of a page."))
	}
	s.URL, s.Title = u.String(), strings.Join(strings.Fields(s.Title), " ")
	switch {
	case len(s.URL) > webtrunk.MostPage:
		return s, unfit(fmt.Sprintf("The address of a page has at most %d characters.", webtrunk.MostPage))
	case utf8.RuneCountInString(s.Title) > mostTitle:
		return s, unfit(fmt.Sprintf("The title of a page has at most %d characters.", mostTitle))
	case !utf8.ValidString(s.Title) || strings.ContainsFunc(s.Title, unicode.IsControl):
		return s, unfit("The title of a page is plain text: remove the control characters.")
	}
	return s, nil
}

// listed asks the account whether a page may be shown, and how. A rule is the account's
// own word: what it shows need not be on the list.
func (r *Rooms) listed(ctx context.Context, c Call, by Member, d *Draft) error {
	if d.Kind != Page || by.Role == Visitor {
		return nil // the latter is refused for what it is
	}
	if r.o.Pages == nil {
		return refused(webtrunk.Unsupported, "This gateway shows no pages.")
	}
	as, err := r.o.Pages(ctx, c, d.URL)
	switch kind := webtrunk.KindOf(err); {
	case err == nil:
		d.Beside, d.Title = as.Beside, cmp.Or(d.Title, as.Title)
	case by.Role == Site && kind == webtrunk.NotFound:
	case kind == webtrunk.NotFound:
		return refused(webtrunk.Forbidden, webtrunk.MessageOf(err, "This page may not be shown."))
	default:
		return err
	}
	return nil
}

// mostPromised is for how long a room that nobody has entered waits for the first.
const mostPromised = 10 * time.Minute

// Show shows a page to whoever is in a call's room, or enters it first, as the account
// itself. The same page is shown once, however often it is asked for. What cannot be kept
// is missing, and the log says so.
func (r *Rooms) Show(c Call, s Shown) {
	sum := sha256.Sum256([]byte(s.URL))
	d := Draft{ID: "site-" + hex.EncodeToString(sum[:8]), Kind: Page, Body: Body{Shown: s}}
	r.mu.Lock()
	defer r.mu.Unlock()
	at, now := r.at(c), r.o.Now()
	for id, since := range r.promised {
		if now.Sub(since) > mostPromised {
			delete(r.promised, id)
		}
	}
	if len(at.seats) == 0 {
		r.promised[c.ID] = now
	}
	site := &Seat{room: at, member: Member{Role: Site}}
	at.do(func(ctx context.Context) {
		if err := at.post(ctx, site, d); err != nil {
			r.o.Log.Warn("the page of a rule is not shown", "call", c.ID, "error", err)
		}
	})
}
