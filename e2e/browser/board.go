package browser

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A dragger is a page that moves the mouse over an element by itself.
type dragger interface {
	drag(over *accessibility.Node, places [][2]float64) error
}

// Drag draws with the mouse from place to place over an element: each is a share of its
// width and of its height. With one place it presses there.
func (p *Tab) Drag(role, name string, places ...[2]float64) {
	p.t.Helper()
	node := p.The(role, name)
	if own, is := p.by.(dragger); is {
		p.check(own.drag(node, places))
		return
	}
	_, err := chromedp.Call(p.Context(), dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	box, there := on[[4]float64](p, node, `function () { const b = this.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }`)
	if !there {
		p.t.Fatalf("the %s %q has gone", role, name)
	}
	mouse := func(kind input.DispatchMouseEventType, held int64, at [2]float64) {
		_, err := chromedp.Call(p.Context(), input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: box[0] + at[0]*box[2], Y: box[1] + at[1]*box[3], Button: input.MouseButtonLeft, Buttons: held, ClickCount: 1,
		})
		p.check(err)
	}
	mouse(input.DispatchMouseEventTypeMousePressed, 1, places[0])
	for _, at := range places[1:] {
		mouse(input.DispatchMouseEventTypeMouseMoved, 1, at)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, 0, places[len(places)-1])
}

// Upload chooses a file with a content in the field that a page has for one: one that it
// shows, else one that a button opens.
func (p *Tab) Upload(file string, content []byte) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), file)
	p.check(os.WriteFile(path, content, 0o600))
	field, err := chromedp.Call(p.Context(), runtime.Evaluate, runtime.EvaluateParams{Expression: `(() => {
		const all = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
		const fields = all(document).filter((e) => e.matches("input[type=file]"));
		return fields.find((e) => e.checkVisibility()) ?? fields[0];
	})()`})
	p.check(err)
	if field.Result.ObjectID == "" {
		p.t.Fatal("the page shows no field for a file")
	}
	_, err = chromedp.Call(p.Context(), dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: field.Result.ObjectID})
	p.check(err)
}

// Saved is the file that a press makes the page save, in base64.
func (p *Tab) Saved(press func()) string {
	p.t.Helper()
	Evaluate[bool](p, `(() => {
		const make = URL.createObjectURL;
		window.savedFile = "";
		URL.createObjectURL = (blob) => {
			blob.bytes().then((bytes) => (window.savedFile = bytes.toBase64()));
			URL.createObjectURL = make;
			return make.call(URL, blob);
		};
		return true;
	})()`)
	press()
	var file string
	p.Eventually("a file that is saved", func() bool {
		file = Evaluate[string](p, `window.savedFile`)
		return file != ""
	})
	return file
}
