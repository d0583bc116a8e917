package sip

import (
	"fmt"
	"testing"
)

// What an account allows to be said of a call travels to whom it reaches over a
// trunk, and what was checked or decided of it does not.
func TestWhatTravelsOverATrunk(t *testing.T) {
	headers, err := contextHeaders(map[string]string{"order": "4711", "identity.name": "Ada", "rule.name": "Gold", "rule.page": "https://crm.example"})
	if err != nil || len(headers) != 1 || headers[0].Name() != "X-Webtrunk-order" || headers[0].Value() != "4711" {
		t.Errorf("%v, %v", headers, err)
	}
}

// Sixteen entries of whoever calls travel, and the language: one more is refused, and so
// is a line break, in a name as in what it says. What stays here counts for nothing.
func TestHowMuchTravelsOverATrunk(t *testing.T) {
	context := map[string]string{"identity.name": "Ada\r\nVia: evil"}
	for i := range maxContext {
		context[fmt.Sprintf("key%d", i)] = "value"
	}
	if headers, err := contextHeaders(context); err != nil || len(headers) != 17 {
		t.Errorf("%d headers, %v", len(headers), err)
	}
	context["more"] = "value"
	if _, err := contextHeaders(context); err == nil {
		t.Error("one more travels")
	}
	for key, value := range map[string]string{"order": "4711\r\nVia: evil", "a\r\nb": "x", "line": "a\nb", "key ": "x", "": "x"} {
		if headers, err := contextHeaders(map[string]string{key: value}); err == nil {
			t.Errorf("%q: %q travels as %v", key, value, headers)
		}
	}
}
