package api

import (
	"encoding/json"
	"strings"
	"testing"
)

// That the document is valid, and that a client can be made of it, is tested
// where the whole gateway is: cmd/gateway/client_e2e_test.go.

func TestTheDocumentTellsAll(t *testing.T) {
	w := newWorld(t)
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]json.RawMessage
		Webhooks   map[string]json.RawMessage
		Components struct {
			Schemas         map[string]json.RawMessage
			SecuritySchemes map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(w.ask("", "GET", "/v1/openapi.json", "").text), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Components.SecuritySchemes["key"] == nil || doc.Components.SecuritySchemes["session"] == nil || doc.Components.Schemas["Error"] == nil {
		t.Errorf("it is of version %s, with the schemas %v", doc.OpenAPI, doc.Components.Schemas)
	}
	for _, rt := range w.server.Routes() {
		operation := string(doc.Paths[rt.Path][strings.ToLower(rt.Method)])
		if operation == "" || rt.Right != "" && !strings.Contains(operation, string(rt.Right)) || !strings.Contains(operation, `"default"`) {
			t.Errorf("%s %s is described as %s", rt.Method, rt.Path, operation)
		}
	}
	for _, kind := range []string{"call.created", "call.answered", "call.ended", "transfer.failed", "leg.quality_warning_raised"} {
		if doc.Webhooks[kind] == nil {
			t.Errorf("no webhook %s is described", kind)
		}
	}
}
