package browser

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// ByKeys has whoever uses this page put the mouse away: from now on Click and Write
// find what they are for by the tabulator and press keys. What cannot be used so, fails.
func (p *Tab) ByKeys() *Tab {
	p.keys = true
	return p
}

// Strike finds an element by the tabulator and presses it: a link by Enter, anything
// else by the space bar.
func (p *Tab) Strike(role, name string) {
	p.t.Helper()
	p.Reach(role, name)
	p.Settled()
	key := " "
	if role == "link" {
		key = "\r"
	}
	p.Do(chromedp.KeyEvent(key))
}

// Reach presses the tabulator, or backwards, and among neighbours that are one stop of it
// the arrows, until the focus is on the one element
// with a role and a name, and can be seen to be there.
func (p *Tab) Reach(role, name string) {
	p.t.Helper()
	p.Eventually(fmt.Sprintf("the focus on the %s %q", role, name), func() bool {
		node := p.The(role, name)
		for range 40 {
			next, there := on[string](p, node, nextKey)
			switch {
			case !there || next == "":
				return false // it was drawn anew, or takes no focus just now
			case next == "here":
				return p.marked(node)
			case next == "back":
				p.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
			default:
				p.Do(chromedp.KeyEvent(map[string]string{"on": kb.Tab, "up": kb.ArrowUp, "down": kb.ArrowDown}[next]))
			}
		}
		return false
	})
}

// marked reports whether a person can see that the focus is on an element: browsers
// and our styles mark it by a line around it, or around what it stands in.
func (p *Tab) marked(node *accessibility.Node) bool {
	p.t.Helper()
	seen, there := on[bool](p, node, focusShown)
	if there && !seen {
		p.t.Errorf("nothing shows that the focus is on %s", node.Name.Value)
	}
	return there
}

const (
	// nextKey is what to press to bring the focus nearer to an element; empty where
	// nothing does.
	nextKey = `function () {
		let at = document.activeElement;
		while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
		if (at === this) return "here";
		let stop = this;
		for (let up = this.parentElement; stop?.tabIndex < 0 && up; up = up.parentElement) {
			const all = [...up.querySelectorAll(this.localName)];
			if (all.includes(at)) return all.indexOf(at) < all.indexOf(this) ? "down" : "up";
			stop = all.find((e) => e.tabIndex >= 0) ?? this;
		}
		const everything = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? everything(e.shadowRoot) : [])]);
		const stops = everything(document).filter((e) => e === at || (e.tabIndex >= 0 && !e.disabled && e.checkVisibility()));
		const [from, to] = [stops.indexOf(at), stops.indexOf(stop)];
		return to < 0 ? "" : from <= to ? "on" : "back";
	}`

	// focusShown looks for a line or a shadow that is there with the focus.
	focusShown = `function () {
		for (let e = this; e; e = e.parentElement) {
			const s = getComputedStyle(e);
			if ((s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || (e.matches(":focus, :focus-within") && s.boxShadow !== "none")) return true;
			if (e !== this && e.matches("form, fieldset, section, main, body")) return false;
		}
		return false;
	}`
)

// on calls a function on an element; there is false where it is no longer one.
func on[T any](p *Tab, node *accessibility.Node, function string) (value T, there bool) {
	p.t.Helper()
	object, err := chromedp.Call(p.Context(), dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node.BackendDOMNodeID})
	if err != nil {
		return value, false
	}
	answer, err := chromedp.Call(p.Context(), runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		ObjectID: object.Object.ObjectID, FunctionDeclaration: function, ReturnByValue: new(true),
	})
	if !p.here(goneFrom(err)) {
		return value, false
	}
	if answer.ExceptionDetails != nil {
		p.check(fmt.Errorf("asked of an element: %s", answer.ExceptionDetails.Text))
	}
	p.check(json.Unmarshal([]byte(answer.Result.Value), &value))
	return value, true
}
