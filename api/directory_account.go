package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

func (f Directory) accountRoutes(s *Server) {
	const tag = "Account"
	Register(s, Route{Method: "GET", Path: "/v1/account", Summary: "Get the account", Tag: tag, Right: directory.AccountRead}, f.account)
	Register(s, Route{Method: "POST", Path: "/v1/account", Summary: "Update the account", Tag: tag, Right: directory.AccountWrite}, f.updateAccount)
	Register(s, Route{Method: "POST", Path: "/v1/accounts", Summary: "Make an account", Tag: tag, Right: directory.AccountWrite, Operator: true, Status: 201, Secret: true,
		Doc: "With its owner, who gets a one-time password, shown this once."}, f.createAccount)
	Register(s, Route{Method: "GET", Path: "/v1/accounts", Summary: "List accounts", Tag: tag, Right: directory.AccountRead, Operator: true}, f.accounts)
	Register(s, Route{Method: "POST", Path: "/v1/accounts/{account}", Summary: "Update an account", Tag: tag, Right: directory.AccountWrite, Operator: true,
		Doc: "Where its calls may go, and whether it may do anything at all."}, f.updateOther)
}

// An Account is a tenant.
type Account struct {
	ID           webtrunk.AccountID `json:"id" doc:"The account." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object       string             `json:"object" enum:"account" doc:"Always account."`
	Name         string             `json:"name" doc:"Its name."`
	Status       directory.Status   `json:"status" enum:"active,suspended" doc:"Whether it may do anything."`
	Operator     bool               `json:"operator" doc:"Whether it runs the gateway."`
	Destinations []string           `json:"destinations" nullable:"false" doc:"The beginnings of numbers that its own calls and references may go to." example:"[\"+44\"]"`
	CreatedAt    time.Time          `json:"created_at" doc:"When it was made."`

	Owner           *Person `json:"owner,omitempty" doc:"Its first person, where it was made just now."`
	OneTimePassword string  `json:"one_time_password,omitempty" doc:"The owner's, shown once."`
}

func accountShown(a directory.Account) Account {
	return Account{ID: a.ID, Object: "account", Name: a.Name, Status: a.Status, Operator: a.Operator, Destinations: stringsOf(a.Destinations), CreatedAt: a.Created}
}

func (f Directory) account(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[Account], error) {
	a, err := f.Directory.Account(ctx, p.Account)
	return answer(accountShown(a)), err
}

type accountChange struct {
	Body struct {
		Name string `json:"name" maxLength:"200" doc:"Its name." example:"The Shop"`
	}
}

func (f Directory) updateAccount(ctx context.Context, p directory.Principal, in *accountChange) (*Answer[Account], error) {
	a, err := f.Directory.UpdateAccount(ctx, p, p.Account, directory.AccountChange{Name: &in.Body.Name})
	return answer(accountShown(a)), about("name", err)
}

type newAccount struct {
	Body struct {
		Name         string   `json:"name" maxLength:"200" doc:"Its name." example:"The Shop"`
		OwnerEmail   string   `json:"owner_email" maxLength:"254" doc:"Its first person, an owner." example:"ada@example.com"`
		OwnerName    string   `json:"owner_name,omitempty" maxLength:"200" doc:"What that person is called; the email address if left out."`
		Destinations []string `json:"destinations,omitempty" maxItems:"100" nullable:"false" doc:"The beginnings of numbers that its calls and references may go to; none means pages only." example:"[\"+44\"]"`
	}
}

func (f Directory) createAccount(ctx context.Context, p directory.Principal, in *newAccount) (*Answer[Account], error) {
	to, err := destinationsOf(in.Body.Destinations)
	if err != nil {
		return nil, err
	}
	name := in.Body.OwnerName
	if name == "" {
		name = in.Body.OwnerEmail
	}
	made, err := f.Directory.Found(ctx, directory.Founding{
		Account: directory.NewAccount{ID: webtrunk.AccountID(NewID(ctx, "acct")), Name: in.Body.Name, Destinations: to},
		Owner:   directory.NewPerson{ID: NewID(ctx, "person"), Email: in.Body.OwnerEmail, Name: name},
	})
	if err != nil {
		return nil, err
	}
	shown, owner := accountShown(made.Account), personShown(made.Owner)
	shown.Owner, shown.OneTimePassword = &owner, made.OneTime
	return answer(shown), nil
}

func (f Directory) accounts(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Account]], error) {
	found, err := f.Directory.Accounts(ctx, in.part())
	return listed(found, err, in.Limit, accountShown, func(a directory.Account) string { return string(a.ID) })
}

type otherAccount struct {
	ID   webtrunk.AccountID `path:"account" id:"-" maxLength:"64" doc:"The account." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		Name         *string           `json:"name,omitempty" maxLength:"200" doc:"Its name."`
		Status       *directory.Status `json:"status,omitempty" enum:"active,suspended" doc:"Suspended: its keys, logins and widgets do not work; nothing is lost."`
		Destinations *[]string         `json:"destinations,omitempty" maxItems:"100" doc:"The beginnings of numbers that its calls and references may go to."`
	}
}

func (f Directory) updateOther(ctx context.Context, p directory.Principal, in *otherAccount) (*Answer[Account], error) {
	to, err := optional(in.Body.Destinations, destinationsOf)
	if err != nil {
		return nil, err
	}
	a, err := f.Directory.UpdateAccount(ctx, p, in.ID, directory.AccountChange{Name: in.Body.Name, Status: in.Body.Status, Destinations: to})
	return answer(accountShown(a)), err
}
