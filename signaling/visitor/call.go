package visitor

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// A Call is one call of a page's.
type Call struct {
	ID      string
	Gateway string // the gateway's own ID of the call, once answered
	From    string // of an incoming call
	Written bool   // an incoming call has no sound
	// Metadata travels with an incoming call.
	Metadata map[string]string

	visitor *Visitor
	start   int // where its messages begin

	mu    sync.Mutex
	phone *phone
}

// Call calls a reference or a number and returns when the gateway has answered
// the offer. A call that was not started is a *Refusal.
func (v *Visitor) Call(ctx context.Context, to string, metadata map[string]string) (*Call, error) {
	v.mu.Lock()
	v.calls++
	c := &Call{ID: fmt.Sprintf("c%d", v.calls), visitor: v, start: len(v.journal.messages())}
	v.mu.Unlock()
	message := map[string]any{"type": "call", "id": c.ID, "to": to}
	if v.cfg.Language != "" {
		message["language"] = v.cfg.Language
	}
	if metadata != nil {
		message["metadata"] = metadata
	}
	return c, c.offer(ctx, message)
}

// Incoming waits for the next call that rings at this page. One goroutine at a
// time may wait for it.
func (v *Visitor) Incoming(ctx context.Context) (*Call, error) {
	v.mu.Lock()
	from := v.rung
	v.mu.Unlock()
	m, at, err := v.journal.wait(ctx, from, func(m Message) bool { return m.Type == "incoming" })
	if err != nil {
		return nil, err
	}
	c := &Call{ID: m.ID, Gateway: m.Call, From: m.From, Written: m.Written, Metadata: m.Metadata, visitor: v, start: at}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rung = at
	v.open[c] = true
	return c, nil
}

// Accept answers an incoming call.
func (c *Call) Accept(ctx context.Context) error {
	return c.offer(ctx, map[string]any{"type": "accept", "id": c.ID})
}

// Reload offers new media from a new PeerConnection, as a reloaded page does.
func (c *Call) Reload(ctx context.Context) error {
	c.mu.Lock()
	old := c.phone
	c.phone = nil
	c.mu.Unlock()
	old.close()
	return c.offer(ctx, map[string]any{"type": "offer", "id": c.ID})
}

// RestartICE offers an ICE restart of the PeerConnection there is.
func (c *Call) RestartICE(ctx context.Context) error {
	return c.negotiate(ctx, c.media(), map[string]any{"type": "offer", "id": c.ID})
}

// Unplug cuts the media off without a word, as a lost network does. Reload
// brings new media.
func (c *Call) Unplug() { c.media().unplug() }

// offer makes a phone for the call and negotiates it.
func (c *Call) offer(ctx context.Context, message map[string]any) error {
	p, err := newPhone(c.visitor.cfg)
	if err != nil {
		return err
	}
	c.visitor.mu.Lock()
	c.visitor.open[c] = true
	c.visitor.mu.Unlock()
	c.mu.Lock()
	c.phone = p
	c.mu.Unlock()
	return c.negotiate(ctx, p, message)
}

// Offer calls like Call, with an offer that the caller has made, and returns
// the answer to it. The media is the caller's business: what is said of sound
// here is not for such a call.
func (v *Visitor) Offer(ctx context.Context, to, sdp string) (c *Call, answer string, err error) {
	v.mu.Lock()
	v.calls++
	c = &Call{ID: fmt.Sprintf("c%d", v.calls), visitor: v, start: len(v.journal.messages())}
	v.mu.Unlock()
	answer, err = c.ask(ctx, map[string]any{"type": "call", "id": c.ID, "to": to}, sdp, nil)
	return c, answer, err
}

// Renew offers anew for a running call that began with Offer, likewise.
func (c *Call) Renew(ctx context.Context, sdp string) (answer string, err error) {
	return c.ask(ctx, map[string]any{"type": "offer", "id": c.ID}, sdp, nil)
}

// negotiate sends an offer in a message and takes the answer.
func (c *Call) negotiate(ctx context.Context, p *phone, message map[string]any) error {
	sdp, candidates, err := p.offer()
	if err != nil {
		return err
	}
	answer, err := c.ask(ctx, message, sdp, candidates)
	if err != nil {
		return err
	}
	return p.answer(answer)
}

// ask sends an offer in a message and returns the answer. Candidates trickle
// after it, as a browser's do.
func (c *Call) ask(ctx context.Context, message map[string]any, sdp string, candidates []json.RawMessage) (answer string, err error) {
	v := c.visitor
	from := len(v.journal.messages())
	message["sdp"] = sdp
	if err := v.Send(message); err != nil {
		return "", err
	}
	for _, candidate := range append(candidates, json.RawMessage("null")) {
		if err := v.Send(map[string]any{"type": "candidate", "id": c.ID, "candidate": candidate}); err != nil {
			return "", err
		}
	}
	m, _, err := v.journal.wait(ctx, from, func(m Message) bool {
		return m.ID == c.ID && (m.Type == "answer" || m.Type == "error" || m.Type == "ended")
	})
	switch {
	case err != nil:
		return "", err
	case m.Type == "error":
		return "", &Refusal{m}
	case m.Type == "ended":
		return "", &Ended{m}
	}
	c.Gateway = m.Call
	return m.SDP, nil
}

// Wait waits for a message of a kind about this call ("ringing", "answered",
// "ended", …). When the call ends first, the error is *Ended.
func (c *Call) Wait(ctx context.Context, kind string) (Message, error) {
	m, _, err := c.visitor.journal.wait(ctx, c.start, func(m Message) bool {
		return m.ID == c.ID && (m.Type == kind || m.Type == "ended")
	})
	if err == nil && m.Type != kind {
		return m, &Ended{m}
	}
	return m, err
}

// Told waits until the page was told of so many digits that the other side
// pressed, each by a message of its own, and returns all that were by then.
func (c *Call) Told(ctx context.Context, digits int) (told string, err error) {
	_, _, err = c.visitor.journal.wait(ctx, c.start, func(m Message) bool {
		if m.ID == c.ID && m.Type == "dtmf" {
			told += m.Digit
		}
		return len(told) >= digits
	})
	return told, err
}

// Connected waits until sound can pass.
func (c *Call) Connected(ctx context.Context) error { return c.media().connected(ctx) }

// Speak sends speech, 8 kHz mono, at the pace of a microphone and returns when
// all of it was sent. Before and after it the microphone sends silence.
func (c *Call) Speak(ctx context.Context, pcm []int16) error { return c.media().mic.speak(ctx, pcm) }

// Press sends digits as telephone-events (RFC 4733), 100 ms each.
func (c *Call) Press(ctx context.Context, digits string) error {
	return c.media().mic.press(ctx, digits)
}

// Heard returns all that the page has heard, 8 kHz mono, gaps as zeros.
func (c *Call) Heard() []int16 { return c.media().ear.pcm() }

// Packets returns how many media packets came and went.
func (c *Call) Packets() (received, sent int) {
	p := c.media()
	return p.ear.packets(), p.mic.packets()
}

// Send sends a message about this call: Send("hold", nil).
func (c *Call) Send(kind string, fields map[string]any) error {
	message := map[string]any{"type": kind, "id": c.ID}
	for k, v := range fields {
		message[k] = v
	}
	return c.visitor.Send(message)
}

// Digits sends digits by message, as a page does that has no telephone-events.
func (c *Call) Digits(digits string) error { return c.Send("dtmf", map[string]any{"digits": digits}) }

// Hangup ends the call, waits for its end and frees its media.
func (c *Call) Hangup(ctx context.Context) (Message, error) {
	if err := c.Send("hangup", nil); err != nil {
		return Message{}, err
	}
	m, err := c.Wait(ctx, "ended")
	c.close()
	return m, err
}

// Reject declines an incoming call.
func (c *Call) Reject() error { return c.Send("reject", nil) }

func (c *Call) media() *phone {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phone
}

// Close frees the call's media without a word to the gateway.
func (c *Call) Close() { c.close() }

func (c *Call) close() {
	c.visitor.mu.Lock()
	delete(c.visitor.open, c)
	c.visitor.mu.Unlock()
	if p := c.media(); p != nil {
		p.close()
	}
}
