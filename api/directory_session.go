package api

import (
	"context"
	"net/http"
	"time"

	"webtrunk/directory"
)

func (f Directory) sessionRoutes(s *Server) {
	const tag = "Sessions"
	Register(s, Route{Method: "POST", Path: "/v1/session", Summary: "Log in", Tag: tag, Public: true, Status: 201,
		Doc: "Sets the session's cookie. A login that lacks a code or a new password is answered 401 with the code second_factor_required or new_password_required."}, f.login)
	Register(s, Route{Method: "GET", Path: "/v1/session", Summary: "Who is logged in", Tag: tag, Session: true,
		Doc: "With the token that pages send in " + CSRFHeader + " whenever they change something."}, f.session)
	Register(s, Route{Method: "DELETE", Path: "/v1/session", Summary: "Log out", Tag: tag, Session: true}, f.logout)
	Register(s, Route{Method: "POST", Path: "/v1/session/password", Summary: "Change your password", Tag: tag, Session: true, Status: 204,
		Doc: "Ends your other sessions."}, f.changePassword)
	Register(s, Route{Method: "GET", Path: "/v1/sessions", Summary: "List your sessions", Tag: tag, Session: true}, f.sessions)
}

// A LoginSession is who is logged in, as pages need it.
type LoginSession struct {
	Object    string   `json:"object" enum:"session" doc:"Always session."`
	Person    Person   `json:"person" doc:"Who is logged in."`
	AccountID string   `json:"account" doc:"The account." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Operator  bool     `json:"operator" doc:"Whether the account runs the gateway."`
	Rights    []string `json:"rights" nullable:"false" doc:"What the person may do."`
	CSRFToken string   `json:"csrf_token" doc:"To be sent in X-CSRF-Token with whatever changes something."`
}

type loginInput struct {
	Agent string `header:"User-Agent" doc:"The browser, as it calls itself; shown in the list of sessions."`
	Body  struct {
		Email       string `json:"email" maxLength:"254" doc:"The person's email address." example:"ada@example.com"`
		Password    string `json:"password" maxLength:"512" doc:"The password, or the one-time password of an invitation." example:"correct horse battery staple"`
		Code        string `json:"code,omitempty" maxLength:"40" doc:"What the authenticator app shows, or a recovery code." example:"123456"`
		NewPassword string `json:"new_password,omitempty" maxLength:"512" doc:"Where the password is a one-time password: the one to have from now on, of at least 12 characters."`
	}
}

type loginAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"The session."`
	Body      LoginSession
}

func (f Directory) login(ctx context.Context, _ directory.Principal, in *loginInput) (*loginAnswer, error) {
	b := in.Body
	a, err := f.Directory.Login(ctx, directory.Login{Email: b.Email, Password: b.Password, Code: b.Code, NewPassword: b.NewPassword,
		Previous: requestOf(ctx).credential, Address: addressOf(requestOf(ctx).address), Agent: in.Agent})
	if err != nil {
		return nil, loginProblem(err)
	}
	return &loginAnswer{f.cookie(a.Cookie, directory.SessionLife), loginSession(a.Principal, a.Person, a.CSRF)}, nil
}

func loginSession(p directory.Principal, person directory.Person, csrf string) LoginSession {
	return LoginSession{Object: "session", Person: personShown(person), AccountID: string(p.Account), Operator: p.Operator, Rights: wordsOf(p.Rights), CSRFToken: csrf}
}

func (f Directory) session(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[LoginSession], error) {
	person, err := f.Directory.Person(ctx, p, p.ID)
	return answer(loginSession(p, person, requestOf(ctx).csrf)), err
}

type logoutAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"Takes the session's cookie away."`
	Body      struct {
		Object string `json:"object" enum:"session" doc:"Always session."`
		Ended  bool   `json:"ended" doc:"Always true."`
	}
}

func (f Directory) logout(ctx context.Context, _ directory.Principal, _ *struct{}) (*logoutAnswer, error) {
	if err := f.Directory.Logout(ctx, requestOf(ctx).credential); err != nil {
		return nil, err
	}
	requestOf(ctx).left = true
	out := &logoutAnswer{SetCookie: f.cookie("", 0)}
	out.SetCookie.MaxAge = -1
	out.Body.Object, out.Body.Ended = "session", true
	return out, nil
}

type passwordChange struct {
	Body struct {
		Old string `json:"password" maxLength:"512" doc:"The password as it is." example:"correct horse battery staple"`
		New string `json:"new_password" maxLength:"512" doc:"The password to have, of at least 12 characters." example:"incorrect donkey generator nail"`
	}
}

func (f Directory) changePassword(ctx context.Context, p directory.Principal, in *passwordChange) (*Empty, error) {
	return gone(f.Directory.ChangePassword(ctx, p, requestOf(ctx).credential, in.Body.Old, in.Body.New))
}

// A Session is one browser in which a person is logged in.
type Session struct {
	ID        string    `json:"id" doc:"The session." example:"session_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string    `json:"object" enum:"session" doc:"Always session."`
	Current   bool      `json:"current" doc:"Whether it is the one that asks."`
	Address   string    `json:"address" doc:"Where it was begun from."`
	Agent     string    `json:"agent" doc:"The browser, as it calls itself."`
	CreatedAt time.Time `json:"created_at" doc:"When it began."`
	SeenAt    time.Time `json:"seen_at" doc:"When it was last used, to the minute."`
}

func (f Directory) sessions(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[List[Session]], error) {
	found, err := f.Directory.Sessions(ctx, p, p.ID, requestOf(ctx).credential)
	return listed(found, err, len(found), func(s directory.Session) Session {
		return Session{ID: s.ID, Object: "session", Current: s.Current, Address: s.Address, Agent: s.Agent, CreatedAt: s.Created, SeenAt: s.Seen}
	}, func(s directory.Session) string { return s.ID })
}
