package visitor

import "context"

// Probe has the gateway send what the page says back to it, without a call, until the
// returned media is closed: of a Call it has what hears and speaks, and Close.
func (v *Visitor) Probe(ctx context.Context, id string) (*Call, error) {
	p, err := newPhone(v.cfg)
	if err != nil {
		return nil, err
	}
	c := &Call{ID: id, visitor: v, phone: p}
	v.mu.Lock()
	v.open[c] = true
	v.mu.Unlock()
	sdp, _, err := p.offer()
	if err == nil {
		sdp, err = v.probe(ctx, id, sdp)
	}
	if err == nil {
		err = p.answer(sdp)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (v *Visitor) probe(ctx context.Context, id, sdp string) (answer string, err error) {
	from := len(v.journal.messages())
	if err := v.Send(map[string]any{"type": "probe", "id": id, "sdp": sdp}); err != nil {
		return "", err
	}
	m, _, err := v.journal.wait(ctx, from, func(m Message) bool {
		return m.ID == id && (m.Type == "probe" || m.Type == "error")
	})
	switch {
	case err != nil:
		return "", err
	case m.Type == "error":
		return "", &Refusal{m}
	}
	return m.SDP, nil
}
