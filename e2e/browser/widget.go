package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Call opens the panel, writes a number and calls it.
func (p *Tab) Call(number string) {
	p.t.Helper()
	if len(p.Find("textbox", "Telephone number")) == 0 {
		p.Click("button", "Call")
	}
	p.Write("Telephone number", number)
	p.Click("button", "Call")
}

// unprocessed sets the attribute as soon as there is a call button, before it may
// open the microphone.
const unprocessed = `{
	const all = () => document.querySelectorAll("webtrunk-call").forEach((e) => e.getAttribute("processing") || e.setAttribute("processing", "off"));
	all();
	new MutationObserver(all).observe(document, { childList: true, subtree: true });
}`

// Unprocessed has the call button send the microphone as it is, with no gain of the
// browser's and no suppression of noise, also when the page is loaded again.
func (p *Tab) Unprocessed() {
	p.t.Helper()
	p.check(p.by.before(unprocessed))
	p.run(unprocessed)
}

// Settled waits until the widget takes every press as meant: for a moment after
// a call has begun or ended it passes over second clicks.
func (p *Tab) Settled() {
	p.t.Helper()
	p.Eventually("buttons that have settled", func() bool {
		return Evaluate[bool](p, `![...document.querySelectorAll("webtrunk-call")].some((e) => e.shadowRoot?.querySelector(".settling"))`)
	})
}

// Text is what all elements of a role in the widget show; nothing on a page
// without one.
func (p *Tab) Text(role string) string {
	p.t.Helper()
	return Evaluate[string](p, fmt.Sprintf(
		`[...(document.querySelector("webtrunk-call")?.shadowRoot?.querySelectorAll("[role=%s]") ?? [])].map((e) => e.innerText).join(" ").trim()`, role))
}

// Says waits until the element with this role (status, alert, timer) contains a
// text.
func (p *Tab) Says(role, want string) {
	p.t.Helper()
	p.Eventually(fmt.Sprintf("the %s %q", role, want), func() bool { return strings.Contains(p.Text(role), want) })
}

// A State is what one webtrunk-state event told the page.
type State struct{ State, Call, Reason, Message string }

// Told returns everything that the page was told so far.
func (p *Tab) Told() []State {
	p.t.Helper()
	var all []State
	p.check(json.Unmarshal([]byte(Evaluate[string](p, "JSON.stringify(told)")), &all))
	return all
}

// Reached waits until the page was told of a state.
func (p *Tab) Reached(state string) State {
	p.t.Helper()
	var at State
	p.Eventually("the state "+state, func() bool {
		all := p.Told()
		i := slices.IndexFunc(all, func(s State) bool { return s.State == state })
		if i >= 0 {
			at = all[i]
		}
		return i >= 0
	})
	return at
}

// WantStates checks the whole story that the page was told.
func (p *Tab) WantStates(want ...string) {
	p.t.Helper()
	var got []string
	for _, s := range p.Told() {
		got = append(got, s.State)
	}
	if !slices.Equal(got, want) {
		p.t.Errorf("the page was told %q, want %q", got, want)
	}
}

// WantEnd waits for the end of the call and checks that it came once, with its
// reason. It returns the end.
func (p *Tab) WantEnd(reason string) State {
	p.t.Helper()
	p.Reached("ended")
	ends := slices.DeleteFunc(p.Told(), func(s State) bool { return s.State != "ended" })
	if len(ends) != 1 || ends[0].Reason != reason {
		p.t.Errorf("the call ended %+v, want once for %q", ends, reason)
	}
	return ends[0]
}

// Forget forgets what the page was told, for the call after this one.
func (p *Tab) Forget() {
	p.t.Helper()
	p.run(`void (told.length = 0)`)
}
