package api

import (
	"context"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) agentRoutes(s *Server) {
	const tag, one = "Agents", "/v1/agents/{agent}"
	read, write := directory.AgentsRead, directory.AgentsWrite
	Register(s, Route{Method: "POST", Path: "/v1/agents", Summary: "Make a person an agent", Tag: tag, Right: write, Status: 201,
		Doc: "A person of the account, with a role that takes calls. The agent's ID is the person's, with another prefix."}, f.createAgent)
	Register(s, Route{Method: "GET", Path: "/v1/agents", Summary: "List agents", Tag: tag, Right: read}, f.agents)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get an agent", Tag: tag, Right: read, Doc: "Who is logged in is the agent me."}, f.agent)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update an agent", Tag: tag, Right: write, Doc: "What is left out stays as it is."}, f.updateAgent)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Make a person an agent no more", Tag: tag, Right: write,
		Doc: "The person stays. So does a call that they are on."}, f.deleteAgent)
}

// An Agent is a person who answers the calls of queues.
type Agent struct {
	ID        string         `json:"id" doc:"The agent." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string         `json:"object" enum:"agent" doc:"Always agent."`
	Livemode  bool           `json:"livemode" doc:"Whether live calls reach them; otherwise test calls do."`
	Person    string         `json:"person" doc:"Who it is." example:"person_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Name      string         `json:"name" doc:"The person's name."`
	Address   string         `json:"address" doc:"Where their pages are called." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Skills    map[string]int `json:"skills" doc:"What they can, from 1 to 10."`
	Queues    []string       `json:"queues" nullable:"false" doc:"Whose calls they answer."`
	WrapUp    int            `json:"wrap_up_seconds" doc:"How long they have after a call; 0 is as the queue says."`
	PhoneHint string         `json:"phone_hint,omitempty" doc:"By which to recognise the telephone that rings beside their pages." example:"ending 01"`
	Phone     string         `json:"phone,omitempty" doc:"That telephone, for those who may edit agents." example:"+15550100101"`
	Extension string         `json:"extension,omitempty" doc:"By which colleagues know them." example:"12"`
	Presence  *Presence      `json:"presence,omitempty" doc:"What they are doing."`
	CreatedAt time.Time      `json:"created_at" doc:"Since when they are an agent."`
	UpdatedAt time.Time      `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// shownTo makes an agent as somebody may see it: a telephone may be a private one.
func (f Dispatch) shownTo(ctx context.Context, p directory.Principal) func(dispatch.Agent) Agent {
	doing := sync.OnceValue(func() map[string]dispatch.Presence { return f.Desk.Presences(ctx, tenantOf(p)) })
	return func(a dispatch.Agent) Agent {
		shown := Agent{ID: a.ID, Object: "agent", Livemode: !a.Tenant.Test, Person: a.Person, Name: a.Name, Address: a.Place().String(), Skills: a.Skills,
			Queues: a.Queues, WrapUp: int(a.WrapUp), PhoneHint: a.Hint, Extension: a.Extension, CreatedAt: a.Created, UpdatedAt: a.Updated}
		if p.May(directory.AgentsWrite) == nil {
			shown.Phone = a.Phone.Value
		}
		if f.Desk != nil && a.ID != "" {
			is, known := doing()[a.ID]
			if !known {
				is.State = dispatch.Offline
			}
			presence := presenceShown(is)
			shown.Presence = &presence
		}
		return shown
	}
}

// AgentSettings are what may be said of an agent.
type AgentSettings struct {
	Skills    *map[string]int `json:"skills,omitempty" doc:"What they can, from 1 to 10; all of it." example:"{\"german\": 8}"`
	Queues    *[]string       `json:"queues,omitempty" id:"queue" maxItems:"100" doc:"Whose calls they answer; all of them."`
	WrapUp    *int            `json:"wrap_up_seconds,omitempty" minimum:"0" maximum:"3600" doc:"How long they have after a call; 0 is as the queue says."`
	Phone     *string         `json:"phone,omitempty" maxLength:"40" doc:"A telephone that rings beside their pages; an empty text rings none." example:"+15550100101"`
	Extension *string         `json:"extension,omitempty" maxLength:"8" doc:"Digits by which colleagues know them."`
}

// settled returns what applies the settings, once what they name can be read.
func (s AgentSettings) settled() (apply func(*dispatch.Agent), err error) {
	var phone *webtrunk.Address
	if s.Phone != nil {
		phone = new(webtrunk.Address)
		if *s.Phone != "" {
			if *phone, err = webtrunk.ParseNumber(*s.Phone); err != nil {
				return nil, about("phone", err)
			}
		}
	}
	return func(a *dispatch.Agent) {
		setTo(&a.Skills, s.Skills)
		setTo(&a.Queues, s.Queues)
		setSeconds(&a.WrapUp, s.WrapUp)
		setTo(&a.Phone, phone)
		setTo(&a.Extension, s.Extension)
	}, nil
}

type newAgent struct {
	Body struct {
		Person string `json:"person" id:"person" maxLength:"64" doc:"Who it is." example:"person_01m8c4v9k2x7r5t3qj6wz0ehnd"`
		AgentSettings
	}
}

func (f Dispatch) createAgent(ctx context.Context, p directory.Principal, in *newAgent) (*Versioned[Agent], error) {
	apply, err := in.Body.settled()
	if err != nil {
		return nil, err
	}
	a := dispatch.Agent{Person: in.Body.Person}
	apply(&a)
	a, err = f.Book.CreateAgent(ctx, p, a)
	return versioned(f.shownTo(ctx, p)(a), a.Updated), err
}

func (f Dispatch) agents(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Agent]], error) {
	found, err := f.Book.Agents(ctx, p, in.part())
	return listed(found, err, in.Limit, f.shownTo(ctx, p), func(a dispatch.Agent) string { return a.ID })
}

type AgentPath struct {
	ID string `path:"agent" id:"agent" maxLength:"64" doc:"The agent, or me." example:"agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

// meant is the agent that a path names.
func (f Dispatch) meant(ctx context.Context, p directory.Principal, in AgentPath) (dispatch.Agent, error) {
	if in.ID == "me" {
		return f.Book.AgentOf(ctx, p)
	}
	return f.Book.Agent(ctx, p, in.ID)
}

func (f Dispatch) agent(ctx context.Context, p directory.Principal, in *AgentPath) (*Versioned[Agent], error) {
	a, err := f.meant(ctx, p, *in)
	return versioned(f.shownTo(ctx, p)(a), a.Updated), err
}

type agentChange struct {
	AgentPath
	IfMatch
	Body AgentSettings
}

func (f Dispatch) updateAgent(ctx context.Context, p directory.Principal, in *agentChange) (*Versioned[Agent], error) {
	apply, err := in.Body.settled()
	if err != nil {
		return nil, err
	}
	a, err := f.meant(ctx, p, in.AgentPath)
	if err == nil {
		a, err = f.Book.UpdateAgent(ctx, p, a.ID, func(a *dispatch.Agent) {
			a.Refuse(in.unchanged(a.Updated))
			apply(a)
		})
	}
	return versioned(f.shownTo(ctx, p)(a), a.Updated), err
}

func (f Dispatch) deleteAgent(ctx context.Context, p directory.Principal, in *AgentPath) (*Empty, error) {
	return gone(f.Book.DeleteAgent(ctx, p, in.ID))
}
