package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
	contextrules "webtrunk/dispatch/rules"
)

func (f Dispatch) ruleRoutes(s *Server) {
	const tag, one = "Context rules", "/v1/context_rules/{context_rule}"
	read, write := directory.QueuesRead, directory.QueuesWrite
	Register(s, Route{Method: "POST", Path: "/v1/context_rules", Summary: "Make a context rule", Tag: tag, Right: write, Status: 201,
		Doc: "It maps what is known of a call that is made to a queue, such as the page that it comes from, to who answers it and how. The rule with the smallest position that fits counts, and of equal ones the oldest."}, f.createRule)
	Register(s, Route{Method: "GET", Path: "/v1/context_rules", Summary: "List context rules", Tag: tag, Right: read}, f.rules)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a context rule", Tag: tag, Right: read}, f.rule)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a context rule", Tag: tag, Right: write,
		Doc: "What is left out stays as it is; when and then are replaced as a whole."}, f.updateRule)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a context rule", Tag: tag, Right: write}, f.deleteRule)
}

// A ContextRule maps what is known of a call to who answers it.
type ContextRule struct {
	ID        string      `json:"id" doc:"The rule." example:"rule_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string      `json:"object" enum:"context_rule" doc:"Always context_rule."`
	Livemode  bool        `json:"livemode" doc:"Whether it is for live calls; otherwise for test calls."`
	Name      string      `json:"name" doc:"What agents read of a call that it fits."`
	Position  int         `json:"position" doc:"The smaller ones are asked first."`
	When      []Condition `json:"when" nullable:"false" doc:"All must hold; none is for every call."`
	Then      Outcome     `json:"then" doc:"What becomes of the call."`
	CreatedAt time.Time   `json:"created_at" doc:"When it was made."`
	UpdatedAt time.Time   `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// A Condition is what a rule asks of one thing that is known of a call.
type Condition struct {
	Key     string                `json:"key" minLength:"1" maxLength:"64" doc:"A name of metadata, identity. and a claim of a signed visitor, or call.to, call.from, call.kind or call.queue." example:"product"`
	Is      contextrules.Operator `json:"is" enum:"equals,prefix,contains,one_of,exists" doc:"How it is compared; capital letters count as small ones."`
	Values  []string              `json:"values,omitempty" maxItems:"100" nullable:"false" doc:"With what: one text, several for one_of, none for exists." example:"[\"hose\"]"`
	Trusted bool                  `json:"trusted,omitempty" doc:"Whether only what the site has signed or the gateway knows counts, and not what a page merely says."`
}

// An Outcome is what becomes of a call. What is left out stays as it would be.
type Outcome struct {
	Queue    string         `json:"queue,omitempty" id:"queue" maxLength:"64" doc:"The queue that the caller waits in."`
	Priority int            `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"Callers with a larger one are answered first."`
	Needs    map[string]int `json:"needs,omitempty" doc:"The least level of each skill that the agent has." example:"{\"german\": 5}"`
	Greeting string         `json:"greeting,omitempty" maxLength:"500" doc:"The phrase that the caller hears first, instead of the queue's." example:"say:en:welcome"`
	Page     string         `json:"page,omitempty" maxLength:"256" doc:"The page that is shown to the agent." example:"https://crm.example.com/garden"`
	Price    string         `json:"price,omitempty" maxLength:"64" doc:"The ID of the call's price."`

	CallerPage string `json:"caller_page,omitempty" maxLength:"2000" doc:"The page that a caller from a page is shown, beside the call." example:"https://shop.example/garden"`
}

func ruleShown(r dispatch.Rule) ContextRule {
	shown := ContextRule{ID: r.ID, Object: "context_rule", Livemode: !r.Tenant.Test, Name: r.Name, Position: r.Position, When: []Condition{}, Then: Outcome(r.Then), CreatedAt: r.Created, UpdatedAt: r.Updated}
	for _, c := range r.When {
		shown.When = append(shown.When, Condition(c))
	}
	return shown
}

// conditionsOf are conditions as clients write them.
func conditionsOf(all []Condition) (when []contextrules.Condition) {
	for _, c := range all {
		when = append(when, contextrules.Condition(c))
	}
	return when
}

type newRule struct {
	Body struct {
		Name     string      `json:"name" minLength:"1" maxLength:"200" doc:"What agents read of a call that it fits." example:"Garden"`
		Position int         `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are asked first."`
		When     []Condition `json:"when,omitempty" maxItems:"20" nullable:"false" doc:"All must hold; none is for every call."`
		Then     Outcome     `json:"then" doc:"What becomes of the call."`
	}
}

func (f Dispatch) createRule(ctx context.Context, p directory.Principal, in *newRule) (*Versioned[ContextRule], error) {
	b := in.Body
	r, err := f.Book.CreateRule(ctx, p, dispatch.Rule{Row: dispatch.Row{ID: NewID(ctx, "rule")}, Name: b.Name, Position: b.Position,
		Rule: contextrules.Rule{When: conditionsOf(b.When), Then: contextrules.Outcome(b.Then)}})
	return versioned(ruleShown(r), r.Updated), err
}

func (f Dispatch) rules(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[ContextRule]], error) {
	found, err := f.Book.Rules(ctx, p, in.part())
	return listed(found, err, in.Limit, ruleShown, func(r dispatch.Rule) string { return r.ID })
}

type RulePath struct {
	ID string `path:"context_rule" id:"context_rule" maxLength:"64" doc:"The rule." example:"rule_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Dispatch) rule(ctx context.Context, p directory.Principal, in *RulePath) (*Versioned[ContextRule], error) {
	r, err := f.Book.Rule(ctx, p, in.ID)
	return versioned(ruleShown(r), r.Updated), err
}

type ruleChange struct {
	RulePath
	IfMatch
	Body struct {
		Name     *string      `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"What agents read of a call that it fits."`
		Position *int         `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are asked first."`
		When     *[]Condition `json:"when,omitempty" maxItems:"20" doc:"All must hold; none is for every call."`
		Then     *Outcome     `json:"then,omitempty" doc:"What becomes of the call."`
	}
}

func (f Dispatch) updateRule(ctx context.Context, p directory.Principal, in *ruleChange) (*Versioned[ContextRule], error) {
	b := in.Body
	r, err := f.Book.UpdateRule(ctx, p, in.ID, func(r *dispatch.Rule) {
		r.Refuse(in.unchanged(r.Updated))
		setTo(&r.Name, b.Name)
		setTo(&r.Position, b.Position)
		if b.When != nil {
			r.When = conditionsOf(*b.When)
		}
		setTo(&r.Then, (*contextrules.Outcome)(b.Then))
	})
	return versioned(ruleShown(r), r.Updated), err
}

func (f Dispatch) deleteRule(ctx context.Context, p directory.Principal, in *RulePath) (*Empty, error) {
	return gone(f.Book.DeleteRule(ctx, p, in.ID))
}
