package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk/event"
)

// asyncAPIRoute serves the description of the WebSocket in AsyncAPI 3.0, whose
// schemas are made from the frames themselves.
func asyncAPIRoute(s *Server) {
	text, err := json.Marshal(asyncAPI(s.cfg.Version))
	if err != nil {
		panic(fmt.Sprintf("api: the AsyncAPI document: %v", err)) // found by the first test
	}
	s.mux.HandleFunc("GET /v1/asyncapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(text)
	})
}

type object map[string]any

func ref(to string) object { return object{"$ref": "#" + to} }

func asyncAPI(version string) object {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	messages, inChannel, sent := object{}, object{}, []object{}
	for _, m := range []struct {
		name, summary string
		frame         reflect.Type
	}{
		{"hello", "The first message: where the events begin.", reflect.TypeFor[helloFrame]()},
		{"event", "Something happened.", reflect.TypeFor[eventFrame]()},
		{"resync", "The last message: why the stream ends and from where to go on.", reflect.TypeFor[endFrame]()},
	} {
		messages[m.name] = object{"name": m.name, "summary": m.summary, "payload": schemas.Schema(m.frame, false, m.name)}
		inChannel[m.name] = ref("/components/messages/" + m.name)
		sent = append(sent, ref("/channels/events/messages/"+m.name))
	}
	return object{
		"asyncapi": "3.0.0",
		"info": object{"title": "Webtrunk", "version": version,
			"description": "Events of calls as they happen, API version " + event.APIVersion + ". Everything else is in /v1/openapi.json."},
		"defaultContentType": "application/json",
		"channels": object{"events": object{
			"address":     "/v1/events/ws",
			"description": "Connect with an API key in the Authorization header, or from the gateway's own pages with a login. Clients send no messages; they answer pings.",
			"messages":    inChannel,
			"bindings":    object{"ws": object{"method": "GET", "query": followQuery(), "bindingVersion": "0.1.0"}},
		}},
		"operations": object{"follow": object{
			"action": "send", "summary": "The account's events, in order, each once.",
			"channel": ref("/channels/events"), "messages": sent,
		}},
		"components": object{"messages": messages, "schemas": schemas.Map()},
	}
}

// followQuery describes the query's parameters by followEvents, as OpenAPI does.
func followQuery() object {
	fields := object{}
	for field := range reflect.TypeFor[followEvents]().Fields() {
		name := field.Tag.Get("query")
		if name == "" {
			continue
		}
		schema := object{"type": "string", "description": field.Tag.Get("doc")}
		if example := field.Tag.Get("example"); example != "" {
			schema["examples"] = []string{example}
		}
		fields[name] = schema
	}
	return object{"type": "object", "properties": fields}
}
