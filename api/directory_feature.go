package api

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// Directory is who there is: the account, its people and how they log in, its
// keys, widgets, client tokens, references and numbers.
type Directory struct {
	Directory *directory.Directory
	Secure    bool // pages come over HTTPS, so cookies go over nothing else
	// Extensions are the digits by which colleagues know the agents of whoever asks,
	// by the agent's ID; nil: nobody has any.
	Extensions func(context.Context, directory.Principal) (map[string]string, error)
}

// Routes implements Feature.
func (f Directory) Routes(s *Server) {
	f.eventTypes(s)
	f.sessionRoutes(s)
	f.factorRoutes(s)
	f.accountRoutes(s)
	f.peopleRoutes(s)
	f.keyRoutes(s)
	f.widgetRoutes(s)
	f.tokenRoutes(s)
	f.agentTokenRoutes(s)
	f.colleagueRoutes(s)
	f.referenceRoutes(s)
	f.numberRoutes(s)
	f.customerRoutes(s)
	f.meRoutes(s)
}

func (f Directory) eventTypes(s *Server) {
	for _, e := range [][2]string{
		{"account.created", "An account was made."},
		{"account.updated", "An account's name, status or destinations changed."},
		{"person.created", "A person was added to the account."},
		{"person.updated", "A person's name or role changed."},
		{"person.deleted", "A person was removed from the account."},
		{"person.password_reset", "A person was given a one-time password."},
		{"person.password_changed", "A person chose another password."},
		{"person.second_factor_enabled", "A person logs in with a second factor from now on."},
		{"person.second_factor_disabled", "A person logs in without a second factor from now on."},
		{"session.started", "A person logged in."},
		{"session.revoked", "All of a person's sessions were ended."},
		{"key.created", "An API key was made."},
		{"key.revoked", "An API key was revoked."},
		{"widget.created", "A widget was made."},
		{"widget.updated", "A widget changed."},
		{"widget.deleted", "A widget and its publishable key are gone."},
		{"widget.identity_secret_rotated", "A widget has a new secret by which its site signs who a visitor is."},
		{"client_token.created", "A client token was made."},
		{"client_token.revoked", "A client token was withdrawn."},
		{"reference.created", "A reference was made."},
		{"reference.updated", "A reference changed."},
		{"reference.deleted", "A reference is gone."},
		{"reference.resolved", "A reference led a call to its contact, which is not told."},
		{"number.assigned", "A telephone number was assigned to the account."},
		{"number.updated", "A telephone number leads elsewhere."},
		{"customer.created", "A customer was added. Who it is, only the customer's resource tells."},
		{"customer.updated", "A customer changed."},
		{"customer.deleted", "A customer is gone."},
		{"customer.signed_in", "A customer signed in."},
		{"customer.password_requested", "A customer was given a link to choose a password."},
		{"customer.password_changed", "A customer chose another password, and is signed out elsewhere."},
		{"number.released", "A telephone number is no longer the account's."},
	} {
		s.Event(e[0], e[1])
	}
}

// about names the field that an error is about.
func about(param string, err error) error {
	if err == nil {
		return nil
	}
	p := *problemOf(err)
	p.Param = param
	return &p
}

// destinationsOf reads what clients write as destinations.
func destinationsOf(texts []string) ([]directory.Destination, error) {
	all := []directory.Destination{}
	for _, s := range texts {
		to, err := directory.ParseDestination(s)
		if err != nil {
			return nil, about("destinations", err)
		}
		all = append(all, to)
	}
	return all, nil
}

func originsOf(texts []string) ([]directory.Origin, error) {
	all := []directory.Origin{}
	for _, s := range texts {
		o, err := directory.ParseOrigin(s)
		if err != nil {
			return nil, about("origins", err)
		}
		all = append(all, o)
	}
	return all, nil
}

// optional reads a list that may be left out.
func optional[T any](texts *[]string, read func([]string) ([]T, error)) (*[]T, error) {
	if texts == nil {
		return nil, nil
	}
	all, err := read(*texts)
	return &all, err
}

func stringsOf[T interface{ String() string }](all []T) []string {
	texts := []string{}
	for _, one := range all {
		texts = append(texts, one.String())
	}
	return texts
}

// wordsOf are texts of a kind of their own.
func wordsOf[T ~string](all []T) []string {
	texts := []string{}
	for _, one := range all {
		texts = append(texts, string(one))
	}
	return texts
}

// listed makes a page of a directory's list.
func listed[T, S any](found []T, err error, limit int, show func(T) S, id func(T) string) (*Answer[List[S]], error) {
	if err != nil {
		return nil, err
	}
	page := List[S]{Object: "list", Data: []S{}, HasMore: len(found) > limit}
	if page.HasMore {
		found = found[:limit]
		page.NextCursor = id(found[limit-1])
	}
	for _, one := range found {
		page.Data = append(page.Data, show(one))
	}
	return answer(page), nil
}

// part is the part of a list to ask the directory for: one more than is shown.
func (p Page) part() directory.Page {
	return directory.Page{After: p.StartingAfter, Limit: p.Limit + 1}
}

// gone answers a deletion.
func gone(err error) (*Empty, error) {
	if err != nil {
		return nil, err
	}
	return &Empty{}, nil
}

// cookie makes the session's cookie. Over HTTPS its name begins with __Host-,
// so that no other host of the same domain can set one (RFC 6265bis §4.1.3.2).
func (f Directory) cookie(value string, life time.Duration) http.Cookie {
	return f.cookieNamed(CookieName, value, life)
}

func (f Directory) cookieNamed(name, value string, life time.Duration) http.Cookie {
	c := http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: f.Secure, MaxAge: int(life / time.Second)}
	if f.Secure {
		c.Name = hostPrefix + name
	}
	return c
}

// hostPrefix begins the names of cookies over HTTPS.
const hostPrefix = "__Host-"

// SecureCookieName is the session cookie's name over HTTPS.
const SecureCookieName = hostPrefix + CookieName

// sessionCookie returns the cookie that a browser sends for its session. Over
// HTTPS, which a trusted proxy may add, only the one counts that no other host
// of the same domain can have planted.
func (s *Server) sessionCookie(r *http.Request) (value string, ok bool) {
	return s.cookieOf(r, CookieName)
}

func (s *Server) cookieOf(r *http.Request, name string) (value string, ok bool) {
	if r.TLS != nil || len(s.cfg.TrustedProxies) > 0 {
		name = hostPrefix + name
	}
	c, err := r.Cookie(name)
	if err != nil {
		return "", false
	}
	return c.Value, true
}

// addressOf is where a request comes from, if that is an address.
func addressOf(s string) netip.Addr {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// loginProblem says what a login lacks, in a word that pages compare.
func loginProblem(err error) error {
	p := &Problem{Kind: webtrunk.Forbidden, Status: http.StatusUnauthorized, Code: "login_failed", Message: webtrunk.MessageOf(err, ""), Err: err}
	switch {
	case errors.Is(err, directory.ErrSecondFactor):
		p.Code, p.Param, p.Remedies = "second_factor_required", "code", []string{"Send the login again with the code."}
	case errors.Is(err, directory.ErrNewPassword):
		p.Code, p.Param, p.Remedies = "new_password_required", "new_password", []string{"Send the login again with new_password, of at least 12 characters."}
	case webtrunk.KindOf(err) != webtrunk.Forbidden:
		return err
	default:
		p.Remedies = []string{"If you have forgotten your password, ask an owner of your account to reset it."}
	}
	return p
}
