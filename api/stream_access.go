package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// Access is who follows by which credential. However many streams one key has,
// it is looked up once for all of them.
type access struct {
	mu    sync.Mutex
	known map[string]*standing
}

// A standing is what was last found out about a credential.
type standing struct {
	streams int // under access.mu

	mu  sync.Mutex
	at  time.Time
	err error
}

// watch returns a function that says why the caller of a request may no longer
// follow events, as it was at most so long ago. Release it.
func (a *access) watch(s *Server, r *http.Request, p directory.Principal, fresh time.Duration) (still func(context.Context) error, release func()) {
	credential, lookUp := s.lookUp(r)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		a.known = map[string]*standing{}
	}
	st := a.known[credential]
	if st == nil {
		st = &standing{at: time.Now()}
		a.known[credential] = st
	}
	st.streams++
	still = func(ctx context.Context) error {
		return st.now(fresh, func() error {
			now, err := lookUp(ctx)
			return barred(p, now, err)
		})
	}
	return still, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if st.streams--; st.streams == 0 {
			delete(a.known, credential)
		}
	}
}

// now returns what was found out, and finds it out anew if that is too old.
func (st *standing) now(fresh time.Duration, find func() error) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if time.Since(st.at) >= fresh {
		st.err, st.at = find(), time.Now()
	}
	return st.err
}

// lookUp returns a request's credential, and how to find out whose it is now.
func (s *Server) lookUp(r *http.Request) (credential string, principal func(context.Context) (directory.Principal, error)) {
	if header := r.Header.Get("Authorization"); header != "" {
		_, bearer, _ := strings.Cut(header, " ")
		bearer = strings.TrimSpace(bearer)
		return "bearer " + bearer, func(ctx context.Context) (directory.Principal, error) {
			return s.cfg.Auth.Authenticate(ctx, bearer)
		}
	}
	cookie, _ := s.sessionCookie(r) // the guard has let it through
	test := wantsTest(r)
	return fmt.Sprintf("cookie %t %s", test, cookie), func(ctx context.Context) (directory.Principal, error) {
		p, _, err := s.cfg.Auth.Session(ctx, cookie)
		p.Test = test
		return p, err
	}
}

// barred says why somebody may no longer follow: the credential is not valid
// any more, or not for the same. That it cannot be found out bars nobody.
func barred(before, now directory.Principal, err error) error {
	switch webtrunk.KindOf(err) {
	case webtrunk.Unavailable, webtrunk.Internal, webtrunk.Exhausted:
		if err != nil {
			return nil
		}
	}
	switch {
	case err != nil:
		return err
	case now.Account != before.Account || now.Test != before.Test || now.Operator != before.Operator:
		return &webtrunk.Error{Op: "stream", Kind: webtrunk.Forbidden, Message: "This key or login now stands for something else. Connect again."}
	}
	return now.May(directory.EventsRead)
}
