package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

func (f Directory) peopleRoutes(s *Server) {
	const tag, one = "People", "/v1/people/{person}"
	read, write := directory.PeopleRead, directory.PeopleWrite
	Register(s, Route{Method: "POST", Path: "/v1/people", Summary: "Invite a person", Tag: tag, Right: write, Status: 201, Secret: true,
		Doc: "The answer shows a one-time password, this once. With it the person logs in within a week and chooses their own."}, f.invite)
	Register(s, Route{Method: "GET", Path: "/v1/people", Summary: "List people", Tag: tag, Right: read}, f.people)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a person", Tag: tag, Right: read}, f.person)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a person", Tag: tag, Right: write,
		Doc: "A new role counts from the person's next request. Nobody gives a role that may do more than they; owners are for owners to make and change."}, f.updatePerson)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Remove a person", Tag: tag, Right: write}, f.deletePerson)
	Register(s, Route{Method: "POST", Path: one + "/revoke_sessions", Summary: "Log a person out everywhere", Tag: tag, Right: write, Status: 204}, f.revokeSessions)
	Register(s, Route{Method: "POST", Path: one + "/reset_password", Summary: "Reset a person's password", Tag: tag, Right: write, Secret: true,
		Doc: "The answer shows a one-time password, this once. The person is logged out everywhere."}, f.resetPassword)
}

// A Person logs in to the account.
type Person struct {
	ID              string         `json:"id" doc:"The person." example:"person_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object          string         `json:"object" enum:"person" doc:"Always person."`
	Email           string         `json:"email" doc:"The email address that they log in with."`
	Name            string         `json:"name" doc:"What they are called."`
	Role            directory.Role `json:"role" enum:"owner,admin,developer,supervisor,agent,viewer" doc:"What they are in the account."`
	Invited         bool           `json:"invited" doc:"Whether they have yet to choose a password."`
	SecondFactor    bool           `json:"second_factor" doc:"Whether they log in with a second factor."`
	OneTimePassword string         `json:"one_time_password,omitempty" doc:"To be handed to the person, shown once."`
	CreatedAt       time.Time      `json:"created_at" doc:"When they were added."`
	UpdatedAt       time.Time      `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

func personShown(p directory.Person) Person {
	return Person{ID: p.ID, Object: "person", Email: p.Email, Name: p.Name, Role: p.Role, Invited: p.Invited, SecondFactor: p.SecondFactor, CreatedAt: p.Created, UpdatedAt: p.Updated}
}

type newPerson struct {
	Body struct {
		Email string         `json:"email" maxLength:"254" doc:"The email address to log in with." example:"ada@example.com"`
		Name  string         `json:"name" maxLength:"200" doc:"What they are called." example:"Ada"`
		Role  directory.Role `json:"role" enum:"owner,admin,developer,supervisor,agent,viewer" doc:"What they are in the account." example:"agent"`
	}
}

func (f Directory) invite(ctx context.Context, p directory.Principal, in *newPerson) (*Versioned[Person], error) {
	made, oneTime, err := f.Directory.CreatePerson(ctx, p, directory.NewPerson{ID: NewID(ctx, "person"), Email: in.Body.Email, Name: in.Body.Name, Role: in.Body.Role})
	if err != nil {
		return nil, err
	}
	shown := personShown(made)
	shown.OneTimePassword = oneTime
	return versioned(shown, made.Updated), nil
}

func (f Directory) people(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Person]], error) {
	found, err := f.Directory.People(ctx, p, in.part())
	return listed(found, err, in.Limit, personShown, func(p directory.Person) string { return p.ID })
}

type PersonPath struct {
	ID string `path:"person" id:"person" maxLength:"64" doc:"The person." example:"person_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) person(ctx context.Context, p directory.Principal, in *PersonPath) (*Versioned[Person], error) {
	found, err := f.Directory.Person(ctx, p, in.ID)
	return versioned(personShown(found), found.Updated), err
}

type personChange struct {
	PersonPath
	IfMatch
	Body struct {
		Name *string         `json:"name,omitempty" maxLength:"200" doc:"What they are called."`
		Role *directory.Role `json:"role,omitempty" enum:"owner,admin,developer,supervisor,agent,viewer" doc:"What they are in the account."`
	}
}

func (f Directory) updatePerson(ctx context.Context, p directory.Principal, in *personChange) (*Versioned[Person], error) {
	made, err := f.Directory.UpdatePerson(ctx, p, in.ID, directory.PersonChange{Name: in.Body.Name, Role: in.Body.Role, If: in.unchanged})
	return versioned(personShown(made), made.Updated), err
}

func (f Directory) deletePerson(ctx context.Context, p directory.Principal, in *PersonPath) (*Empty, error) {
	return gone(f.Directory.DeletePerson(ctx, p, in.ID))
}

func (f Directory) revokeSessions(ctx context.Context, p directory.Principal, in *PersonPath) (*Empty, error) {
	return gone(f.Directory.RevokeSessions(ctx, p, in.ID))
}

type passwordReset struct {
	PersonPath
	Body struct {
		SecondFactor bool `json:"second_factor,omitempty" doc:"Also take away the second factor, which the person has lost."`
	}
}

func (f Directory) resetPassword(ctx context.Context, p directory.Principal, in *passwordReset) (*Versioned[Person], error) {
	made, oneTime, err := f.Directory.ResetPassword(ctx, p, in.ID, in.Body.SecondFactor)
	shown := personShown(made)
	shown.OneTimePassword = oneTime
	return versioned(shown, made.Updated), err
}
