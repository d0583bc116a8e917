package signaling

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"webtrunk"
)

// Letters keep what visitors write when nobody is there.
type Letters interface {
	// Leave keeps a letter; one that is left again, with the same ID, is there once.
	Leave(ctx context.Context, l Letter) error
}

// A Letter is what a page leaves.
type Letter struct {
	Account webtrunk.AccountID
	Test    bool
	To      webtrunk.Address // whom the page would have called
	Call    webtrunk.CallID  // after which it was written, as the page says
	ID      string           // the page's own name of it
	Name    string
	ReplyTo string
	Text    string
}

// How often letters may be left: a person writes few, and a site's visitors some.
const (
	letterEvery    = 20 * time.Second // for one more of an address
	lettersAddress = 5                // of an address at once
	letterKeyEvery = time.Second
	lettersKey     = 60 // of a key at once
)

// posted counts the letters that pages leave.
type posted struct {
	mu      sync.Mutex
	address probers[netip.Prefix]
	key     probers[string]
}

func newPosted() *posted {
	return &posted{
		address: probers[netip.Prefix]{every: letterEvery, burst: lettersAddress, known: map[netip.Prefix]*bucket{}},
		key:     probers[string]{every: letterKeyEvery, burst: lettersKey, known: map[string]*bucket{}},
	}
}

func (p *posted) take(from netip.Prefix, key string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.address.take(from, now) && p.key.take(key, now)
}

// leaveLetter keeps what a visitor has written, for whom they could call, and tells the
// page when it is safe.
func (s *session) leaveLetter(r request) *refusal {
	letters := s.server.cfg.Letters
	if letters == nil {
		return refuse(codeNotAllowed, "No messages can be left here.")
	}
	to, err := webtrunk.ParseAddress(r.To)
	if err != nil {
		return refuse(codeBadNumber, webtrunk.MessageOf(err, "No message can be left for this address."))
	}
	if r.Call != "" && !validID(r.Call) {
		return refuse(codeBadMessage, "call is the gateway's name of a call.")
	}
	if !s.server.posted.take(s.from, s.hello.Key, time.Now()) {
		return &refusal{code: codeRateLimited, message: "Too many messages were left from here.", retry: letterEvery}
	}
	ctx, cancel := context.WithTimeout(s.server.stopping, 5*time.Second)
	defer cancel()
	if bad := s.grant.mayCall(ctx, to); bad != nil {
		return bad
	}
	err = letters.Leave(ctx, Letter{
		Account: s.grant.Account, Test: s.grant.Test, To: to, Call: webtrunk.CallID(r.Call), ID: r.ID, Name: r.Name, ReplyTo: r.ReplyTo, Text: r.Text,
	})
	if err != nil {
		return s.notLeft(err)
	}
	s.send(&letterNotice{head{Type: "message", ID: r.ID}})
	return nil
}

// A letterNotice says that a letter is safe.
type letterNotice struct{ head }

// notLeft says why a letter is not kept.
func (s *session) notLeft(err error) *refusal {
	switch webtrunk.KindOf(err) {
	case webtrunk.Invalid:
		return refuse(codeBadMessage, webtrunk.MessageOf(err, "This message cannot be kept."))
	case webtrunk.NotFound, webtrunk.Unsupported, webtrunk.Forbidden:
		return refuse(codeNotAllowed, webtrunk.MessageOf(err, "No message can be left for this address."))
	case webtrunk.Exhausted, webtrunk.Unavailable:
		return refuse(codeBusyGateway, webtrunk.MessageOf(err, "The message cannot be kept at the moment."))
	}
	s.log.Error("a message of a visitor's was not kept", "error", err)
	return refuse(codeInternal, "The message could not be kept.")
}
