package browser

import (
	"encoding/json"
	"fmt"
	"math"
)

// A remote is a value of a page's as BiDi sends it (§7.6.1.2, "script.RemoteValue").
type remote struct {
	Type     string          `json:"type"`
	Value    json.RawMessage `json:"value"`
	SharedID string          `json:"sharedId"` // of a node
}

// plain returns the value as Go has it after decoding its JSON.
func (r remote) plain() (any, error) {
	switch r.Type {
	case "undefined", "null":
		return nil, nil
	case "string", "boolean":
		var v any
		err := json.Unmarshal(r.Value, &v)
		return v, err
	case "number":
		return r.number()
	case "array":
		return r.array()
	case "object":
		return r.object()
	}
	return nil, fmt.Errorf("a page's %s is nothing that can be sent", r.Type)
}

// number is JSON's, or one of those that JSON cannot write.
func (r remote) number() (any, error) {
	var v any
	if err := json.Unmarshal(r.Value, &v); err != nil {
		return nil, err
	}
	if v == "-0" {
		return math.Copysign(0, -1), nil
	}
	if _, finite := v.(float64); !finite {
		return nil, nil // as JSON.stringify has it
	}
	return v, nil
}

func (r remote) array() (any, error) {
	var items []remote
	if err := json.Unmarshal(r.Value, &items); err != nil {
		return nil, err
	}
	all := make([]any, len(items))
	for i, item := range items {
		v, err := item.plain()
		if err != nil {
			return nil, err
		}
		all[i] = v
	}
	return all, nil
}

// object is sent as pairs; a name that is no string comes from a Map, which we never send.
func (r remote) object() (any, error) {
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(r.Value, &pairs); err != nil {
		return nil, err
	}
	all := make(map[string]any, len(pairs))
	for _, pair := range pairs {
		var name string
		var value remote
		if err := json.Unmarshal(pair[0], &name); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(pair[1], &value); err != nil {
			return nil, err
		}
		v, err := value.plain()
		if err != nil {
			return nil, err
		}
		all[name] = v
	}
	return all, nil
}
