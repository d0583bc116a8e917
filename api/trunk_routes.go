package api

import (
	"context"
	"encoding/json"
	"regexp"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/trunk"
)

func (f Trunks) routeRoutes(s *Server) {
	const tag, one = "Trunks", "/v1/routes/{route}"
	Register(s, Route{Method: "GET", Path: "/v1/routes", Summary: "List routes", Tag: tag, Operator: true, Right: directory.TrunksRead,
		Doc: "Which trunks carry which numbers. Without routes each trunk carries everything, the first one first."}, f.listRoutes)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a route", Tag: tag, Operator: true, Right: directory.TrunksRead}, f.getRoute)
	Register(s, Route{Method: "POST", Path: "/v1/routes", Summary: "Make a route", Tag: tag, Operator: true, Right: directory.TrunksWrite, Status: 201,
		Doc: "The first route ends that each trunk carries everything: numbers that no route fits are refused from now on."}, f.createRoute)
	Register(s, Route{Method: "POST", Path: one, Summary: "Change a route", Tag: tag, Operator: true, Right: directory.TrunksWrite,
		Doc: "What is left out stays as it is. Routes of the configuration are changed there."}, f.updateRoute)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a route", Tag: tag, Operator: true, Right: directory.TrunksWrite}, f.deleteRoute)
}

// A TrunkRoute says which trunks carry the numbers that begin so.
type TrunkRoute struct {
	Object  string `json:"object" enum:"route" doc:"Always route."`
	Name    string `json:"name" doc:"What it is called." example:"germany"`
	Managed bool   `json:"managed" doc:"Whether it comes from the gateway's configuration and is changed there."`
	RouteSettings
	CreatedAt *time.Time `json:"created_at,omitempty" doc:"When it was made; absent for those of the configuration."`
	UpdatedAt *time.Time `json:"updated_at,omitempty" doc:"When it was last changed."`
}

// RouteSettings is what an operator decides about a route.
type RouteSettings struct {
	Prefixes []string `json:"prefixes,omitempty" maxItems:"1000" nullable:"false" doc:"How the numbers begin; all numbers if left out. Of the routes that fit, the longest prefix counts." example:"[\"+49\"]"`
	Trunks   []string `json:"trunks,omitempty" maxItems:"50" nullable:"false" doc:"The trunks that carry them, by name; none refuses them." example:"[\"example-carrier\"]"`
	By       string   `json:"by,omitempty" enum:"order,cost" doc:"Which trunk is tried first: the first of the list (if left out), or the cheapest for the number."`
}

func (s RouteSettings) route(name string) trunk.Route {
	return trunk.Route{Name: name, Prefixes: s.Prefixes, Trunks: append([]string{}, s.Trunks...), By: trunk.Order(s.By)}
}

func routeShown(e trunk.Entry[trunk.Route]) TrunkRoute {
	return TrunkRoute{Object: "route", Name: e.Is.Name, Managed: e.Managed,
		RouteSettings: RouteSettings{e.Is.Prefixes, e.Is.Trunks, string(e.Is.By)}, CreatedAt: moment(e.Created), UpdatedAt: moment(e.Updated)}
}

func (f Trunks) listRoutes(_ context.Context, _ directory.Principal, in *struct{ Page }) (*Answer[List[TrunkRoute]], error) {
	var shown []TrunkRoute
	for _, e := range behind(f.Book.Routes(), in.Page, func(r trunk.Route) string { return r.Name }) {
		shown = append(shown, routeShown(e))
	}
	return listOf(shown, in.Limit, func(r TrunkRoute) string { return r.Name }), nil
}

type routePath struct {
	Name string `path:"route" id:"route" maxLength:"63" doc:"The route's name." example:"germany"`
}

func (f Trunks) getRoute(_ context.Context, _ directory.Principal, in *routePath) (*Versioned[TrunkRoute], error) {
	e, err := f.Book.Route(in.Name)
	return versioned(routeShown(e), e.Updated), err
}

type newRoute struct {
	Body struct {
		Name string `json:"name" maxLength:"63" doc:"What to call it; this stays." example:"germany"`
		RouteSettings
	}
}

func (f Trunks) createRoute(ctx context.Context, p directory.Principal, in *newRoute) (*Versioned[TrunkRoute], error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	e, err := f.Book.AddRoute(ctx, in.Body.route(in.Body.Name))
	return versioned(routeShown(e), e.Updated), ofTheRequest(err)
}

type routeChange struct {
	Name string `path:"route" id:"route" maxLength:"63" doc:"The route's name." example:"germany"`
	IfMatch
	RawBody []byte
	Body    RouteSettings
}

func (f Trunks) updateRoute(ctx context.Context, p directory.Principal, in *routeChange) (*Versioned[TrunkRoute], error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	e, err := f.Book.ChangeRoute(ctx, in.Name, func(r *trunk.Route, updated time.Time) error {
		if err := in.unchanged(updated); err != nil {
			return err
		}
		s := RouteSettings{r.Prefixes, r.Trunks, string(r.By)}
		if err := json.Unmarshal(in.RawBody, &s); err != nil { // changes what it names, and leaves the rest
			return err
		}
		*r = s.route(r.Name)
		return nil
	})
	return versioned(routeShown(e), e.Updated), ofTheRequest(err)
}

// placed is a mistake with where it is among all routes, of which whoever asks
// has named one.
var placed = regexp.MustCompile(`^routes\[\d+\]\.(\S+): (.+)$`)

// ofTheRequest names the field of the request that a mistake is about.
func ofTheRequest(err error) error {
	m := placed.FindStringSubmatch(webtrunk.MessageOf(err, ""))
	if m == nil || webtrunk.KindOf(err) != webtrunk.Invalid {
		return err
	}
	return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: m[1], Message: m[2], Err: err}
}

func (f Trunks) deleteRoute(ctx context.Context, p directory.Principal, in *routePath) (*Empty, error) {
	if err := liveOnly(p); err != nil {
		return nil, err
	}
	return &Empty{}, f.Book.RemoveRoute(ctx, in.Name)
}
