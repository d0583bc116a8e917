package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"webtrunk/directory"
)

// A Route is one operation on a resource and who may do it.
type Route struct {
	Method  string
	Path    string // "/v1/calls/{call}"
	Summary string // a few words: "Hang up a call"
	Doc     string // what else a reader must know, in Markdown's plainest form
	Tag     string // the group in the documentation
	Status  int    // of a successful answer; 0 means 200

	Right    directory.Right // that the caller needs
	Public   bool            // anybody may, without a key
	Session  bool            // only a person who is logged in may, by cookie
	Customer bool            // only a customer who is signed in may, by a cookie of their own; with Public, anybody, to sign in
	Operator bool            // only the gateway's operator may

	// Always says that the route needs no database: it is there also while that
	// is away, for whoever was known lately.
	Always bool

	Secret bool // the answer shows a secret that is shown once
	Raw    bool // answers something else than JSON, set by RegisterRaw

	In reflect.Type // the input, set by Register
}

// Writes reports whether the route may change something. Such requests may
// carry an Idempotency-Key, and a CSRF token if they come with a cookie.
func (rt *Route) Writes() bool { return rt.Method != http.MethodGet }

// Routes returns all routes, in the order of their registration.
func (s *Server) Routes() []Route {
	all := make([]Route, len(s.routes))
	for i, rt := range s.routes {
		all[i] = *rt
	}
	return all
}

// An Answer is a JSON body.
type Answer[T any] struct{ Body T }

// Empty is the answer without a body, 204.
type Empty struct{}

func answer[T any](body T) *Answer[T] { return &Answer[T]{Body: body} }

// Register adds a route that takes and gives JSON. The input's fields are told
// apart by tags, as huma reads them: path, query, and one named Body.
func Register[I, O any](s *Server, rt Route, f func(context.Context, directory.Principal, *I) (*O, error)) {
	op := s.operation(&rt, reflect.TypeFor[I]())
	if reflect.TypeFor[O]() == reflect.TypeFor[Empty]() {
		op.DefaultStatus = http.StatusNoContent
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		if err := checkMetadata(reflect.ValueOf(in), ""); err != nil {
			return nil, s.problem(ctx, err)
		}
		out, err := f(ctx, requestOf(ctx).principal, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// RegisterRaw adds a route whose handler writes the answer itself: a stream, a
// file. It may answer with Fail. I describes path and query, for the
// documentation and the tests; the handler reads them from the request.
func RegisterRaw[I any](s *Server, rt Route, f func(w http.ResponseWriter, r *http.Request, p directory.Principal)) {
	rt.Raw = true
	op := s.operation(&rt, reflect.TypeFor[I]())
	type written struct{ Body func(huma.Context) }
	huma.Register(s.api, op, func(context.Context, *I) (*written, error) {
		return &written{func(c huma.Context) {
			r, w := humago.Unwrap(c)
			f(w, r, requestOf(r.Context()).principal)
		}}, nil
	})
}

// embedsUnexported reports whether an input has fields that huma describes but
// cannot set.
func embedsUnexported(in reflect.Type) bool {
	for _, f := range reflect.VisibleFields(in) {
		if f.Anonymous && !f.IsExported() {
			return true
		}
	}
	return false
}

// operation checks a route, notes it and returns it as huma describes it. What
// it panics about is a mistake in our own code, found by the first test.
func (s *Server) operation(rt *Route, in reflect.Type) huma.Operation {
	switch {
	case rt.Right == "" && !rt.Public && !rt.Session && !rt.Operator && !rt.Customer:
		panic(fmt.Sprintf("api: %s %s says nothing of who may use it", rt.Method, rt.Path))
	case rt.Public && (rt.Right != "" || rt.Session || rt.Operator):
		panic(fmt.Sprintf("api: %s %s is public and is not", rt.Method, rt.Path))
	case rt.Customer && (rt.Right != "" || rt.Session || rt.Operator || rt.Always):
		panic(fmt.Sprintf("api: %s %s is a customer's, who has no rights", rt.Method, rt.Path))
	case rt.Summary == "" || rt.Tag == "":
		panic(fmt.Sprintf("api: %s %s has no summary or tag", rt.Method, rt.Path))
	case embedsUnexported(in):
		panic(fmt.Sprintf("api: %s %s: %s embeds an unexported struct, whose fields would stay empty", rt.Method, rt.Path, in))
	}
	rt.In = in
	s.routes = append(s.routes, rt)
	op := huma.Operation{
		OperationID: operationID(rt), Method: rt.Method, Path: rt.Path, Summary: rt.Summary, Description: rt.description(),
		Tags: []string{rt.Tag}, DefaultStatus: rt.Status, MaxBodyBytes: maxBody,
		Metadata: map[string]any{"route": rt}, Security: rt.security(),
		RejectUnknownQueryParameters: true,
		BodyReadTimeout:              -1, // readBody has read it; a deadline left behind would end the request's context
	}
	if rt.Writes() {
		op.Parameters = append(op.Parameters, idempotencyParameter())
	}
	return op
}

// operationID names an operation for generated clients: "post-calls-hangup".
func operationID(rt *Route) string {
	parts := []string{strings.ToLower(rt.Method)}
	for part := range strings.SplitSeq(strings.TrimPrefix(rt.Path, "/v1/"), "/") {
		if strings.HasPrefix(part, "{") {
			parts = append(parts, "one")
		} else {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-")
}

// description adds to the route's words who may use it.
func (rt *Route) description() string {
	var needs []string
	switch {
	case rt.Public:
		needs = append(needs, "Needs no key.")
	case rt.Session:
		needs = append(needs, "Only for people who are logged in.")
	case rt.Customer:
		needs = append(needs, "Only for customers who are signed in.")
	}
	if rt.Right != "" {
		needs = append(needs, fmt.Sprintf("Needs the right `%s`.", rt.Right))
	}
	if rt.Operator {
		needs = append(needs, "Only for the gateway's operator.")
	}
	if rt.Always {
		needs = append(needs, "It is there also while the gateway's database is away, for keys and logins that were used in the last five minutes.")
	}
	return strings.TrimSpace(rt.Doc + "\n\n" + strings.Join(needs, " "))
}

func (rt *Route) security() []map[string][]string {
	switch {
	case rt.Public:
		return []map[string][]string{}
	case rt.Session:
		return []map[string][]string{{"session": {}}}
	case rt.Customer:
		return []map[string][]string{{"customer": {}}}
	}
	return []map[string][]string{{"key": {}}, {"session": {}}}
}

// adapter puts huma's operations behind the guards.
type adapter struct{ *Server }

// Handle implements huma.Adapter. An operation that did not come through
// Register has no route, and is refused before anybody can call it.
func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	rt, ok := op.Metadata["route"].(*Route)
	if !ok {
		panic("api: " + op.Method + " " + op.Path + " was not registered with Register")
	}
	a.mux.HandleFunc(op.Method+" "+op.Path, a.guard(rt, func(w http.ResponseWriter, r *http.Request) {
		handler(humago.NewContext(op, r, w))
	}))
}
