package api

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/trunk"
)

// Trunks are the operator's ways to the telephone network, and which of them
// carries which number.
type Trunks struct {
	Book  *trunk.Book
	Stats func() []TrunkStats // how each fares, and what it has carried since the gateway started
}

// Routes implements Feature.
func (f Trunks) Routes(s *Server) {
	s.Event("trunk.up", "A trunk's carrier is there again: calls go over it. data.reason says how that is known.")
	s.Event("trunk.down", "A trunk's carrier does not answer or turns calls away: calls go over other trunks. data.reason says what is to be done.")
	for _, kind := range []string{"trunk", "route"} {
		s.Event(kind+".created", "The operator made a "+kind+" over the API.")
		s.Event(kind+".updated", "The operator changed a "+kind+" over the API.")
		s.Event(kind+".deleted", "The operator deleted a "+kind+" over the API.")
	}
	f.trunkRoutes(s)
	f.routeRoutes(s)
	f.trialRoutes(s)
}

func (f Trunks) trunkRoutes(s *Server) {
	const tag, one = "Trunks", "/v1/trunks/{trunk}"
	Register(s, Route{Method: "GET", Path: "/v1/trunks", Summary: "List trunks", Tag: tag, Operator: true, Right: directory.TrunksRead,
		Doc: "The ways to the telephone network, and how they do: those of the configuration, then those made over the API. They are the operator's."}, f.list)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a trunk", Tag: tag, Operator: true, Right: directory.TrunksRead}, f.get)
	Register(s, Route{Method: "POST", Path: "/v1/trunks", Summary: "Make a trunk", Tag: tag, Operator: true, Right: directory.TrunksWrite, Status: 201,
		Doc: "Without routes, calls go over it from now on, after those that are there already; with routes, once one names it. Its password and its key are kept and never shown."}, f.create)
	Register(s, Route{Method: "POST", Path: one, Summary: "Change a trunk", Tag: tag, Operator: true, Right: directory.TrunksWrite,
		Doc: "What is left out stays as it is, also within objects; an empty text or list takes a setting back. Calls that are up go on as they began. Trunks of the configuration are changed there."}, f.update)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a trunk", Tag: tag, Operator: true, Right: directory.TrunksWrite,
		Doc: "Calls that are up go on. A trunk that a route names must be taken out of there first."}, f.delete)
}

// A Trunk is one of them, and what it has carried since the gateway started.
type Trunk struct {
	Object   string `json:"object" enum:"trunk" doc:"Always trunk."`
	Name     string `json:"name" doc:"What it is called, in calls' records too." example:"example-carrier"`
	Livemode bool   `json:"livemode" doc:"False for the simulated carrier, which takes the calls of test keys."`
	Managed  bool   `json:"managed" doc:"Whether it comes from the gateway's configuration and is changed there."`
	TrunkSettings

	TrunkState
	TrunkCounts

	CreatedAt *time.Time `json:"created_at,omitempty" doc:"When it was made; absent for those of the configuration."`
	UpdatedAt *time.Time `json:"updated_at,omitempty" doc:"When it was last changed."`
}

// TrunkState is how a trunk fares.
type TrunkState struct {
	Status       string     `json:"status" enum:"unproven,up,down" doc:"Whether calls are sent over it: nothing was heard yet, so it is tried; it answers; it is passed over until it does."`
	Message      string     `json:"message" doc:"The status in a sentence, with what to do."`
	Since        *time.Time `json:"since,omitempty" doc:"Since when it has this status."`
	Calls        int        `json:"calls" doc:"Calls that are up, in both directions."`
	RetryAt      *time.Time `json:"retry_at,omitempty" doc:"When it is tried again, where it is passed over."`
	RoundTripMS  float64    `json:"round_trip_ms,omitempty" doc:"To the carrier and back, by the last OPTIONS."`
	Peers        []string   `json:"peers,omitempty" nullable:"false" doc:"Where the proxy's name leads, best first."`
	RegisteredTo *time.Time `json:"registered_until,omitempty" doc:"Until when its registration lasts, unless it is renewed."`
}

// TrunkCounts are what a trunk has carried since the gateway started, or since
// it was changed.
type TrunkCounts struct {
	Arrived     uint64     `json:"calls_arrived" doc:"Calls that it brought."`
	Dialled     uint64     `json:"calls_dialled" doc:"Calls that were dialled over it."`
	Answered    uint64     `json:"calls_answered" doc:"Of these, the answered ones."`
	Refused     uint64     `json:"calls_refused" doc:"Of these, the ones that the called party or its network refused."`
	Failed      uint64     `json:"calls_failed" doc:"Of these, the ones that the trunk failed: 5xx, or no response."`
	Limited     uint64     `json:"calls_limited" doc:"Calls, either way, that it did not carry because it was at its limit."`
	LastHeardAt *time.Time `json:"last_heard_at,omitempty" doc:"When the carrier last responded."`
	LastFaultAt *time.Time `json:"last_fault_at,omitempty" doc:"When it last failed a call."`
}

// trunkShown is a trunk without its secrets.
func trunkShown(e trunk.Entry[trunk.Trunk], s TrunkStats) Trunk {
	shown := Trunk{Object: "trunk", Name: e.Is.Name, Livemode: !e.Is.Test, Managed: e.Managed,
		TrunkSettings: settingsOf(e.Is), TrunkState: stateOf(s.State), CreatedAt: moment(e.Created), UpdatedAt: moment(e.Updated),
		TrunkCounts: TrunkCounts{Arrived: s.Arrived, Dialled: s.Dialled, Answered: s.Answered, Refused: s.Refused, Failed: s.Failed, Limited: s.Limited,
			LastHeardAt: moment(s.LastHeard.UTC()), LastFaultAt: moment(s.LastFault.UTC())},
	}
	if shown.TLS != nil {
		shown.TLS.Key = ""
	}
	return shown
}

func stateOf(s trunk.State) TrunkState {
	shown := TrunkState{Status: string(s.Status), Message: s.Reason, Since: moment(s.Since.UTC()), Calls: s.Calls, RetryAt: moment(s.RetryAt.UTC()),
		RoundTripMS: float64(s.RoundTrip.Microseconds()) / 1000, RegisteredTo: moment(s.Registered.UTC())}
	if s.Status == "" {
		shown.Status = string(trunk.Unproven)
	}
	if s.Reason == "" {
		shown.Message = map[string]string{
			"unproven": "Nothing was heard of the carrier yet: calls are sent to it.",
			"up":       "The carrier answers.",
			"down":     "The carrier does not answer. Check the proxy, and the firewall on the way.",
		}[shown.Status]
	}
	for _, p := range s.Peers {
		shown.Peers = append(shown.Peers, p.String())
	}
	return shown
}

// stats returns what a trunk has carried, nothing for one that nobody carries
// out yet.
func (f Trunks) stats(name string) TrunkStats {
	for _, s := range f.Stats() {
		if s.Name == name {
			return s
		}
	}
	return TrunkStats{}
}

func (f Trunks) list(_ context.Context, _ directory.Principal, in *struct{ Page }) (*Answer[List[Trunk]], error) {
	var shown []Trunk
	for _, e := range behind(f.Book.Trunks(), in.Page, func(t trunk.Trunk) string { return t.Name }) {
		shown = append(shown, trunkShown(e, f.stats(e.Is.Name)))
	}
	return listOf(shown, in.Limit, func(t Trunk) string { return t.Name }), nil
}

// behind returns a page of entries, and one more where there are more.
func behind[T any](all []trunk.Entry[T], p Page, name func(T) string) []trunk.Entry[T] {
	for i, e := range all {
		if name(e.Is) == p.StartingAfter {
			all = all[i+1:]
			break
		}
	}
	return all[:min(len(all), p.Limit+1)]
}

type trunkPath struct {
	Name string `path:"trunk" id:"trunk" maxLength:"63" doc:"The trunk's name." example:"example-carrier"`
}

func (f Trunks) get(_ context.Context, _ directory.Principal, in *trunkPath) (*Versioned[Trunk], error) {
	e, err := f.Book.Trunk(in.Name)
	return versioned(trunkShown(e, f.stats(in.Name)), e.Updated), err
}

type newTrunk struct {
	Body struct {
		Name     string `json:"name" maxLength:"63" doc:"What to call it; this stays." example:"second-carrier"`
		Password string `json:"password,omitempty" maxLength:"200" doc:"For digest challenges. It is never shown."`
		TrunkSettings
	}
}

func (f Trunks) create(ctx context.Context, p directory.Principal, in *newTrunk) (*Versioned[Trunk], error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	t, err := in.Body.trunk(in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	e, err := f.Book.AddTrunk(ctx, t)
	return versioned(trunkShown(e, f.stats(t.Name)), e.Updated), err
}

type trunkChange struct {
	Name string `path:"trunk" id:"trunk" maxLength:"63" doc:"The trunk's name." example:"example-carrier"`
	IfMatch
	RawBody []byte
	Body    struct {
		Password *string `json:"password,omitempty" maxLength:"200" doc:"For digest challenges. It is never shown."`
		TrunkSettings
	}
}

func (f Trunks) update(ctx context.Context, p directory.Principal, in *trunkChange) (*Versioned[Trunk], error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	e, err := f.Book.ChangeTrunk(ctx, in.Name, func(t *trunk.Trunk, updated time.Time) error {
		if err := in.unchanged(updated); err != nil {
			return err
		}
		settings, password := settingsOf(*t), t.Password
		if err := json.Unmarshal(in.RawBody, &settings); err != nil { // changes what it names, and leaves the rest
			return err
		}
		if in.Body.Password != nil {
			password = *in.Body.Password
		}
		changed, err := settings.trunk(t.Name, password)
		if err == nil && in.Body.Password == nil && movesProof(*t, changed) {
			err = &Problem{Kind: webtrunk.Invalid, Code: "parameter_missing", Param: "password",
				Message:  "The trunk's password would be proved to somebody else.",
				Remedies: []string{"Give the password again with the change, or take it back with an empty one and an empty username."}}
		}
		if err == nil {
			*t = changed
		}
		return err
	})
	return versioned(trunkShown(e, f.stats(in.Name)), e.Updated), err
}

// movesProof reports whether a change has somebody else challenge us: whoever
// may change trunks but was never told the password could have it proved to
// himself, and guess it at leisure.
func movesProof(old, changed trunk.Trunk) bool {
	registrar := func(t trunk.Trunk) string {
		if t.Register == nil {
			return ""
		}
		return t.Register.Registrar
	}
	return old.Password != "" && (old.Proxy != changed.Proxy || old.Transport != changed.Transport || old.TLS != changed.TLS ||
		registrar(changed) != "" && registrar(old) != registrar(changed))
}

func (f Trunks) delete(ctx context.Context, p directory.Principal, in *trunkPath) (*Empty, error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	return &Empty{}, f.Book.RemoveTrunk(ctx, in.Name)
}

// liveOnly keeps whoever tries things out from the trunks that carry live calls.
func liveOnly(p directory.Principal) error {
	if !p.Test {
		return nil
	}
	return &Problem{Kind: webtrunk.Forbidden, Code: "live_mode_required", Message: "Trunks and routes carry live calls, so a test key does not change them.",
		Remedies: []string{"Use a live key. Test calls take the simulated carrier, whatever the routes say."}}
}
