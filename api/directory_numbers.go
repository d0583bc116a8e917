package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

func (f Directory) numberRoutes(s *Server) {
	const tag, one = "Numbers", "/v1/numbers/{number}"
	Register(s, Route{Method: "GET", Path: "/v1/numbers", Summary: "List telephone numbers", Tag: tag, Right: directory.NumbersRead}, f.numbers)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a telephone number", Tag: tag, Right: directory.NumbersRead}, f.number)
	Register(s, Route{Method: "POST", Path: one, Summary: "Lead a telephone number elsewhere", Tag: tag, Right: directory.NumbersWrite,
		Doc: "To a reference of the account's, or by extensions to several. What is left out stays as it is."}, f.updateNumber)
	Register(s, Route{Method: "POST", Path: "/v1/numbers", Summary: "Add a telephone number", Tag: tag, Right: directory.NumbersWrite, Operator: true, Status: 201,
		Doc: "A number of the operator's trunk, assigned to an account."}, f.createNumber)
	Register(s, Route{Method: "POST", Path: one + "/assign", Summary: "Assign a telephone number", Tag: tag, Right: directory.NumbersWrite, Operator: true,
		Doc: "To another account. It leads nowhere until that account says where."}, f.assignNumber)
}

// A Number is a telephone number of the account's.
type Number struct {
	ID         string             `json:"id" doc:"The number's ID." example:"num_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string             `json:"object" enum:"phone_number" doc:"Always phone_number."`
	Livemode   bool               `json:"livemode" doc:"Whether calls to it are live."`
	Number     string             `json:"number" doc:"The number, or with * at its end a block of all that begin so. The longest block counts, and a number of its own before every block." example:"+15550100001"`
	Account    webtrunk.AccountID `json:"account" doc:"The account that it is assigned to."`
	Reference  string             `json:"reference,omitempty" doc:"The reference that it leads to; calls are refused while there is none."`
	Extensions []Extension        `json:"extensions" nullable:"false" doc:"Digits after the number, or behind the beginning of a block, and where they lead instead."`
	Managed    bool               `json:"managed" doc:"Whether it comes from the gateway's configuration and is changed there."`
	CreatedAt  time.Time          `json:"created_at" doc:"When it was added."`
	UpdatedAt  time.Time          `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// An Extension is digits after a number, and where they lead.
type Extension struct {
	Digits    string `json:"digits" pattern:"^[0-9]{1,8}$" doc:"The digits." example:"12"`
	Reference string `json:"reference" id:"reference" maxLength:"64" doc:"Where they lead." example:"ref_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func numberShown(n directory.Number) Number {
	shown := Number{ID: n.ID, Object: "phone_number", Livemode: !n.Test, Number: n.Number, Account: n.Account, Reference: n.Reference,
		Extensions: []Extension{}, Managed: n.Managed, CreatedAt: n.Created, UpdatedAt: n.Updated}
	for _, e := range n.Extensions {
		shown.Extensions = append(shown.Extensions, Extension(e))
	}
	return shown
}

func (f Directory) numbers(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Number]], error) {
	found, err := f.Directory.Numbers(ctx, p, in.part())
	return listed(found, err, in.Limit, numberShown, func(n directory.Number) string { return n.ID })
}

type NumberPath struct {
	ID string `path:"number" id:"number" maxLength:"64" doc:"The number's ID." example:"num_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) number(ctx context.Context, p directory.Principal, in *NumberPath) (*Versioned[Number], error) {
	n, err := f.Directory.Number(ctx, p, in.ID)
	return versioned(numberShown(n), n.Updated), err
}

type numberChange struct {
	NumberPath
	IfMatch
	Body struct {
		Reference  *string      `json:"reference,omitempty" id:"reference" maxLength:"64" doc:"Where it leads; an empty text leads nowhere."`
		Extensions *[]Extension `json:"extensions,omitempty" maxItems:"1000" doc:"All of its extensions."`
	}
}

func (f Directory) updateNumber(ctx context.Context, p directory.Principal, in *numberChange) (*Versioned[Number], error) {
	c := directory.NumberChange{Reference: in.Body.Reference, If: in.unchanged}
	if in.Body.Extensions != nil {
		all := []directory.Extension{}
		for _, e := range *in.Body.Extensions {
			all = append(all, directory.Extension(e))
		}
		c.Extensions = &all
	}
	n, err := f.Directory.UpdateNumber(ctx, p, in.ID, c)
	return versioned(numberShown(n), n.Updated), err
}

type newNumber struct {
	Body struct {
		Number  string             `json:"number" maxLength:"40" doc:"The number, in international form; with * at its end a block of all numbers that begin so." example:"+15550100001"`
		Account webtrunk.AccountID `json:"account" id:"-" maxLength:"64" doc:"The account to assign it to; in the mode of whoever asks." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f Directory) createNumber(ctx context.Context, p directory.Principal, in *newNumber) (*Versioned[Number], error) {
	number, err := directory.ParseDDI(in.Body.Number)
	if err != nil {
		return nil, about("number", err)
	}
	n, err := f.Directory.CreateNumber(ctx, p, directory.NewNumber{ID: NewID(ctx, "num"), Account: in.Body.Account, Test: p.Test, Number: number})
	return versioned(numberShown(n), n.Updated), err
}

// An assignment's number is any account's.
type assignment struct {
	ID   string `path:"number" id:"-" maxLength:"64" doc:"The number's ID." example:"num_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		Account webtrunk.AccountID `json:"account" id:"-" maxLength:"64" doc:"The account to assign it to; in the mode of whoever asks." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	}
}

func (f Directory) assignNumber(ctx context.Context, p directory.Principal, in *assignment) (*Versioned[Number], error) {
	n, err := f.Directory.AssignNumber(ctx, p, in.ID, in.Body.Account, p.Test)
	return versioned(numberShown(n), n.Updated), err
}
