package visitor

import (
	"context"
	"fmt"
)

// Write begins a call in writing, without sound, and returns when the gateway knows it. A
// call that was not started is a *Refusal.
func (v *Visitor) Write(ctx context.Context, to string) (*Call, error) {
	v.mu.Lock()
	v.calls++
	c := &Call{ID: fmt.Sprintf("c%d", v.calls), visitor: v, start: len(v.journal.messages())}
	v.open[c] = true
	v.mu.Unlock()
	return c, c.written(ctx, map[string]any{"type": "call", "id": c.ID, "to": to, "written": true})
}

// AcceptWritten takes an incoming call that is in writing.
func (c *Call) AcceptWritten(ctx context.Context) error {
	return c.written(ctx, map[string]any{"type": "accept", "id": c.ID})
}

// Talk gives a call in writing sound, and returns when the gateway has answered the offer.
func (c *Call) Talk(ctx context.Context) error {
	return c.offer(ctx, map[string]any{"type": "offer", "id": c.ID})
}

// written sends a message that is answered by written.
func (c *Call) written(ctx context.Context, message map[string]any) error {
	from := len(c.visitor.journal.messages())
	if err := c.visitor.Send(message); err != nil {
		return err
	}
	m, _, err := c.visitor.journal.wait(ctx, from, func(m Message) bool {
		return m.ID == c.ID && (m.Type == "written" || m.Type == "error" || m.Type == "ended")
	})
	switch {
	case err != nil:
		return err
	case m.Type == "error":
		return &Refusal{m}
	case m.Type == "ended":
		return &Ended{m}
	}
	c.Gateway = m.Call
	return nil
}
