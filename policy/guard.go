package policy

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/store"
	"webtrunk/trunk"
)

// A Config says what a Guard works with. Store and Contact are needed.
type Config struct {
	Store *store.DB
	// Rules are the operator's, for every account that has no bounds of its own.
	Rules Rules
	// Home is the operator's country, ISO 3166; empty where it is not known.
	Home string
	// Network is what may carry calls, and at which rates; nil carries nothing.
	Network func() trunk.Network
	// Contact returns whom an address stands for in an account: itself, or a
	// reference's contact.
	Contact func(ctx context.Context, account webtrunk.AccountID, test bool, to webtrunk.Address) (webtrunk.Address, error)
	// Widget returns the limits that an account has set for one of its keys;
	// nil where none has any.
	Widget func(ctx context.Context, key string) (directory.Widget, error)
	// Calls is how running calls are told that they may go on, or must end; nil
	// holds what a call may use at the most from its beginning.
	Calls call.Commander

	Longest    time.Duration    // of any call; 0 means call.DefaultLongest
	Slice      time.Duration    // how long a call's minutes and money are held ahead; 0 means DefaultSlice
	Remembered int              // how many parties' calls are counted; 0 means DefaultRemembered
	Now        func() time.Time // nil is time.Now
	Log        *slog.Logger     // nil discards
}

const (
	// DefaultSlice is long enough that calls seldom ask, and short enough that a
	// running call keeps little from the others of its party.
	DefaultSlice = 10 * time.Minute
	// DefaultRemembered is some 20 MB at the worst.
	DefaultRemembered = 20_000
	// leastTalk is the shortest call that is worth its beginning.
	leastTalk = time.Minute
)

// A Guard decides which calls may be made. It is a switchboard.Admitter and an
// event.Handler. Close it after the last call.
type Guard struct {
	cfg     Config
	book    book
	windows *windows
	counted map[Rule]*atomic.Uint64
	lately  directory.Lately[webtrunk.AccountID, policies]

	mu      sync.Mutex
	running map[webtrunk.CallID]*metered
	gone    []departed // the oldest first
	closed  bool
	busy    sync.WaitGroup // what calls' timers have started
}

// New returns a guard.
func New(cfg Config) *Guard {
	cfg.Longest = cmp.Or(cfg.Longest, call.DefaultLongest)
	cfg.Slice = min(cmp.Or(cfg.Slice, DefaultSlice), cfg.Longest)
	cfg.Remembered = cmp.Or(cfg.Remembered, DefaultRemembered)
	if cfg.Calls == nil {
		cfg.Slice = cfg.Longest
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Network == nil {
		cfg.Network = func() trunk.Network { return trunk.Network{} }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	g := &Guard{cfg: cfg, book: book{cfg.Store}, windows: newWindows(cfg.Now, cfg.Remembered),
		counted: map[Rule]*atomic.Uint64{}, running: map[webtrunk.CallID]*metered{}}
	for _, rule := range AllRules() {
		g.counted[rule] = &atomic.Uint64{}
	}
	return g
}

// Refused returns how many calls each rule has refused since the start.
func (g *Guard) Refused() map[Rule]uint64 {
	all := map[Rule]uint64{}
	for rule, n := range g.counted {
		all[rule] = n.Load()
	}
	return all
}

// A Question is whether a call may go to an address.
type Question struct {
	Account webtrunk.AccountID
	Test    bool
	Call    webtrunk.CallID  // empty where there is none yet
	Asked   webtrunk.Address // as the caller named it
	Contact webtrunk.Address // what it stands for; zero where that is Asked itself
}

// Permit returns nil if an account's calls may go to an address, else a
// *Refusal. It counts nothing.
func (g *Guard) Permit(ctx context.Context, account webtrunk.AccountID, test bool, to webtrunk.Address) error {
	return g.Ask(ctx, Question{Account: account, Test: test, Asked: to})
}

// Ask is Permit for whoever knows more. The refusal of a contact that the caller
// did not name does not tell what it is.
func (g *Guard) Ask(ctx context.Context, q Question) error {
	p, err := g.policies(ctx, q.Account)
	if err != nil {
		return err
	}
	if r := g.judge(p, q); r != nil {
		return g.refused(ctx, q, r)
	}
	return nil
}

// judge holds an address against an account's bounds and its own rules.
func (g *Guard) judge(p policies, q Question) *Refusal {
	to := q.Asked
	if !q.Contact.IsZero() {
		to = q.Contact
	}
	r := g.judgeAddress(p, q, to)
	if r != nil && to != q.Asked {
		return r.hiding(q.Asked)
	}
	return r
}

func (g *Guard) judgeAddress(p policies, q Question, to webtrunk.Address) *Refusal {
	switch to.Scheme {
	case webtrunk.Tel:
		return g.judgeNumber(p, q.Test, read(to, g.cfg.Home))
	case webtrunk.SIP:
		return g.judgeSIP(p, q.Test, to)
	}
	return nil
}

// judgeNumber refuses emergency and short numbers to everybody. Test calls reach
// the simulated carrier, whose numbers are no country's.
func (g *Guard) judgeNumber(p policies, test bool, n number) *Refusal {
	switch {
	case n.emergency:
		return refuse(RuleEmergency, "This is an emergency number. Calls to it cannot be made from a web page. Use a telephone.").by(Gateway)
	case n.short:
		return refuse(RuleShort, "%s is a short number, which telephones in its own country alone can reach. Use a telephone.", n.value).by(Gateway)
	case test:
		return nil
	}
	if r := p.bounds.open(n); r != nil {
		return r.by(Gateway)
	}
	return p.own.judge(n).by(Account)
}

// judgeSIP takes a user that is a number for that number, as a carrier would.
func (g *Guard) judgeSIP(p policies, test bool, to webtrunk.Address) *Refusal {
	user, host, _ := strings.Cut(to.Value, "@")
	if number, err := webtrunk.ParseNumber("+" + strings.TrimLeft(user, "+0")); err == nil && emergency(number.Value, g.cfg.Home) {
		return g.judgeNumber(p, test, read(number, g.cfg.Home))
	}
	if test {
		return nil
	}
	bounds := p.bounds
	if bounds.SIPHosts == nil {
		bounds.SIPHosts = []string{}
	}
	if r := bounds.judgeSIP(host); r != nil {
		return r.by(Gateway)
	}
	return p.own.judgeSIP(host).by(Account)
}

// Admit implements switchboard.Admitter: a call may be made if it may go where
// it goes, nobody whom it counts against has reached a limit, and there are
// minutes and money left for it.
func (g *Guard) Admit(ctx context.Context, v call.View) (call.Terms, error) {
	p, err := g.policies(ctx, v.Account)
	if err != nil {
		return call.Terms{}, err
	}
	ends, q, err := g.ends(ctx, p, v)
	if err != nil {
		return call.Terms{}, g.why(ctx, q, err)
	}
	all, err := g.parties(ctx, v, ends, p.limits())
	if err != nil {
		return call.Terms{}, err
	}
	if r := g.windows.enter(v.ID, all); r != nil {
		return call.Terms{}, g.refused(ctx, q, r)
	}
	terms, err := g.meter(ctx, v, p, all, ends)
	if err != nil {
		g.windows.undo(v.ID)
		return call.Terms{}, g.why(ctx, q, err)
	}
	return terms, g.missed(ctx, v.ID)
}

// parties are whom a call counts against, with the limits that a widget's owner
// has set for it. A call that a telephone brought is not counted: its carrier
// and who dialled have paid for it. One that is sent on to another telephone is,
// against the account that pays for that: anybody can dial, and have many dial.
func (g *Guard) parties(ctx context.Context, v call.View, ends []webtrunk.Address, l Limits) ([]party, error) {
	if arrivedByTelephone(v) {
		l = Limits{Account: l.Account, Currency: l.Currency, UnknownRate: l.UnknownRate}
		if !slices.ContainsFunc(ends, func(to webtrunk.Address) bool { return to.Scheme == webtrunk.Tel }) {
			l.Account.PerMinute, l.Account.PerHour, l.Account.AtOnce = 0, 0, 0
		}
		return parties(v, l), nil
	}
	key := v.Source.Widget
	if strings.HasPrefix(v.Via, "pk_") {
		key = v.Via
	}
	if key != "" && g.cfg.Widget != nil {
		w, err := g.cfg.Widget(ctx, key)
		if err != nil {
			return nil, err
		}
		l.Widget = l.Widget.narrowed(Limit{AtOnce: w.CallsAtOnce, PerHour: w.CallsPerHour})
	}
	return parties(v, l), nil
}

// arrivedByTelephone reports whether a trunk brought the call.
func arrivedByTelephone(v call.View) bool {
	return len(v.Legs) > 0 && v.Legs[0].Kind != call.WebRTC
}

// ends are the telephones that a call will reach. It fails with a *Refusal for
// one that it may not.
func (g *Guard) ends(ctx context.Context, p policies, v call.View) (ends []webtrunk.Address, q Question, err error) {
	q = Question{Account: v.Account, Test: v.Test, Call: v.ID, Asked: v.To}
	if !v.To.IsZero() { // else we call somebody, and nobody else is in the call
		if q.Contact, err = g.cfg.Contact(ctx, v.Account, v.Test, v.To); err != nil {
			return nil, q, err
		}
		if r := g.judge(p, q); r != nil {
			return nil, q, r
		}
		ends = []webtrunk.Address{q.Contact}
	}
	if len(v.Legs) == 0 { // nobody is on the line yet: the caller is dialled too
		caller := Question{Account: v.Account, Test: v.Test, Call: v.ID, Asked: v.Caller.Told(), Contact: v.Caller.Address}
		if r := g.judge(p, caller); r != nil {
			return nil, caller, r
		}
		ends = append(ends, v.Caller.Address)
	}
	return ends, q, nil
}

// why tells of an error that is a refusal, and passes on any other.
func (g *Guard) why(ctx context.Context, q Question, err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		return g.refused(ctx, q, r)
	}
	return err
}
