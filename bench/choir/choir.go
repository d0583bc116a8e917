package choir

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Choir is all of a load's sound.
type Choir struct {
	pages, telephones *Row
	mu                sync.Mutex
	made              int
}

// New makes a choir whose pages sing one score and whose telephones another.
func New(pages, telephones *Score) (*Choir, error) {
	p, err := newRow(1, pages)
	if err != nil {
		return nil, err
	}
	t, err := newRow(2, telephones)
	if err != nil {
		p.close()
		return nil, err
	}
	return &Choir{pages: p, telephones: t}, nil
}

// Unlock has the lines speak every 20.037 ms instead of every 20. A profiler looks
// at the system's ticks, each some whole milliseconds after another: of packets
// that come in step with it, it would see the same few again and again. What is
// then said is two parts in a thousand slower than its timestamps say, which is
// too much for calls of many minutes.
func (c *Choir) Unlock() {
	c.pages.beat.Store(unlocked)
	c.telephones.beat.Store(unlocked)
}

// Close ends the sound. Calls are to be closed before.
func (c *Choir) Close() {
	c.pages.close()
	c.telephones.close()
}

// A Call is two lines that are partners.
type Call struct {
	Number          int
	Page, Telephone *Line
	page            *page
	plain           bool
}

// maxCalls is how many numbers there are.
const maxCalls = 8000

// Call makes the next two lines. A plain call's page speaks RTP, and no ICE.
func (c *Choir) Call(plain bool) (*Call, error) {
	c.mu.Lock()
	n := c.made % maxCalls
	c.made++
	c.mu.Unlock()
	call := &Call{Number: n, Page: c.pages.line(n), Telephone: c.telephones.line(n), plain: plain}
	call.Page.partner, call.Telephone.partner = call.Telephone, call.Page
	var err error
	if !plain {
		call.page, err = newPage(call.Page)
	}
	return call, err
}

// Offer is the page's.
func (c *Call) Offer() string {
	if c.plain {
		return c.Page.plain()
	}
	return c.page.offer()
}

// Connect takes the answer to it and returns when the page may sing.
func (c *Call) Connect(ctx context.Context, sdp string) error {
	a, err := ReadSDP(sdp)
	if err != nil {
		return err
	}
	if c.plain {
		c.Page.SetRemote(a.At, a.Codec, a.Payload)
		return nil
	}
	return c.page.connect(ctx, a)
}

// Stay shows that a page which does not sing still wants its call, as one that sings
// does by itself. It is asked for every few seconds (see consentEvery).
func (c *Call) Stay() error {
	g := c.page.ice.Load()
	if g == nil {
		return nil // it has no path yet that could be kept
	}
	return c.page.ask(g)
}

// Ring takes an offer to the telephone and returns its answer.
func (c *Call) Ring(sdp string) (answer string, err error) {
	a, err := ReadSDP(sdp)
	if err != nil {
		return "", err
	}
	c.Telephone.SetRemote(a.At, c.Telephone.score.Codec, c.Telephone.score.payload)
	return c.Telephone.plain(), nil
}

// Sing has both sing.
func (c *Call) Sing() {
	c.Page.Sing()
	c.Telephone.Sing()
}

// Listen hears both out, at the same time. Speech that is not found is looked
// for twice more: a sentence has pauses.
func (c *Call) Listen(ctx context.Context) (page, telephone Heard, err error) {
	var listening sync.WaitGroup
	var failed error
	listening.Go(func() { page, failed = c.Page.patiently(ctx) })
	telephone, err = c.Telephone.patiently(ctx)
	listening.Wait()
	if failed = errors.Join(err, failed); failed != nil {
		failed = fmt.Errorf("call %d: %w", c.Number, failed)
	}
	return page, telephone, failed
}

func (l *Line) patiently(ctx context.Context) (h Heard, err error) {
	for range 3 {
		within, done := context.WithTimeout(ctx, 10*time.Second)
		h, err = l.Listen(within)
		done()
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	return h, err
}

// Close ends the call's sound.
func (c *Call) Close() {
	c.Page.Hush()
	c.Telephone.Hush()
	if c.page != nil {
		c.page.close()
	}
	c.Page.row.forget(c.Page)
	c.Telephone.row.forget(c.Telephone)
}

// A Phase is what passed since the phase before.
type Phase struct {
	ToPages, ToTelephones Tally
	Behind                time.Duration // the most that a packet was sent after it was due
}

// Bad is how many of a hundred packets were late or lost, both ways.
func (p *Phase) Bad() float64 {
	t := Both(p.ToPages, p.ToTelephones)
	return t.Bad()
}

// PhaseOver returns what was counted, and begins the next phase.
func (c *Choir) PhaseOver() Phase {
	p, behind := c.pages.phaseOver()
	t, more := c.telephones.phaseOver()
	return Phase{p, t, max(behind, more)}
}
