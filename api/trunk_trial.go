package api

import (
	"context"
	"slices"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/trunk"
)

func (f Trunks) trialRoutes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/route_trials", Summary: "Try a number", Tag: "Trunks", Operator: true, Right: directory.TrunksRead,
		Doc: "Which route counts for a number and which trunks would carry a call to it, the first one first, and why no other would. Nothing is called. It is about live calls: test calls take the simulated carrier, whatever the routes say. Whom an account may call is another matter: its voice policy says."}, f.try)
}

// A RouteTrial is what would become of a call to a number.
type RouteTrial struct {
	Object  string       `json:"object" enum:"route_trial" doc:"Always route_trial."`
	Number  string       `json:"number" doc:"The number."`
	Carried bool         `json:"carried" doc:"Whether any trunk would be tried."`
	Route   string       `json:"route,omitempty" doc:"The route that counts; left out where none does, or where there are no routes and each trunk carries everything."`
	Routes  []TriedRoute `json:"routes" nullable:"false" doc:"All routes, in the order in which they count for this number."`
	Trunks  []TriedTrunk `json:"trunks" nullable:"false" doc:"All trunks, in the order in which they would be tried, and behind them those that would not."`
}

// A TriedRoute is a route, asked about a number.
type TriedRoute struct {
	Name   string    `json:"name" doc:"Which." example:"germany"`
	Fit    trunk.Fit `json:"fit" enum:"counts,shorter,later,unfit" doc:"It counts; another has a longer prefix that fits; it fits as well and stands behind; no prefix of it fits."`
	Prefix string    `json:"prefix,omitempty" doc:"Its longest prefix that fits." example:"+49"`
}

// A TriedTrunk is a trunk, asked about a number.
type TriedTrunk struct {
	Name      string `json:"name" doc:"Which." example:"example-carrier"`
	Verdict   string `json:"verdict" enum:"tried,down,full,mode,not_named,prefixes" doc:"It is tried in its turn; it is down and is tried last, if then; it is at its limit of calls and is passed over; it carries test calls alone; the route that counts does not name it, or none counts; the number begins with none of its prefixes."`
	Dialled   string `json:"dialled" doc:"The number as its carrier would read it."`
	PerMinute *int64 `json:"per_minute,omitempty" doc:"What a minute would cost, in millionths of the currency's unit."`
	Currency  string `json:"currency,omitempty" doc:"ISO 4217."`
}

type routeTrial struct {
	Body struct {
		Number string `json:"number" id:"-" minLength:"1" maxLength:"40" doc:"The number, in international form." example:"+4930901820"`
	}
}

func (f Trunks) try(_ context.Context, _ directory.Principal, in *routeTrial) (*Answer[RouteTrial], error) {
	to, err := webtrunk.ParseNumber(in.Body.Number)
	if err != nil {
		return nil, about("number", err)
	}
	n := f.Book.Network()
	t := n.Try(to, n.Pretends())
	shown := RouteTrial{Object: "route_trial", Number: to.Value, Routes: []TriedRoute{}, Trunks: []TriedTrunk{}}
	for _, r := range t.Routes {
		shown.Routes = append(shown.Routes, TriedRoute{r.Route, r.Fit, r.Prefix})
		if r.Fit == trunk.Counts {
			shown.Route = r.Route
		}
	}
	for _, w := range t.Trunks {
		tried := triedTrunk(w, f.stats(w.Trunk).State)
		shown.Carried = shown.Carried || tried.Verdict == "tried" || tried.Verdict == "down"
		shown.Trunks = append(shown.Trunks, tried)
	}
	slices.SortStableFunc(shown.Trunks, func(a, b TriedTrunk) int { return slices.Index(turns, a.Verdict) - slices.Index(turns, b.Verdict) })
	return answer(shown), nil
}

// turns are the verdicts in the order in which trunks have them: the edge tries
// those that fare badly behind the others.
var turns = []string{"tried", "down", "full", "not_named", "prefixes", "mode"}

func triedTrunk(w trunk.TrunkTrial, s trunk.State) TriedTrunk {
	tried := TriedTrunk{Name: w.Trunk, Verdict: string(w.Obstacle), Dialled: w.Dialled}
	if w.Rate.Prefix != "" {
		tried.PerMinute, tried.Currency = &w.Rate.PerMinute, w.Rate.Currency
	}
	switch {
	case w.Obstacle != "":
	case s.Status == trunk.Down:
		tried.Verdict = "down"
	case w.Limits.Calls > 0 && s.Calls >= w.Limits.Calls:
		tried.Verdict = "full"
	default:
		tried.Verdict = "tried"
	}
	return tried
}
