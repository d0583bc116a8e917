package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
)

// An Agent is a person who answers the calls of queues. Their ID is the
// person's with another prefix, so that each is found from the other.
type Agent struct {
	Row
	Person    string           `json:"person"`
	Name      string           `json:"name"` // the person's
	Skills    map[string]int   `json:"skills"`
	Queues    []string         `json:"queues"`
	WrapUp    Seconds          `json:"wrap_up_seconds"`      // 0: as the queue says
	Phone     webtrunk.Address `json:"phone,omitzero"`       // that rings beside the browsers; in no event
	Hint      string           `json:"phone_hint,omitempty"` // by which those who know the number recognise it
	Extension string           `json:"extension,omitempty"`  // digits by which colleagues know them
}

// Place returns where the agent's browsers are called, by calls of the same
// account and mode.
func (a Agent) Place() webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: a.ID}
}

// Told is what events say of an agent: a number may be a private one.
func (a *Agent) Told() any {
	told := *a
	told.Phone = webtrunk.Address{}
	return told
}

// An agent's ID is the name under which its person is called: directory.AgentName.
var agents = kept[Agent, *Agent]{Kind: "agent", Name: "agent", Prefix: "agent", Table: "agents", Most: 5000}

// CreateAgent makes an agent of a person of the account.
func (b *Book) CreateAgent(ctx context.Context, by directory.Principal, a Agent) (Agent, error) {
	a.ID = directory.AgentName(a.Person)
	return agents.Create(ctx, b, by, a)
}

// Agents lists the agents, the newest people first.
func (b *Book) Agents(ctx context.Context, by directory.Principal, p directory.Page) ([]Agent, error) {
	return agents.List(ctx, b, by, p)
}

// Agent returns one of the agents.
func (b *Book) Agent(ctx context.Context, by directory.Principal, id string) (Agent, error) {
	return agents.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateAgent lets f change an agent, but not who they are.
func (b *Book) UpdateAgent(ctx context.Context, by directory.Principal, id string, f func(*Agent)) (Agent, error) {
	return agents.Update(ctx, b, by, id, f)
}

// DeleteAgent makes a person an agent no more.
func (b *Book) DeleteAgent(ctx context.Context, by directory.Principal, id string) error {
	return agents.Remove(ctx, b, by, id)
}

// mostQueues is how many queues an agent works at.
const mostQueues = 100

// Check implements shelf.Rower.
func (a *Agent) Check(ctx context.Context, b *Book, from directory.Source) error {
	p, err := b.o.Directory.PersonIn(ctx, from, a.Tenant.Account, a.Person)
	if err != nil {
		return err
	}
	if err := mayAnswer(p); err != nil {
		return err
	}
	a.tidy(p)
	if err := a.checkSettings(); err != nil {
		return err
	}
	if err := checkSkills("agent", a.Skills); err != nil {
		return err
	}
	if err := a.checkPhone(ctx, b, from); err != nil {
		return err
	}
	if err := a.checkNames(ctx, from); err != nil {
		return err
	}
	return a.checkOthers(ctx, from)
}

// mayAnswer refuses people whose role lets them look only.
func mayAnswer(p directory.Person) error {
	if !slices.Contains(p.Role.Rights(), directory.CallsWrite) {
		return conflict("agent", fmt.Sprintf("A person with the role %s takes no calls. Give them the role agent, or one above it, first.", p.Role))
	}
	return nil
}

func (a *Agent) tidy(p directory.Person) {
	a.Name, a.Queues = p.Name, append([]string{}, a.Queues...)
	if a.Skills == nil {
		a.Skills = map[string]int{}
	}
	a.Hint = ""
	if n := a.Phone.Value; len(n) > 6 {
		a.Hint = "ending " + n[len(n)-2:]
	}
}

func (a *Agent) checkSettings() error {
	switch {
	case a.WrapUp < 0 || a.WrapUp > mostRing:
		return invalid("agent", fmt.Sprintf("wrap_up_seconds is from 0, which is as the queue says, to %d.", mostRing))
	case len(a.Queues) > mostQueues:
		return invalid("agent", fmt.Sprintf("An agent works at no more than %d queues.", mostQueues))
	case len(a.Extension) > 8 || strings.Trim(a.Extension, "0123456789") != "":
		return invalid("agent", "An extension is 1 to 8 digits.")
	}
	return nil
}

// checkPhone refuses a telephone that the account may not call: it rings at the
// operator's expense.
func (a *Agent) checkPhone(ctx context.Context, b *Book, from directory.Source) error {
	if a.Phone.IsZero() {
		return nil
	}
	if a.Phone.Scheme != webtrunk.Tel {
		return invalid("agent", "An agent's phone is a telephone number in international form, such as +15550100101.")
	}
	return b.o.Directory.MayLead(ctx, from, directory.Principal{Account: a.Tenant.Account, Test: a.Tenant.Test}, a.Phone)
}

// checkNames refuses queues that are not there.
func (a *Agent) checkNames(ctx context.Context, from directory.Source) error {
	for i, id := range a.Queues {
		if slices.Contains(a.Queues[:i], id) {
			return invalid("agent", "An agent works at a queue once: name each queue one time.")
		}
		if err := queues.Has(ctx, from, a.Tenant, id); err != nil {
			return err
		}
	}
	return nil
}

// checkOthers refuses what is another agent's: by its extension an agent is found,
// and by the telephone that answers it is known who takes the call.
func (a *Agent) checkOthers(ctx context.Context, from directory.Source) error {
	if a.Extension == "" && a.Phone.IsZero() {
		return nil
	}
	all, err := agents.All(ctx, from, a.Tenant)
	for _, other := range all {
		switch {
		case other.ID == a.ID:
		case a.Extension != "" && other.Extension == a.Extension:
			return conflict("agent", fmt.Sprintf("%s has the extension %s already. Choose another.", other.Name, a.Extension))
		case !a.Phone.IsZero() && other.Phone == a.Phone:
			return conflict("agent", fmt.Sprintf("This is the telephone of %s already. Each agent needs one of their own, for whoever answers it takes the call.", other.Name))
		}
	}
	return err
}

// Extensions returns the digits by which colleagues know the agents of whoever asks,
// by the agent's ID.
func (b *Book) Extensions(ctx context.Context, by directory.Principal) (map[string]string, error) {
	all, err := agents.All(ctx, b.o.DB, tenantOf(by))
	known := make(map[string]string)
	for _, a := range all {
		if a.Extension != "" {
			known[a.ID] = a.Extension
		}
	}
	return known, err
}

// AgentOf returns the agent that somebody who is logged in is.
func (b *Book) AgentOf(ctx context.Context, by directory.Principal) (Agent, error) {
	if !strings.HasPrefix(by.ID, "person_") {
		return Agent{}, invalid("agent", "A key is nobody's agent. Name the agent, or log in as a person.")
	}
	a, err := b.Agent(ctx, by, directory.AgentName(by.ID))
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		return a, &webtrunk.Error{Op: "agent", Kind: webtrunk.NotFound, Message: "You are no agent of this account in this mode. Ask somebody who may edit agents to make you one."}
	}
	return a, err
}

// PersonChanged implements directory.Desks: an agent is called as the person
// is, and is none while their role lets them look only.
func (b *Book) PersonChanged(ctx context.Context, tx *store.Tx, account webtrunk.AccountID, p directory.Person) error {
	return b.eachAgentOf(ctx, tx, account, p, func(a *Agent) error {
		if mayAnswer(p) != nil {
			return agents.Strike(ctx, b, tx, a)
		}
		if a.Name == p.Name {
			return nil
		}
		a.Name = p.Name
		return agents.Keep(ctx, b, tx, a)
	})
}

// PersonLeft implements directory.Desks.
func (b *Book) PersonLeft(ctx context.Context, tx *store.Tx, account webtrunk.AccountID, p directory.Person) error {
	return b.eachAgentOf(ctx, tx, account, p, func(a *Agent) error { return agents.Strike(ctx, b, tx, a) })
}

// eachAgentOf does something to the agents that a person is, in either mode.
func (b *Book) eachAgentOf(ctx context.Context, tx *store.Tx, account webtrunk.AccountID, p directory.Person, do func(*Agent) error) error {
	for _, test := range []bool{false, true} {
		a, err := agents.One(ctx, tx, Tenant{Account: account, Test: test}, directory.AgentName(p.ID))
		if webtrunk.KindOf(err) == webtrunk.NotFound {
			continue
		}
		if err == nil {
			err = do(&a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
