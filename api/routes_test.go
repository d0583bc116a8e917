package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/directory"
)

// A named is a field of a route's input that names a resource.
type named struct {
	in, name string // path, query or body; as clients write it
	kind     string // id:"KIND"; empty if it lacks the tag
	example  string
	required bool
	many     bool // a list of them
}

// namedIn finds what names a resource in an input: what has the tag id, every
// parameter of the path, and whatever is called like an ID.
func namedIn(in reflect.Type) []named {
	var all []named
	walk(in, "", func(f reflect.StructField, place, name string) {
		n := named{in: place, name: name, kind: f.Tag.Get("id"), example: f.Tag.Get("example"), required: required(f, place), many: isList(f.Type) && place == "body"}
		if n.kind != "" || place == "path" || name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") {
			all = append(all, n)
		}
	})
	return all
}

// walk tells of each field of an input, with where it is in a request. Fields
// of objects within the body are told as "object.field", or "list[].field".
func walk(t reflect.Type, within string, tell func(f reflect.StructField, place, name string)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous && f.Tag == "":
			walk(f.Type, within, tell)
		case within == "" && f.Name == "Body":
			walk(f.Type, "body", tell)
		case within == "":
			for _, place := range []string{"path", "query"} {
				if name, _, _ := strings.Cut(f.Tag.Get(place), ","); name != "" {
					tell(f, place, name)
				}
			}
		default:
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			name = strings.TrimPrefix(within+"."+name, "body.")
			tell(f, "body", name)
			if isList(f.Type) {
				name += "[]"
			}
			walk(f.Type, "body."+name, tell)
		}
	}
}

func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Slice
}

func required(f reflect.StructField, place string) bool {
	if place == "body" {
		return !strings.Contains(f.Tag.Get("json"), ",omit") && f.Tag.Get("required") != "false"
	}
	return place == "path" || f.Tag.Get("required") == "true"
}

// A sent is a request to a route, before it is sent.
type sent struct {
	path  string
	query url.Values
	body  map[string]any
}

// request makes a request that the route's description allows, with a
// resource of the tenant's own wherever it must name one.
func (w *world) request(rt Route, t tenant) sent {
	w.Helper()
	r := sent{path: rt.Path, query: url.Values{}}
	if rt.Writes() && hasBody(rt) {
		w.example(rt, bodyOf(w, rt), &r.body)
	}
	walk(rt.In, "", func(f reflect.StructField, place, name string) {
		if place == "query" && required(f, place) && f.Tag.Get("id") == "" {
			r.query.Set(name, f.Tag.Get("example"))
		}
	})
	for _, n := range namedIn(rt.In) {
		if n.required && !n.within() || n.in == "body" && r.has(n.name) {
			r.set(n, w.make(rt, n, t))
		}
	}
	return r
}

// example is what fits a schema, as a client would send it.
func (w *world) example(rt Route, schema *huma.Schema, into any) {
	w.Helper()
	text, err := json.Marshal(w.server.example(schema))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		w.Fatalf("%s %s: the example of its body is %s: %v", rt.Method, rt.Path, text, err)
	}
}

func bodyOf(w *world, rt Route) *huma.Schema {
	return w.server.resolve(operationOf(w.server.api.OpenAPI(), &rt).RequestBody.Content["application/json"].Schema)
}

// within reports whether a field is of an object within the body, which may be
// left out.
func (n named) within() bool { return strings.Contains(n.name, ".") }

// surround adds the object or list that a field is within, with all that it
// needs.
func (w *world) surround(rt Route, r *sent, n named, t tenant) {
	w.Helper()
	if !n.within() || r.has(n.name) {
		return
	}
	name := strings.TrimSuffix(strings.Split(n.name, ".")[0], "[]")
	var around any
	w.example(rt, bodyOf(w, rt).Properties[name], &around)
	if r.body == nil {
		r.body = map[string]any{}
	}
	r.body[name] = around
	for _, other := range namedIn(rt.In) {
		if other.required && strings.HasPrefix(other.name, strings.Split(n.name, ".")[0]+".") {
			r.set(other, w.make(rt, other, t))
		}
	}
}

func hasBody(rt Route) bool {
	_, ok := rt.In.FieldByName("Body")
	return ok
}

// make makes what a field names, once for all routes, for none is to change
// it; or it says what the feature's tests lack.
func (w *world) make(rt Route, n named, t tenant) string {
	w.Helper()
	maker := makers[n.kind]
	switch {
	case n.kind == "":
		w.Fatalf("%s %s: %s %q has no tag id:\"KIND\", so nobody checks whose it is", rt.Method, rt.Path, n.in, n.name)
	case n.kind == "-": // no account's
		return n.example
	case maker == nil:
		w.Fatalf("%s %s: nothing makes a %s for %s %q: add makers[%q] to the feature's tests", rt.Method, rt.Path, n.kind, n.in, n.name, n.kind)
	}
	if w.made == nil {
		w.made = map[string]string{}
	}
	key := fmt.Sprint(n.kind, t)
	if w.made[key] == "" {
		w.made[key] = maker(w, t)
	}
	return w.made[key]
}

func (r *sent) has(name string) bool {
	_, ok := r.body[strings.TrimSuffix(strings.Split(name, ".")[0], "[]")]
	return ok
}

// set puts an ID into a request.
func (r *sent) set(n named, id string) {
	switch n.in {
	case "path":
		r.path = strings.ReplaceAll(r.path, "{"+n.name+"}", url.PathEscape(id))
	case "query":
		r.query.Set(n.name, id)
	default:
		if r.body == nil {
			r.body = map[string]any{}
		}
		var value any = id
		if n.many {
			value = []any{id}
		}
		put(r.body, strings.Split(n.name, "."), value)
	}
}

// put sets a field of an object, however deep.
func put(in map[string]any, path []string, value any) {
	if len(path) == 1 {
		in[path[0]] = value
		return
	}
	name, many := strings.CutSuffix(path[0], "[]")
	next, ok := in[name].(map[string]any)
	if list, _ := in[name].([]any); many && len(list) > 0 {
		next, ok = list[0].(map[string]any)
	}
	switch {
	case ok:
	case many:
		next = map[string]any{}
		in[name] = []any{next}
	default:
		next = map[string]any{}
		in[name] = next
	}
	put(next, path[1:], value)
}

func (w *world) send(key string, rt Route, r sent, with ...string) asked {
	w.Helper()
	body := ""
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			w.Fatal(err)
		}
		body = string(text)
	}
	path := r.path
	if len(r.query) > 0 {
		path += "?" + r.query.Encode()
	}
	if rt.Customer && !rt.Public {
		with = append(with, "Cookie: "+CustomerCookieName+"="+key, "Origin: "+w.http.URL, CSRFHeader+": csrf-"+key)
		key = ""
	}
	if rt.Session { // such routes refuse keys, whatever these may do
		with = append(with, "Cookie: "+CookieName+"="+key, "Origin: "+w.http.URL, CSRFHeader+": csrf-"+key)
		key = ""
	}
	return w.ask(key, rt.Method, path, body, with...)
}

func (w *world) eachRoute(f func(t *world, rt Route)) {
	w.Helper()
	outer := w.T
	for _, rt := range w.server.Routes() {
		outer.Run(rt.Method+" "+rt.Path, func(t *testing.T) {
			inner := *w
			inner.T = t
			f(&inner, rt)
		})
	}
}

// all is a world in which "sk_shop", or the session of this name, may do
// everything in its account.
func all(t *testing.T) *world {
	w := newWorld(t, func(w *world) {
		w.cfg.Limits = Limits{Principal: Rate{1e6, 1e6}, Address: Rate{1e6, 1e6}}
	}).claim()
	w.users.sessions["sk_shop"] = w.users.keys["sk_shop"]
	w.made = map[string]string{}
	return w
}

// modeless are the kinds of resources that an account has once for both modes.
var modeless = map[string]bool{"account": true, "person": true}

// TestEveryRouteWithAnothersResources puts another account's resource into
// each place of each route that names one, and its test twin for a live key:
// each is answered as if there were no such thing, and nothing has changed. A
// list that is filtered by it may be empty instead, as for what never was. The
// operator's routes are left out, for they are there to reach all accounts;
// TestEveryRouteWithoutItsRight holds everybody else off them.
func TestEveryRouteWithAnothersResources(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and one request after another")
	}
	w := all(t)
	foreign := map[string]tenant{"another account's": other, "the other mode's": {shop.account, true}}
	w.eachRoute(func(w *world, rt Route) {
		for _, n := range namedIn(rt.In) {
			if n.kind == "-" || rt.Public || rt.Operator {
				continue
			}
			for whose, tenant := range foreign {
				if modeless[n.kind] && tenant.account == shop.account {
					continue
				}
				r := w.request(rt, shop)
				w.surround(rt, &r, n, shop)
				r.clear(rt, n)
				id := w.make(rt, n, tenant)
				r.set(n, id)
				w.settle()
				before := w.dump(bookkeeping...)
				got := w.send("sk_shop", rt, r)
				if n.in == "query" && got.status == 200 { // a filter that nothing fits
					r.set(n, strange(id))
					if nothing := w.send("sk_shop", rt, r); nothing.text != got.text || strings.Contains(got.text, id) {
						w.Errorf("%s %s as filter %q: got %s, but of one that never was %s", whose, n.kind, n.name, got.text, nothing.text)
					}
				} else if got.status != 404 {
					w.Errorf("%s %s as %s %q: got %d %s, want 404", whose, n.kind, n.in, n.name, got.status, got.text)
				}
				w.settle()
				if after := w.dump(bookkeeping...); after != before {
					w.Errorf("%s %s as %s %q changed the database: %s", whose, n.kind, n.in, n.name, difference(before, after))
				}
			}
		}
	})
}

// TestEveryRouteFindsItsOwn asks each route about the caller's own resources:
// whatever the answer, it is not that there is none.
func TestEveryRouteFindsItsOwn(t *testing.T) {
	w := all(t)
	w.eachRoute(func(w *world, rt Route) {
		if !strings.Contains(rt.Path, "{") {
			return
		}
		w.made = map[string]string{} // its own, for some routes delete it
		r := w.request(rt, shop)
		w.settle()
		if got := w.send("sk_shop", rt, r); got.status == 404 || got.status >= 500 {
			w.Errorf("got %d %s", got.status, got.text)
		}
	})
}

// strange is an ID like another, of what never was.
func strange(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return webtrunk.NewID(prefix)
}

// bookkeeping changes by itself, whoever asks.
var bookkeeping = []string{"cursors", "sqlite_sequence"}

// clear takes the caller's own resource out of the path again.
func (r *sent) clear(rt Route, n named) {
	if n.in != "path" {
		return
	}
	own, parts := strings.Split(r.path, "/"), strings.Split(rt.Path, "/")
	if i := slices.Index(parts, "{"+n.name+"}"); i >= 0 {
		own[i] = parts[i]
	}
	r.path = strings.Join(own, "/")
}

// settle waits until what follows the log has come to its end.
func (w *world) settle() {
	w.Helper()
	eventually(w, "the archive has followed the log", func() bool {
		state := w.rows(`SELECT (SELECT coalesce(max(position), 0) FROM events) <= (SELECT coalesce(max(position), 0) FROM cursors WHERE consumer = 'archive')`)
		return state[0] == "1"
	})
}

func difference(before, after string) string {
	old := strings.Split(before, "\n")
	var news []string
	for line := range strings.SplitSeq(after, "\n") {
		if !slices.Contains(old, line) {
			news = append(news, line)
		}
	}
	return strings.Join(news, "; ")
}

func TestEveryRouteWithoutAKey(t *testing.T) {
	w := all(t)
	w.eachRoute(func(w *world, rt Route) {
		if rt.Public {
			return
		}
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "x_1")
		for _, with := range [][]string{nil, {"Authorization: Bearer sk_wrong"}, {"Authorization: Basic c2s6"}, {"Cookie: " + CookieName + "=wrong"}, {"Cookie: " + CustomerCookieName + "=wrong"}} {
			want := 401
			if (rt.Session || rt.Customer) && with != nil && strings.HasPrefix(with[0], "Authorization: Bearer") {
				want = 403
			}
			got := w.ask("", rt.Method, path, "", with...)
			if got.status != want || got.body["request_id"] != got.header.Get("Request-Id") || got.body["remedies"] == nil {
				w.Errorf("with %v: got %d %s, want %d", with, got.status, got.text, want)
			}
		}
	})
}

// TestEveryRouteWithoutItsRight gives a key all rights but one.
func TestEveryRouteWithoutItsRight(t *testing.T) {
	w := all(t)
	w.eachRoute(func(w *world, rt Route) {
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "x_1")
		p := directory.Principal{Account: shop.account, ID: "key_less", Operator: true}
		for _, r := range everyRight {
			if r != rt.Right {
				p.Rights = append(p.Rights, r)
			}
		}
		if rt.Right == "" {
			if !rt.Operator {
				return
			}
			p.Operator = false
		}
		w.users.keys["sk_less"], w.users.sessions["sk_less"] = p, p
		got := w.send("sk_less", rt, sent{path: path}).is(w, 403, "")
		if rt.Right != "" && !strings.Contains(got.str("message"), string(rt.Right)) {
			w.Errorf("the refusal does not name the right %s: %s", rt.Right, got.text)
		}
	})
}

// TestEveryRouteIsDescribed holds the routes to the rules of doc.go.
func TestEveryRouteIsDescribed(t *testing.T) {
	w := all(t)
	seen := map[string]bool{}
	w.eachRoute(func(w *world, rt Route) {
		walk(rt.In, "", func(f reflect.StructField, place, name string) {
			if f.Tag.Get("doc") == "" {
				w.Errorf("%s %q has no doc", place, name)
			}
		})
		for _, n := range namedIn(rt.In) {
			if n.kind == "" {
				w.Errorf("%s %q has no tag id", n.in, n.name)
			} else if makers[n.kind] == nil && n.kind != "-" {
				w.Errorf("no maker of %q", n.kind)
			}
		}
		id := operationID(&rt)
		if seen[id] {
			w.Errorf("two operations are called %s", id)
		}
		seen[id] = true
		if snake := regexp.MustCompile(`^(/[a-z0-9_.]+|/\{[a-z_]+\})+$`); !snake.MatchString(rt.Path) {
			w.Error("the path is not in snake_case")
		}
	})
	if len(seen) == 0 {
		t.Fatal("there are no routes")
	}
}

// TestARouteThatNobodyCanTestFails holds the generator itself to its word.
func TestARouteThatNobodyCanTestFails(t *testing.T) {
	type in struct {
		ID   string `path:"thing" doc:"It."`
		Body struct {
			Ref  string `json:"friend_id" doc:"It."`
			Deep []struct {
				Also string `json:"also" id:"thing" doc:"It."`
			} `json:"deep" doc:"It."`
		}
	}
	var got []string
	for _, n := range namedIn(reflect.TypeFor[in]()) {
		got = append(got, fmt.Sprint(n.in, " ", n.name, " ", n.kind))
	}
	if want := []string{"path thing ", "body friend_id ", "body deep[].also thing"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
