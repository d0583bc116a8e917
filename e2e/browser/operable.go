package browser

import (
	"slices"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/domdebugger"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Operable holds the page, as it is now, to what WCAG 2.1.1 asks: whatever listens to a
// mouse and can be seen takes the focus by the tabulator, or by the arrows among its
// neighbours, and hears keys.
func (p *Tab) Operable(when string) {
	p.t.Helper()
	document, err := chromedp.Call(p.Context(), runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	p.check(err)
	listeners, err := chromedp.Call(p.Context(), domdebugger.GetEventListeners, domdebugger.GetEventListenersParams{
		ObjectID: document.Result.ObjectID, Depth: new(int64(-1)), Pierce: new(true),
	})
	p.check(err)
	var pressed []cdp.BackendNodeID
	for _, l := range listeners.Listeners {
		switch {
		case l.Type == "keydown":
			p.judge(l.BackendNodeID, hearsKeys)
		case slices.Contains(mouseOnly, l.Type) && !slices.Contains(pressed, l.BackendNodeID):
			pressed = append(pressed, l.BackendNodeID)
		}
	}
	for _, node := range pressed {
		if wrong := p.judge(node, notOperable); wrong != "" {
			p.t.Errorf("%s: no key operates %s", when, wrong)
		}
	}
}

// mouseOnly are what a mouse alone causes, unless the browser makes it of keys.
var mouseOnly = []string{"click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"}

func (p *Tab) judge(node cdp.BackendNodeID, script string) string {
	p.t.Helper()
	found, _ := on[string](p, &accessibility.Node{BackendDOMNodeID: node}, script)
	return found
}

const (
	hearsKeys = `function () { this.hearsKeys = true; return ""; }`

	notOperable = `function () {
		if (this.nodeType !== Node.ELEMENT_NODE || !this.checkVisibility() || this.closest("[inert]") || this.disabled) return "";
		const named = this.outerHTML.slice(0, 160);
		const native = this.matches("button, a[href], input, select, textarea, summary, label");
		if (!native && !this.hearsKeys) return named + ": it hears no keys";
		if (this.matches("label") || this.tabIndex >= 0) return "";
		for (let up = this.parentNode; up; up = up.parentNode ?? up.host)
			if (up.hearsKeys && up.querySelector("[tabindex='0'], button:not([tabindex])")) return "";
		return named + ": the tabulator passes it over";
	}`
)
