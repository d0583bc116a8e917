package choir

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/pion/stun/v4"
)

// A generation is one of a page's ICE (RFC 8445 §9): what both sides know, and
// whether it has found a path.
type generation struct {
	ufrag, password string
	answer          Answer
	connected       chan struct{} // closed by the first answered check
	once            sync.Once
}

func newGeneration() *generation {
	return &generation{ufrag: rand.Text()[:8], password: rand.Text(), connected: make(chan struct{})}
}

// again is the same generation before it has found a path from another place.
func (g *generation) again() *generation {
	return &generation{ufrag: g.ufrag, password: g.password, answer: g.answer, connected: make(chan struct{})}
}

// find takes the answer to the offer made last, and returns once it has led to
// a path.
func (p *page) find(ctx context.Context, a Answer) error {
	g := p.next
	g.answer = a
	p.ice.Store(g)
	return p.check(ctx, g)
}

// check asks until the other side answers (RFC 8445 §7.2).
func (p *page) check(ctx context.Context, g *generation) error {
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		if err := p.ask(g); err != nil {
			return err
		}
		select {
		case <-g.connected:
			return nil
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("choir: no answer to connectivity checks at %s: %w", g.answer.At, ctx.Err())
		}
	}
}

// ask sends a check that nominates.
func (p *page) ask(g *generation) error {
	var tie [8]byte
	binary.BigEndian.PutUint64(tie[:], uint64(p.line.voice.Load().ssrc))
	m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(g.answer.Ufrag+":"+g.ufrag),
		stun.RawAttribute{Type: stun.AttrICEControlling, Value: tie[:]},
		stun.RawAttribute{Type: stun.AttrPriority, Value: []byte{0x6e, 0xff, 0xff, 0xff}},
		stun.RawAttribute{Type: stun.AttrUseCandidate},
		stun.NewShortTermIntegrity(g.answer.Password), stun.Fingerprint)
	if err != nil {
		return err
	}
	return p.line.send(m.Raw)
}

// knock takes what is neither RTP nor RTCP, on the listener.
func (l *Line) knock(raw []byte) {
	p := l.page.Load()
	switch {
	case p == nil:
	case raw[0] >= 20 && raw[0] <= 63:
		_, _ = p.flights.Write(raw) // what finds no room is sent again
	case raw[0] < 4:
		p.stun(bytes.Clone(raw))
	}
}

// stun notes an answer, and answers the checks of a full agent.
func (p *page) stun(raw []byte) {
	m, g := &stun.Message{Raw: raw}, p.ice.Load()
	if g == nil || m.Decode() != nil {
		return
	}
	switch m.Type {
	case stun.BindingSuccess:
		g.answered(m)
	case stun.BindingRequest:
		to := p.line.place.Load().remote
		answer, err := stun.Build(m, stun.BindingSuccess, &stun.XORMappedAddress{IP: to.Addr().AsSlice(), Port: int(to.Port())},
			stun.NewShortTermIntegrity(g.password), stun.Fingerprint)
		if err == nil {
			_ = p.line.send(answer.Raw) // the other side asks again
		}
	}
}

// answered takes an answer to a check, if it is this generation's: one to a check
// of the generation before says nothing of this one's path.
func (g *generation) answered(m *stun.Message) {
	select {
	case <-g.connected:
		return // the rest are consent
	default:
	}
	if stun.NewShortTermIntegrity(g.answer.Password).Check(m) == nil {
		g.once.Do(func() { close(g.connected) })
	}
}

// consentEvery is how many packets apart the page shows that it still wants
// them: two seconds and a half (RFC 7675 §5.1 allows five).
const consentEvery = 125

// upkeep is called after each packet, by the conductor.
func (l *Line) upkeep() {
	p := l.page.Load()
	if p == nil || l.index%consentEvery != 0 {
		return
	}
	if g := p.ice.Load(); g != nil {
		_ = p.ask(g) // lost with the rest, if the socket is gone
	}
	if l.index%(2*consentEvery) == 0 {
		l.report()
	}
}
