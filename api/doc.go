// Package api is the gateway's HTTP interface: resources under /v1, their
// OpenAPI 3.1 description and documentation, and the health of the process.
//
// A Server answers for everybody the same way. Whatever is asked, the answer
// has a Request-Id; an error has the shape of Problem and says what to do; a
// list has the shape of List; a write may be repeated with an Idempotency-Key.
// Nobody sees another account's resources, nor learns that they exist: they are
// as absent as what was never made. Kinds of errors become HTTP statuses here
// and nowhere else.
//
// # How to add a route
//
// Resources come in features. A feature is a struct with what it needs, whose
// Routes method registers its routes; cmd/gateway lists it in Config.Features.
// No file of the framework has to change. calls.go and events.go are examples.
//
//	// Webhooks are the endpoints that events are delivered to.
//	type Webhooks struct{ Service *webhook.Service }
//
//	func (f Webhooks) Routes(s *Server) {
//		Register(s, Route{Method: "GET", Path: "/v1/webhook_endpoints/{webhook_endpoint}",
//			Summary: "Get an endpoint", Tag: "Webhooks", Right: directory.WebhooksRead}, f.get)
//	}
//
//	type webhookPath struct {
//		ID string `path:"webhook_endpoint" id:"webhook_endpoint" example:"we_01…" doc:"The endpoint."`
//	}
//
//	func (f Webhooks) get(ctx context.Context, p directory.Principal, in *webhookPath) (*Answer[Endpoint], error) {
//		e, err := f.Service.Endpoint(ctx, p.Account, p.Test, in.ID) // webtrunk.NotFound for another account's
//		return answer(endpointOf(e)), err
//	}
//
// The rules, which registration and the generated tests hold you to:
//
//   - A Route names the Right it needs, or says Public, Session, Customer or Operator.
//   - Every field of an input that names a resource, in path, query or body, has
//     the tag id:"KIND"; every field has doc and, if it is required, example. The tests call each
//     route with another account's resource in each such field and expect 404,
//     so for each KIND they need a maker: in your _test.go file,
//     makers["webhook_endpoint"] = func(w *world, t tenant) string { … }.
//     A path parameter or a field named like an ID that has no tag fails.
//   - Ask your package by p.Account and p.Test, always both. A test key sees
//     test resources only, a live key live ones only.
//   - Return *webtrunk.Error, or *Problem where there is a param, a code of its
//     own, causes or remedies to tell; the message is a sentence. Never an HTTP
//     status.
//   - A handler that makes something takes its ID from NewID(ctx, "we"), which
//     gives the same ID when a request with an Idempotency-Key is carried out
//     again because the process died in between: insert with ON CONFLICT DO
//     NOTHING and return what is there. Repeated(ctx) tells that it may be.
//   - An answer that shows a secret once has Secret in its Route: what is kept
//     for repetitions is then sealed with the caller's own credential.
//   - A list embeds Page in its input, asks for in.Limit+1 items after
//     in.StartingAfter, and returns listOf(items, in.Limit, id).
//   - Output structs have object, livemode (where it applies) and snake_case
//     names, times as time.Time in UTC, and no hidden contact.
//   - What several people change is shown as Versioned, with the time of its last
//     change, and the input of a change embeds IfMatch and asks it within the
//     transaction.
//   - Metadata from outside is of type Metadata, which checks itself.
//   - Answer with 201 by Status: 201 in the Route, with 204 by returning *Empty.
//   - Whatever streams or is not JSON uses RegisterRaw, which guards the same.
//   - Event types that a feature emits are told with s.Event(type, summary), so
//     that they appear in the document's webhooks.
package api
