package signaling_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// A registrar is a door that knows what sites sign, and whose rights can be
// withdrawn.
type registrar struct {
	door
	mu        sync.Mutex
	withdrawn error
	asked     int // Authorize
	facts     map[string]string
}

func (r *registrar) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	g, err := r.door.Authorize(ctx, h)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if err == nil && h.ClientToken == "expired" {
		err = &webtrunk.Error{Op: "token", Kind: webtrunk.Forbidden, Message: "The token has expired.", Err: signaling.ErrBadToken}
	}
	if err == nil && h.ClientToken == "once" && r.asked > 1 { // valid for as long as it takes to say hello
		err = &webtrunk.Error{Op: "token", Kind: webtrunk.Forbidden, Message: "The token has expired.", Err: signaling.ErrBadToken}
	}
	g.Account, g.Test = "acct_shop", true
	g.Context = r.facts
	if h.Identity != "" {
		g.Context = map[string]string{"identity.name": strings.TrimPrefix(h.Identity, "signed:")}
	}
	g.Valid = func(context.Context) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.withdrawn
	}
	return g, err
}

func (r *registrar) withdraw(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.withdrawn = err
}

func revoked(kind webtrunk.Kind) error {
	return &webtrunk.Error{Op: "key", Kind: kind, Message: "The key was revoked.", Err: signaling.ErrBadKey}
}

// TestARevokedKeyEndsItsPages: within a round the call is over, the page is
// told why, and its socket is closed. What nobody knows ends nothing.
func TestARevokedKeyEndsItsPages(t *testing.T) {
	t.Parallel()
	r := &registrar{}
	g := start(t, func(c *signaling.Config) { c.Auth, c.Limits.Recheck = r, 10*time.Millisecond })
	v := g.visit(t, nil)
	c, far := g.call(t, v)
	idle := g.welcomed(t)
	for _, unknown := range []error{revoked(webtrunk.Unavailable), revoked(webtrunk.Internal), revoked(webtrunk.Exhausted), errors.New("no answer")} {
		r.withdraw(unknown)
		g.Recheck(g.ctx)
		g.Recheck(g.ctx)
		if s := g.Stats(); s.Revoked != 0 || s.Sessions != 2 {
			t.Fatalf("%v: %+v", unknown, s)
		}
	}

	begun := time.Now()
	r.withdraw(revoked(webtrunk.Forbidden))
	said := idle.closes(t, 4001)
	if len(said) != 1 || said[0].Type != "error" || said[0].Code != "bad_key" || said[0].Text != "The key was revoked." {
		t.Errorf("a page without a call is told %+v", said)
	}
	ended, err := c.Wait(g.ctx, "ended")
	check(t, err)
	if ended.Reason != "forbidden" || ended.By != "gateway" || ended.Text != "The key was revoked." {
		t.Errorf("the page is told %+v", ended)
	}
	all := far.wait(t, 1)
	same(t, all, call.LegEnded{Leg: 1, Cause: call.Forbidden, Message: "The key was revoked."})
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	g.settle(t, 0, 0)
	if s := g.Stats(); s.Revoked != 2 {
		t.Errorf("%+v", s)
	}
}

// TestRecheckIsAskedOnRevocation: whoever revokes need not wait for the round.
func TestRecheckIsAskedOnRevocation(t *testing.T) {
	t.Parallel()
	r := &registrar{}
	g := start(t, func(c *signaling.Config) { c.Auth, c.Limits.Recheck = r, time.Hour })
	p := g.welcomed(t)
	r.withdraw(revoked(webtrunk.NotFound))
	g.Recheck(g.ctx)
	p.closes(t, 4001)
	g.settle(t, 0, 0)
}

// TestATokenThatExpiresKeepsItsCall: the token was good when the session began.
// A page that returns with it keeps its call; one that shows another does not,
// and neither does one whose right was withdrawn meanwhile.
func TestATokenThatExpiresKeepsItsCall(t *testing.T) {
	t.Parallel()
	r := &registrar{}
	g := start(t, func(c *signaling.Config) { c.Auth = r })
	v := g.visit(t, func(c *visitor.Config) { c.ClientToken = "once" })
	c, _ := g.call(t, v)
	v.Drop()
	welcome, err := v.Resume(g.ctx)
	if err != nil || !welcome.Resumed || len(welcome.Calls) != 1 {
		t.Fatalf("%+v %v", welcome, err)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })

	v.Drop()
	r.withdraw(revoked(webtrunk.Forbidden))
	var refusal *visitor.Refusal
	if _, err := v.Resume(g.ctx); !errors.As(err, &refusal) || refusal.Code != "bad_token" {
		t.Errorf("a withdrawn right is taken up: %v", err)
	}
}

// TestWhatIsSignedTravelsWithTheCall: whose call it is, and who was checked to
// be calling, beside what the page says.
func TestWhatIsSignedTravelsWithTheCall(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Auth = &registrar{} })
	v := g.visit(t, func(c *visitor.Config) { c.Identity, c.ClientToken = "signed:Ada", "token" })
	_, far := g.call(t, v)
	if far.Account != "acct_shop" || !far.Test || far.Context["identity.name"] != "Ada" {
		t.Errorf("offered %+v", far.Arrived)
	}
}

// TestAPageCannotMakeUpWhatIsChecked: not even where its key's list of metadata
// has such a name by mistake.
func TestAPageCannotMakeUpWhatIsChecked(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Auth = &listed{} })
	p := g.welcomed(t)
	for _, name := range []string{"identity.name", "rule.page", "Identity.Name"} {
		p.say(t, `{"type":"call","id":"c1","to":"+15550100101","metadata":{"`+name+`":"Ada"},"sdp":`+offerOf(t)+`}`)
		if m := p.hear(t); m.Type != "error" || m.Code != "bad_metadata" || m.ID != "c1" {
			t.Errorf("%s: answered %+v", name, m)
		}
	}
	if n := g.exchange.count(); n != 0 {
		t.Errorf("%d calls were offered", n)
	}
}

// listed allows a name of metadata that it should not.
type listed struct{ door }

func (l *listed) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	g, err := l.door.Authorize(ctx, h)
	g.Metadata = []string{"identity.name", "rule.page", "Identity.Name"}
	return g, err
}

// TestAGrantThatCannotTravelIsRefused: facts under another name, or with what
// would split a header, are a fault of ours and go nowhere.
func TestAGrantThatCannotTravelIsRefused(t *testing.T) {
	t.Parallel()
	for name, facts := range map[string]map[string]string{
		"another name": {"name": "Ada"},
		"a line break": {"identity.name": "Ada\r\nX: y"},
		"too long":     {"identity.name": strings.Repeat("a", 257)},
		"not UTF-8":    {"identity.name": "\xff"},
		"too many":     many(17),
	} {
		g := start(t, func(c *signaling.Config) { c.Auth = &registrar{facts: facts} })
		p := g.open(t, shop)
		p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
		if said := p.closes(t, 4001); len(said) != 1 || said[0].Code != "internal" {
			t.Errorf("%s: told %+v", name, said)
		}
	}
}

func many(n int) map[string]string {
	facts := map[string]string{}
	for i := range n {
		facts["identity."+string(rune('a'+i))] = "x"
	}
	return facts
}

// TestAPageIsToldThatTheGatewayWasRestarted: a session of another process is
// not one that was merely away for too long.
func TestAPageIsToldThatTheGatewayWasRestarted(t *testing.T) {
	t.Parallel()
	before := start(t, briefly)
	p := before.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	session := p.hear(t).Session
	p.Close()
	before.settle(t, 0, 0)

	after := start(t, nil)
	for name, c := range map[string]struct {
		g      *gateway
		reason string
	}{"of another process": {after, "node_lost"}, "of this one, long ago": {before, "connection_lost"}} {
		p := c.g.open(t, shop)
		p.say(t, `{"type":"hello","version":1,"key":"pk_shop","last":1,"session":"`+session+`"}`)
		m := p.hear(t)
		if m.Type != "welcome" || m.Resumed || m.Lost == nil || m.Lost.Reason != c.reason || m.Lost.Message == "" {
			t.Errorf("a session %s: %+v, lost %+v", name, m, m.Lost)
		}
		if c.reason == "node_lost" && !strings.Contains(m.Lost.Message, "restarted") {
			t.Errorf("the person reads %q", m.Lost.Message)
		}
	}
	p = after.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	if m := p.hear(t); m.Type != "welcome" || m.Lost != nil {
		t.Errorf("a new page has lost %+v", m.Lost)
	}
}
