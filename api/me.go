package api

import (
	"context"
	"net/http"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// meRoutes are what a customer does for themselves, signed in by a cookie that opens
// nothing else. The principal of a Customer route is the customer: p.ID is theirs, with the
// account and mode whose customer they are, and no rights.
func (f Directory) meRoutes(s *Server) {
	const session = "/v1/me/session"
	Register(s, Route{Method: "POST", Path: session, Summary: "Sign in", Tag: customersTag, Customer: true, Public: true, Status: 201,
		Doc: "With a client token whose identity.sub is the customer's subject, which signs in once; or with the email address and the password, and the publishable key of the account's page. Sets the customer's cookie."}, f.signIn)
	Register(s, Route{Method: "DELETE", Path: session, Summary: "Sign out", Tag: customersTag, Customer: true}, f.signOut)
	Register(s, Route{Method: "GET", Path: "/v1/me", Summary: "Who is signed in", Tag: customersTag, Customer: true,
		Doc: "With the token that pages send in " + CSRFHeader + " whenever they change something."}, f.me)
	Register(s, Route{Method: "POST", Path: "/v1/me", Summary: "Change your own details", Tag: customersTag, Customer: true,
		Doc: "Another telephone number is not verified."}, f.updateMe)
	Register(s, Route{Method: "POST", Path: "/v1/me/password", Summary: "Change your own password", Tag: customersTag, Customer: true, Status: 204,
		Doc: "Signs you out everywhere else."}, f.replacePassword)
	Register(s, Route{Method: "POST", Path: "/v1/me/password_by_ticket", Summary: "Choose a password by a link", Tag: customersTag, Customer: true, Public: true, Status: 204,
		Doc: "With the ticket of the link, once. Signs the customer out everywhere; then sign in with the new password."}, f.passwordByTicket)
}

// Me is a customer as they see themselves.
type Me struct {
	ID         string     `json:"id" doc:"The customer." example:"cus_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string     `json:"object" enum:"me" doc:"Always me."`
	Livemode   bool       `json:"livemode" doc:"Whether they are a customer of live calls."`
	Name       string     `json:"name" doc:"What they are called."`
	Email      string     `json:"email" doc:"With which they sign in; empty where there is none."`
	Phone      string     `json:"phone" doc:"Their telephone number; empty where there is none."`
	VerifiedAt *time.Time `json:"phone_verified_at" doc:"Since when it is known to be theirs; null while it is not."`
	Locale     string     `json:"locale" doc:"In which they are spoken to."`
	Password   bool       `json:"has_password" doc:"Whether they can sign in with a password."`
	CSRFToken  string     `json:"csrf_token" doc:"To be sent in X-CSRF-Token with whatever changes something."`
}

func meShown(c directory.Customer, csrf string) Me {
	return Me{ID: c.ID, Object: "me", Livemode: !c.Test, Name: c.Name, Email: c.Email, Phone: c.Phone, VerifiedAt: moment(c.Verified),
		Locale: c.Locale, Password: c.Password, CSRFToken: csrf}
}

type signInInput struct {
	Agent string `header:"User-Agent" doc:"The browser, as it calls itself."`
	Body  struct {
		Token    string `json:"client_token,omitempty" maxLength:"8192" doc:"Of which identity.sub is the customer's subject. It signs in once."`
		Key      string `json:"key,omitempty" maxLength:"64" doc:"Without a token: the publishable key of the account's page." example:"pk_live_7f3k"`
		Email    string `json:"email,omitempty" maxLength:"254" doc:"Without a token: the customer's email address." example:"grace@example.com"`
		Password string `json:"password,omitempty" maxLength:"512" doc:"Without a token: their password." example:"correct horse battery staple"`
	}
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"The customer's session."`
	Body      Me
}

func (f Directory) signIn(ctx context.Context, _ directory.Principal, in *signInInput) (*signedIn, error) {
	b, from := in.Body, f.browser(ctx, in.Agent)
	var a directory.CustomerAccess
	var err error
	if b.Token != "" {
		a, err = f.Directory.SignInByToken(ctx, b.Token, from)
	} else {
		a, err = f.Directory.SignIn(ctx, directory.SignIn{Key: b.Key, Email: b.Email, Password: b.Password}, from)
	}
	if err != nil {
		return nil, signInProblem(err)
	}
	return &signedIn{f.cookieNamed(CustomerCookieName, a.Cookie, directory.SessionLife), meShown(a.Customer, a.CSRF)}, nil
}

// browser is where a request of a customer comes from.
func (f Directory) browser(ctx context.Context, agent string) directory.Browser {
	return directory.Browser{Previous: requestOf(ctx).credential, Address: addressOf(requestOf(ctx).address), Agent: agent}
}

// signInProblem is a refusal to sign somebody in as pages compare it.
func signInProblem(err error) error {
	if webtrunk.KindOf(err) != webtrunk.Forbidden {
		return err
	}
	return &Problem{Kind: webtrunk.Forbidden, Status: http.StatusUnauthorized, Code: "sign_in_failed", Message: webtrunk.MessageOf(err, ""), Err: err,
		Remedies: []string{"If you have forgotten your password, ask the site for a link to choose another."}}
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"Takes the customer's cookie away."`
	Body      struct {
		Object string `json:"object" enum:"me" doc:"Always me."`
		Ended  bool   `json:"ended" doc:"Always true."`
	}
}

func (f Directory) signOut(ctx context.Context, _ directory.Principal, _ *struct{}) (*signedOut, error) {
	if err := f.Directory.SignOut(ctx, requestOf(ctx).credential); err != nil {
		return nil, err
	}
	out := &signedOut{SetCookie: f.cookieNamed(CustomerCookieName, "", 0)}
	out.SetCookie.MaxAge = -1
	out.Body.Object, out.Body.Ended = "me", true
	return out, nil
}

func (f Directory) me(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[Me], error) {
	c, err := f.Directory.Customer(ctx, p, p.ID)
	return answer(meShown(c, requestOf(ctx).csrf)), err
}

type meChange struct {
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"200" doc:"What you are called."`
		Phone  *string `json:"phone,omitempty" maxLength:"40" doc:"Your telephone number, with the country code; empty takes it away."`
		Locale *string `json:"locale,omitempty" maxLength:"35" doc:"In which you are spoken to, as BCP 47 writes it."`
	}
}

func (f Directory) updateMe(ctx context.Context, p directory.Principal, in *meChange) (*Answer[Me], error) {
	c, err := f.Directory.UpdateCustomer(ctx, p, p.ID, directory.CustomerChange{Name: in.Body.Name, Phone: in.Body.Phone, Locale: in.Body.Locale})
	return answer(meShown(c, requestOf(ctx).csrf)), err
}

func (f Directory) replacePassword(ctx context.Context, p directory.Principal, in *passwordChange) (*Empty, error) {
	return gone(f.Directory.ReplacePassword(ctx, p, requestOf(ctx).credential, in.Body.Old, in.Body.New))
}

type ticketUsed struct {
	Body struct {
		Ticket   string `json:"ticket" maxLength:"100" doc:"The ticket of the link."`
		Password string `json:"password" maxLength:"512" doc:"The password to have, of at least 12 characters." example:"correct horse battery staple"`
	}
}

func (f Directory) passwordByTicket(ctx context.Context, _ directory.Principal, in *ticketUsed) (*Empty, error) {
	return gone(f.Directory.ChoosePassword(ctx, in.Body.Ticket, in.Body.Password, f.browser(ctx, "")))
}
