package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
)

// A running call must be hung up also while the database is away, when nobody
// can be asked whose a key is. So whoever was let in within the last minutes is
// known for as long, for the routes that are Always there and for no other.
const (
	knownFor  = 5 * time.Minute
	mostKnown = 10_000 // credentials, which take some 4 MB
)

// How long the database is waited for: to say who asks, and, where somebody
// waits to have something ended, for anything.
const (
	identifyTime = 3 * time.Second
	endingTime   = time.Second
)

// withdrawing are the events after which whoever was known of the account is
// known no more.
var withdrawing = event.Types{"key.revoked", "session.revoked", "person.*", "account.updated"}

// lately is who was let in lately, by the hash of what they showed. It knows
// nobody unless it is told of all that is withdrawn: see Follow.
type lately struct {
	mu    sync.Mutex
	told  bool
	round int // counts what was withdrawn
	known map[[sha256.Size]byte]acquaintance
}

// An acquaintance is who asked, as the database said then.
type acquaintance struct {
	principal directory.Principal
	csrf      string
	at        time.Time
}

// now is the round in which somebody is asked about.
func (l *lately) now() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.round
}

// meet notes who was let in, unless something was withdrawn since it was asked.
func (l *lately) meet(credential string, a acquaintance, round int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.told || l.round != round {
		return
	}
	name := sha256.Sum256([]byte(credential))
	if _, there := l.known[name]; !there && len(l.known) >= mostKnown {
		l.makeRoom(a.at)
	}
	l.known[name] = a
}

// makeRoom forgets whom it would not name any more, and if there is nobody,
// anybody.
func (l *lately) makeRoom(now time.Time) {
	for name, a := range l.known {
		if now.Sub(a.at) >= knownFor {
			delete(l.known, name)
		}
	}
	for name := range l.known {
		if len(l.known) < mostKnown {
			return
		}
		delete(l.known, name)
	}
}

func (l *lately) recall(credential string, now time.Time) (acquaintance, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, there := l.known[sha256.Sum256([]byte(credential))]
	return a, there && now.Sub(a.at) < knownFor
}

func (l *lately) forget(credential string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.known, sha256.Sum256([]byte(credential)))
}

// withdraw forgets all of an account.
func (l *lately) withdraw(account webtrunk.AccountID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.round++
	for name, a := range l.known {
		if a.principal.Account == account {
			delete(l.known, name)
		}
	}
}

// listen begins with nobody; told says whether it hears of what is withdrawn.
func (l *lately) listen(told bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told, l.known = told, map[[sha256.Size]byte]acquaintance{}
	l.round++
}

// Follow hears what is withdrawn, until ctx ends: keys, logins, roles and
// accounts. Without it nobody is let in while the database is away.
func (s *Server) Follow(ctx context.Context, hub *event.Hub) error {
	defer s.lately.listen(false)
	for ctx.Err() == nil {
		sub, err := hub.Subscribe(ctx, event.Filter{Types: withdrawing}, event.Stream{}, event.Latest)
		if err == nil {
			s.lately.listen(true)
			err = s.hear(ctx, sub)
			s.lately.listen(false)
			sub.Close()
		}
		if err != nil && !errors.Is(err, event.ErrResync) && ctx.Err() == nil {
			s.cfg.Log.Warn("what is withdrawn is not heard of, so nobody is known while the database is away", "error", err)
		}
		pause(ctx)
	}
	return nil
}

// hear returns when the subscription ends. While the database is away it waits:
// nothing can be withdrawn then.
func (s *Server) hear(ctx context.Context, sub *event.Subscription) error {
	for {
		r, err := sub.Next(ctx)
		switch {
		case err == nil:
			s.lately.withdraw(r.Account)
		case errors.Is(err, event.ErrResync) || ctx.Err() != nil:
			return err
		default:
			pause(ctx)
		}
	}
}

// pause waits a second, or until ctx ends.
func pause(ctx context.Context) {
	second := time.NewTimer(time.Second)
	defer second.Stop()
	select {
	case <-second.C:
	case <-ctx.Done():
	}
}

// who asks whose a credential is. Where the database cannot say it, and the
// route is Always there, whoever was known lately is known still.
func (s *Server) who(ctx context.Context, rt *Route, credential string, ask func(context.Context) (directory.Principal, string, error)) (directory.Principal, string, error) {
	a, known := s.lately.recall(credential, s.cfg.Now())
	known = known && rt.Always
	wait := identifyTime
	if known {
		wait = endingTime
	}
	limited, done := context.WithTimeout(ctx, wait)
	defer done()
	round := s.lately.now()
	p, csrf, err := ask(limited)
	switch {
	case err == nil:
		s.lately.meet(credential, acquaintance{p, csrf, s.cfg.Now()}, round)
	case !away(err):
		s.lately.forget(credential)
	case known:
		requestOf(ctx).remembered = true
		return a.principal, a.csrf, nil
	}
	return p, csrf, err
}

// away reports whether an error says that something we need is not there now.
func away(err error) bool {
	return err != nil && (kindOf(err) == webtrunk.Unavailable || errors.Is(err, context.DeadlineExceeded))
}
