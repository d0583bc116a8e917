package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

const customersTag = "Customers"

func (f Directory) customerRoutes(s *Server) {
	const one = "/v1/customers/{customer}"
	read, write := directory.CustomersRead, directory.CustomersWrite
	Register(s, Route{Method: "POST", Path: "/v1/customers", Summary: "Add a customer", Tag: customersTag, Right: write, Status: 201,
		Doc: "Somebody who calls you and may pay for it. A visitor whose signed identity has the customer's subject is that customer, and so is the wallet of that name; calling alone makes nobody a customer."}, f.createCustomer)
	Register(s, Route{Method: "GET", Path: "/v1/customers", Summary: "List customers", Tag: customersTag, Right: read}, f.customers)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a customer", Tag: customersTag, Right: read}, f.customer)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a customer", Tag: customersTag, Right: write,
		Doc: "Another number is not verified. Who is disabled or gets another password is signed out everywhere."}, f.updateCustomer)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a customer", Tag: customersTag, Right: write,
		Doc: "Signs them out. What they have called and paid stays on record, under their subject. A customer in whose wallet there is money is not deleted."}, f.deleteCustomer)
	Register(s, Route{Method: "POST", Path: one + "/password_ticket", Summary: "Let a customer choose a password", Tag: customersTag, Right: write, Status: 201, Secret: true,
		Doc: "The answer shows a ticket, this once, for a link that you send to the customer's address. With it they choose a password by POST /v1/me/password_by_ticket within 24 hours, once. A new ticket replaces the one before."}, f.passwordTicket)
}

// A Customer is somebody who calls the account.
type Customer struct {
	ID         string     `json:"id" doc:"The customer." example:"cus_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string     `json:"object" enum:"customer" doc:"Always customer."`
	Livemode   bool       `json:"livemode" doc:"Whether it is a customer of live calls."`
	Subject    string     `json:"subject" doc:"Your own ID of them: sub of their signed identity, and the name of their wallet."`
	Name       string     `json:"name" doc:"What they are called."`
	Email      string     `json:"email" doc:"With which they sign in; empty where there is none."`
	Phone      string     `json:"phone" doc:"Their telephone number; empty where there is none."`
	VerifiedAt *time.Time `json:"phone_verified_at" doc:"Since when it is known to be theirs; null while it is not."`
	Locale     string     `json:"locale" doc:"In which they are spoken to, as BCP 47 writes it; empty where it is not known."`
	Metadata   Metadata   `json:"metadata" doc:"Your own notes, which the customer does not see."`
	Disabled   bool       `json:"disabled" doc:"Whether they are kept from signing in."`
	Password   bool       `json:"has_password" doc:"Whether they can sign in with a password."`
	CreatedAt  time.Time  `json:"created_at" doc:"When they were added."`
	UpdatedAt  time.Time  `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

func customerShown(c directory.Customer) Customer {
	return Customer{ID: c.ID, Object: "customer", Livemode: !c.Test, Subject: c.Subject, Name: c.Name, Email: c.Email, Phone: c.Phone, VerifiedAt: moment(c.Verified),
		Locale: c.Locale, Metadata: c.Metadata, Disabled: c.Disabled, Password: c.Password, CreatedAt: c.Created, UpdatedAt: c.Updated}
}

type newCustomer struct {
	Body struct {
		Subject  string   `json:"subject,omitempty" maxLength:"64" doc:"Your own ID of them; the customer's ID where it is left out. It does not change." example:"customer-4711"`
		Name     string   `json:"name,omitempty" maxLength:"200" doc:"What they are called." example:"Grace"`
		Email    string   `json:"email,omitempty" maxLength:"254" doc:"With which they sign in." example:"grace@example.com"`
		Phone    string   `json:"phone,omitempty" maxLength:"40" doc:"Their telephone number, with the country code." example:"+15550100101"`
		Locale   string   `json:"locale,omitempty" maxLength:"35" doc:"In which they are spoken to, as BCP 47 writes it." example:"zh-CN"`
		Metadata Metadata `json:"metadata,omitempty" doc:"Your own notes."`
		Password string   `json:"password,omitempty" maxLength:"512" doc:"To sign in with, of at least 12 characters; better let them choose it by a password ticket." example:"correct horse battery staple"`
	}
}

func (f Directory) createCustomer(ctx context.Context, p directory.Principal, in *newCustomer) (*Versioned[Customer], error) {
	b := in.Body
	made, err := f.Directory.CreateCustomer(ctx, p, directory.NewCustomer{ID: NewID(ctx, "cus"), Subject: b.Subject, Name: b.Name, Email: b.Email,
		Phone: b.Phone, Locale: b.Locale, Metadata: b.Metadata, Password: b.Password})
	return versioned(customerShown(made), made.Updated), err
}

type customersAsked struct {
	Page
	Subject string `query:"subject" maxLength:"64" doc:"Only the one of this subject."`
	Email   string `query:"email" maxLength:"254" doc:"Only the one with this email address."`
}

func (f Directory) customers(ctx context.Context, p directory.Principal, in *customersAsked) (*Answer[List[Customer]], error) {
	found, err := f.Directory.Customers(ctx, p, directory.CustomersAsked{Page: in.part(), Subject: in.Subject, Email: in.Email})
	return listed(found, err, in.Limit, customerShown, func(c directory.Customer) string { return c.ID })
}

type CustomerPath struct {
	ID string `path:"customer" id:"customer" maxLength:"64" doc:"The customer." example:"cus_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) customer(ctx context.Context, p directory.Principal, in *CustomerPath) (*Versioned[Customer], error) {
	found, err := f.Directory.Customer(ctx, p, in.ID)
	return versioned(customerShown(found), found.Updated), err
}

type customerChange struct {
	CustomerPath
	IfMatch
	Body struct {
		Name     *string   `json:"name,omitempty" maxLength:"200" doc:"What they are called."`
		Email    *string   `json:"email,omitempty" maxLength:"254" doc:"With which they sign in; empty takes it away."`
		Phone    *string   `json:"phone,omitempty" maxLength:"40" doc:"Their telephone number; empty takes it away."`
		Locale   *string   `json:"locale,omitempty" maxLength:"35" doc:"In which they are spoken to."`
		Metadata *Metadata `json:"metadata,omitempty" doc:"Your own notes, all of them."`
		Disabled *bool     `json:"disabled,omitempty" doc:"Whether they are kept from signing in."`
		Password *string   `json:"password,omitempty" maxLength:"512" doc:"To sign in with; empty takes it away."`
	}
}

func (f Directory) updateCustomer(ctx context.Context, p directory.Principal, in *customerChange) (*Versioned[Customer], error) {
	b := in.Body
	made, err := f.Directory.UpdateCustomer(ctx, p, in.ID, directory.CustomerChange{Name: b.Name, Email: b.Email, Phone: b.Phone, Locale: b.Locale,
		Metadata: (*map[string]string)(b.Metadata), Disabled: b.Disabled, Password: b.Password, If: in.unchanged})
	return versioned(customerShown(made), made.Updated), err
}

func (f Directory) deleteCustomer(ctx context.Context, p directory.Principal, in *CustomerPath) (*Empty, error) {
	return gone(f.Directory.DeleteCustomer(ctx, p, in.ID))
}

// A PasswordTicket lets a customer choose a password.
type PasswordTicket struct {
	Object    string    `json:"object" enum:"password_ticket" doc:"Always password_ticket."`
	Customer  string    `json:"customer" doc:"For whom it is." example:"cus_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Ticket    string    `json:"ticket" doc:"The ticket, for the link; shown once."`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when it counts."`
}

func (f Directory) passwordTicket(ctx context.Context, p directory.Principal, in *CustomerPath) (*Answer[PasswordTicket], error) {
	ticket, until, err := f.Directory.PasswordTicket(ctx, p, in.ID)
	return answer(PasswordTicket{Object: "password_ticket", Customer: in.ID, Ticket: ticket, ExpiresAt: until}), err
}
