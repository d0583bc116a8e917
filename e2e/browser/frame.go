package browser

import "fmt"

// Frame waits until the one frame of a page shows a call button, and returns it as a
// page of its own, whose person is the same.
func (p *Tab) Frame() *Tab {
	p.t.Helper()
	f := &Tab{t: p.t}
	p.Eventually("a frame with a call button", func() bool {
		by, err := p.by.frame()
		if err != nil || by == nil {
			return false
		}
		f.by = by
		raw, err := by.evaluate(`!!document.querySelector("webtrunk-call")?.shadowRoot`)
		return err == nil && string(raw) == "true"
	})
	return f
}

// errFrames is for pages of tests, which have one frame.
func errFrames(n int) error { return fmt.Errorf("the page has %d frames, want one", n) }
