package visitor

import (
	"context"
	"encoding/json"
)

// Cost asks what a call would cost that is not made yet; nothing is nothing. With the tag of
// what was told it says that the person was shown that.
func (v *Visitor) Cost(ctx context.Context, to, shown string) (cost json.RawMessage, err error) {
	from, message := len(v.journal.messages()), map[string]any{"type": "cost", "id": "cost", "to": to}
	if shown != "" {
		message["shown"] = shown
	}
	if err := v.Send(message); err != nil {
		return nil, err
	}
	m, _, err := v.journal.wait(ctx, from, func(m Message) bool { return m.ID == "cost" && (m.Type == "cost" || m.Type == "error") })
	if err == nil && m.Type == "error" {
		err = &Refusal{m}
	}
	return m.Cost, err
}
