package api

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs/page.html docs/page.css
var docsFiles embed.FS

// pagePolicy lets the page load its style and nothing else, from nowhere else.
const pagePolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docsRoutes serves the documentation: one page, made once from the document.
func (s *Server) docsRoutes() {
	s.mux.HandleFunc("GET /docs", s.written(sync.OnceValues(s.docsPage), asset("text/html; charset=utf-8")))
	s.mux.HandleFunc("GET /docs/page.css", s.written(docsStyle, asset("text/css; charset=utf-8")))
}

func (s *Server) docsPage() ([]byte, error) {
	page, err := template.ParseFS(docsFiles, "docs/page.html")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = page.Execute(&text, s.manual())
	return text.Bytes(), err
}

func docsStyle() ([]byte, error) { return docsFiles.ReadFile("docs/page.css") }

func asset(kind string) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, text []byte) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("Cache-Control", "max-age=300")
		w.Write(text)
	}
}

// A manual is the document as the page shows it.
type manual struct {
	Info   *huma.Info
	Groups []group
	Events []eventType
	Errors []kindShown
}

type group struct {
	Name, Anchor string
	Operations   []operation
}

type operation struct {
	Anchor, Method, Path, Summary string
	Doc                           []string // paragraphs
	Params, Body, Answer          []field
	Status                        string
	Curl                          string
}

type field struct {
	Name, In, Type, Doc string
	Required            bool
	Fields              []field
}

type kindShown struct {
	Status        int
	Type, Message string
}

// manual puts the operations in groups, in the order of their registration.
func (s *Server) manual() manual {
	doc := s.api.OpenAPI()
	m := manual{Info: doc.Info, Events: slices.SortedFunc(slices.Values(s.events), func(a, b eventType) int { return cmp.Compare(a.name, b.name) })}
	for _, rt := range s.routes {
		i := slices.IndexFunc(m.Groups, func(g group) bool { return g.Name == rt.Tag })
		if i < 0 {
			i = len(m.Groups)
			m.Groups = append(m.Groups, group{Name: rt.Tag, Anchor: strings.ToLower(strings.ReplaceAll(rt.Tag, " ", "-"))})
		}
		m.Groups[i].Operations = append(m.Groups[i].Operations, s.explain(rt, operationOf(doc, rt)))
	}
	for _, k := range kinds {
		m.Errors = append(m.Errors, kindShown{k.status, k.name, k.message})
	}
	slices.SortFunc(m.Errors, func(a, b kindShown) int { return a.Status - b.Status })
	return m
}

// Name and Summary let the page read an event's type.
func (e eventType) Name() string    { return e.name }
func (e eventType) Summary() string { return e.summary }

// operationOf finds a route in the document.
func operationOf(doc *huma.OpenAPI, rt *Route) *huma.Operation {
	item := doc.Paths[rt.Path]
	return map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[rt.Method]
}

func (s *Server) explain(rt *Route, op *huma.Operation) operation {
	o := operation{Anchor: op.OperationID, Method: rt.Method, Path: rt.Path, Summary: rt.Summary}
	for paragraph := range strings.SplitSeq(rt.description(), "\n\n") {
		o.Doc = append(o.Doc, strings.ReplaceAll(paragraph, "`", ""))
	}
	for _, p := range op.Parameters {
		o.Params = append(o.Params, field{Name: p.Name, In: p.In, Type: s.typeOf(p.Schema), Doc: cmp.Or(p.Description, p.Schema.Description), Required: p.Required})
	}
	var body any
	if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
		schema := s.resolve(op.RequestBody.Content["application/json"].Schema)
		o.Body, body = s.fields(schema, 0), s.example(schema)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if strings.HasPrefix(status, "2") && o.Status == "" {
			o.Status = status
			if content := op.Responses[status].Content["application/json"]; content != nil {
				o.Answer = s.fields(s.resolve(content.Schema), 0)
			}
		}
	}
	o.Curl = curl(rt, op, body)
	return o
}

// resolve follows a reference to a schema.
func (s *Server) resolve(schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = s.api.OpenAPI().Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}

// fields lists an object's fields, and theirs, to the depth that a reader can
// follow: of a list, what its items have.
func (s *Server) fields(schema *huma.Schema, depth int) []field {
	if schema == nil || depth > 2 {
		return nil
	}
	if schema.Items != nil {
		return s.fields(s.resolve(schema.Items), depth)
	}
	var all []field
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		p := schema.Properties[name]
		f := field{Name: name, Type: s.typeOf(p), Doc: p.Description, Required: slices.Contains(schema.Required, name)}
		if r := s.resolve(p); r.Properties != nil || r.Items != nil {
			f.Fields = s.fields(r, depth+1)
		}
		all = append(all, f)
	}
	return all
}

// typeOf names a schema's type in words.
func (s *Server) typeOf(schema *huma.Schema) string {
	schema = s.resolve(schema)
	switch {
	case schema == nil:
		return ""
	case len(schema.Enum) > 0:
		values := make([]string, len(schema.Enum))
		for i, v := range schema.Enum {
			values[i] = fmt.Sprint(v)
		}
		return strings.Join(values, " | ")
	case schema.Format == "date-time":
		return "time"
	case schema.Items != nil:
		return "list of " + cmp.Or(s.typeOf(schema.Items), "values")
	}
	return cmp.Or(schema.Type, "any JSON")
}

// example makes a body of the fields' examples: those that are required.
func (s *Server) example(schema *huma.Schema) any {
	schema = s.resolve(schema)
	if schema == nil {
		return nil
	}
	if len(schema.Examples) > 0 {
		return schema.Examples[0]
	}
	switch {
	case schema.Properties != nil:
		body := map[string]any{}
		for _, name := range schema.Required {
			body[name] = s.example(schema.Properties[name])
		}
		return body
	case schema.Items != nil:
		return []any{s.example(schema.Items)}
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	}
	return map[string]any{huma.TypeString: "text", huma.TypeBoolean: true, huma.TypeInteger: 1, huma.TypeNumber: 1.0, huma.TypeObject: map[string]any{}}[schema.Type]
}

// curl is how a request is made from a terminal.
func curl(rt *Route, op *huma.Operation, body any) string {
	path := rt.Path
	for _, p := range op.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(exampleOf(p)))
		}
	}
	lines := []string{"curl $GATEWAY" + path}
	if rt.Method != http.MethodGet && (rt.Method != http.MethodPost || body == nil) {
		lines[0] = "curl -X " + rt.Method + " $GATEWAY" + path
	}
	lines = append(lines, credentials(rt)...)
	if rt.Writes() && rt.Method == http.MethodPost && !rt.Public {
		lines = append(lines, `-H "Idempotency-Key: $(uuidgen)"`)
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err == nil {
			lines = append(lines, `-H "Content-Type: application/json"`, `-d '`+strings.ReplaceAll(string(text), "'", `'\''`)+`'`)
		}
	}
	return strings.Join(lines, " \\\n  ")
}

// credentials says by which options curl shows who asks: a key, or a login whose
// cookie was kept, with what proves that no other site's page sends it.
func credentials(rt *Route) []string {
	switch {
	case rt.Public && (rt.Path == "/v1/session" || rt.Path == "/v1/me/session"):
		return []string{"-c login.txt"}
	case rt.Public:
		return nil
	case !rt.Session && !rt.Customer:
		return []string{`-H "Authorization: Bearer $KEY"`}
	case !rt.Writes():
		return []string{"-b login.txt"}
	}
	return []string{"-b login.txt", `-H "Origin: $GATEWAY"`, `-H "` + CSRFHeader + `: $CSRF"`}
}

func exampleOf(p *huma.Param) any {
	if p.Example != nil {
		return p.Example
	}
	if p.Schema != nil && len(p.Schema.Examples) > 0 {
		return p.Schema.Examples[0]
	}
	return strings.ToUpper(p.Name)
}
