package choir

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
)

// An Asker has the gateway answer one more offer of a call's page.
type Asker func(ctx context.Context, offer string) (answer string, err error)

// Cut has the page's path fall away: it goes on speaking, and nobody hears it.
func (c *Call) Cut() { c.Page.leave() }

// Move has the page go on from another address under the ICE that there is: the
// gateway knows of it by the checks that come from there (RFC 8445 §7.3.1.3).
func (c *Call) Move(ctx context.Context) error {
	c.Page.settle(c.Page.elsewhere())
	g := c.page.ice.Load().again()
	c.page.ice.Store(g)
	return c.page.check(ctx, g)
}

// Restart has the page go on from another address by an ICE restart (RFC 8445
// §9), under the keys that there are.
func (c *Call) Restart(ctx context.Context, ask Asker) error {
	c.Page.settle(c.Page.elsewhere())
	a, err := c.page.negotiate(ctx, ask)
	if err != nil {
		return err
	}
	return c.page.find(ctx, a)
}

// OverTCP restarts ICE where no UDP passes: the page connects to the gateway's
// candidate for TCP (RFC 6544).
func (c *Call) OverTCP(ctx context.Context, ask Asker) error {
	a, err := c.page.negotiate(ctx, ask)
	if err != nil {
		return err
	}
	p := c.Page.elsewhere()
	if err := c.Page.dial(ctx, p, a.TCP); err != nil {
		return err
	}
	c.Page.settle(p)
	return c.page.find(ctx, a)
}

// negotiate offers another generation of ICE and returns the answer.
func (p *page) negotiate(ctx context.Context, ask Asker) (Answer, error) {
	p.next = newGeneration()
	text, err := ask(ctx, p.offer())
	if err != nil {
		return Answer{}, err
	}
	a, err := ReadSDP(text)
	if err == nil && a.Fingerprint != p.ice.Load().answer.Fingerprint {
		err = fmt.Errorf("choir: line %s: an ICE restart has changed the certificate", p.line.Home())
	}
	return a, err
}

// Quit has the page end without a word, as one does that is loaded again.
func (c *Call) Quit() {
	c.Page.Hush()
	c.Page.leave()
	c.page.close() // its goodbye is lost
}

// Reload has another page take the call up: another address, other ICE, other
// keys, and numbers that have nothing to do with those before.
func (c *Call) Reload(ctx context.Context, ask Asker) error {
	certificate, err := selfsign.GenerateSelfSigned()
	if err != nil {
		return err
	}
	if c.page, err = newPage(c.Page); err != nil {
		return err
	}
	c.page.certificate = certificate // by another, the gateway knows that it is another page
	c.Page.voice.Store(&voice{ssrc: rand.Uint32(), timestamp: rand.Uint32(), sequence: uint16(rand.Uint32())})
	c.Page.settle(c.Page.elsewhere())
	answer, err := ask(ctx, c.page.offer())
	if err != nil {
		return err
	}
	if err := c.Connect(ctx, answer); err != nil {
		return err
	}
	c.Page.Sing()
	return nil
}
