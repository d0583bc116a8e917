package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/event"
)

// An eventType is told in the document's webhooks.
type eventType struct{ name, summary string }

// Event tells of a type of event that a feature emits.
func (s *Server) Event(name, summary string) { s.events = append(s.events, eventType{name, summary}) }

// describe is the document before any operation.
func describe(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Webtrunk", Version: version,
				Description: "Calls between web browsers and telephones: make them, follow them, and learn how they ended.",
				License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: securitySchemes(),
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
}

// schemaName names a type's schema as huma does, but the shape of errors Error.
func schemaName(t reflect.Type, hint string) string {
	if t == reflect.TypeFor[errorBody]() || t == reflect.TypeFor[*errorBody]() {
		return "Error"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"key":      {Type: "http", Scheme: "bearer", Description: "A secret key sk_… or a restricted key rk_…, of test or live mode."},
		"customer": {Type: "apiKey", In: "cookie", Name: CustomerCookieName, Description: "A customer's sign-in, which opens /v1/me and nothing else. Whatever changes something needs the header " + CSRFHeader + " too."},
		"session":  {Type: "apiKey", In: "cookie", Name: CookieName, Description: "A person's login. Whatever changes something needs the header " + CSRFHeader + " too."},
	}
}

func idempotencyParameter() *huma.Param {
	longest := maxKey
	return &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description: "Any text of your own, different for each thing that you want done. A request with the same key is carried out once; repeated within 24 hours it gets the same answer."}
}

// An Event is an event.Envelope, described.
type Event struct {
	ID         string             `json:"id" doc:"The event." example:"evt_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string             `json:"object" enum:"event" doc:"Always event."`
	Type       string             `json:"type" doc:"What happened, in the past tense." example:"call.ended"`
	Timestamp  time.Time          `json:"timestamp" doc:"When it happened."`
	APIVersion string             `json:"api_version" doc:"Of what events look like." example:"2026-11-22"`
	Livemode   bool               `json:"livemode" doc:"False for what a test key made."`
	Account    webtrunk.AccountID `json:"account" doc:"Whose it is."`
	Seq        int64              `json:"seq" doc:"Its place among the account's events, from 1, without gaps."`
	Call       webtrunk.CallID    `json:"call,omitempty" doc:"The call that it is about, if it is about one."`
	CallSeq    int64              `json:"call_seq,omitempty" doc:"Its place among the call's events, from 1, without gaps."`
	Data       json.RawMessage    `json:"data" doc:"What happened; its fields depend on the type."`
}

// documentRoutes serves the document and the page made from it. Both are written
// when they are first asked for: that takes longer than all else of a start.
func (s *Server) documentRoutes() {
	doc := s.api.OpenAPI()
	schema := doc.Components.Schemas.Schema(reflect.TypeFor[Event](), true, "Event")
	doc.Webhooks = map[string]*huma.PathItem{}
	for _, e := range s.events {
		doc.Webhooks[e.name] = &huma.PathItem{Post: &huma.Operation{
			OperationID: "event-" + e.name, Summary: e.summary, Tags: []string{"Webhooks"},
			Description: "Signed as Standard Webhooks say: webhook-id, webhook-timestamp, webhook-signature. API version " + event.APIVersion + ".",
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
			Responses:   map[string]*huma.Response{"2XX": {Description: "Any 2xx says that the event was taken."}},
			Security:    []map[string][]string{},
		}}
	}
	text := sync.OnceValues(func() ([]byte, error) { return json.Marshal(doc) })
	s.mux.HandleFunc("GET /v1/openapi.json", s.written(text, func(w http.ResponseWriter, text []byte) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(text)
	}))
	s.docsRoutes()
}

// written serves what is written when it is first asked for.
func (s *Server) written(text func() ([]byte, error), serve func(http.ResponseWriter, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		written, err := text()
		if err != nil {
			s.fail(w, r, err)
			return
		}
		serve(w, written)
	}
}
