package webhook

import (
	"fmt"
	"time"
	"unicode/utf8"

	"webtrunk"
	"webtrunk/event"
)

// A Scope is what a caller may see: one account's live resources or its test
// resources. Whatever lies outside does not exist for it.
type Scope struct {
	Account webtrunk.AccountID
	Test    bool
}

// A Format is how an event is written into a request's body.
type Format string

const (
	Webtrunk    Format = "webtrunk"    // event.Envelope, as the API shows events
	CloudEvents Format = "cloudevents" // CloudEvents 1.0, structured mode
)

// An Endpoint is a URL that an account's events are sent to.
type Endpoint struct {
	ID          string // "we_…"
	Account     webtrunk.AccountID
	Test        bool // gets test events only; otherwise live ones only
	URL         string
	Description string
	Events      event.Types // which events it gets
	Format      Format
	Enabled     bool
	Reason      string // why it is disabled: a sentence
	Created     time.Time
	Updated     time.Time
}

// A Draft is what an endpoint is made from.
type Draft struct {
	ID          string // "we_…"; empty is a new one
	URL         string
	Description string
	Events      []string // patterns as event.ParseTypes reads them; none is all
	Format      Format   // empty is Webtrunk
}

// A Change is what is to become of an endpoint; nil leaves a field as it is.
type Change struct {
	URL         *string
	Description *string
	Events      *[]string
	Format      *Format
	Enabled     *bool
}

// maxDescription is how long an endpoint's description may be, in characters.
const maxDescription = 500

// apply changes the endpoint and checks what it has become.
func (e *Endpoint) apply(c Change, reach Reach) (err error) {
	if c.URL != nil {
		e.URL = *c.URL
		if err := reach.CheckURL(e.URL); err != nil {
			return err
		}
	}
	if c.Description != nil {
		e.Description = *c.Description
		if utf8.RuneCountInString(e.Description) > maxDescription || e.Description != text(e.Description, len(e.Description)) {
			return invalid("description", fmt.Sprintf("A description is text of at most %d characters.", maxDescription))
		}
	}
	if c.Events != nil {
		if e.Events, err = event.ParseTypes(*c.Events...); err != nil {
			return err
		}
		if len(e.Events) == 0 {
			e.Events = event.Types{"*"}
		}
	}
	if c.Format != nil {
		e.Format = *c.Format
		if e.Format != Webtrunk && e.Format != CloudEvents {
			return invalid("format", quoted(string(e.Format))+" is no format: choose webtrunk or cloudevents.")
		}
	}
	return nil
}
