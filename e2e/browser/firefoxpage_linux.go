package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
)

// firefox makes pages by WebDriver BiDi.
type firefox struct {
	bidi *bidi
	*Firefox
}

// A firefoxPage is one of its pages, or a frame in one.
type firefoxPage struct {
	firefox
	profile string // its user context
	context string
}

// breaches writes breaches of the page's policies to its console, where Chromium
// writes them by itself; of the icon that no page of a test names it writes nothing.
const breaches = `addEventListener("securitypolicyviolation", (e) => e.blockedURI.endsWith("/favicon.ico") ||
	console.error("Content Security Policy: " + e.violatedDirective + " forbids " + e.blockedURI));`

func (f firefox) page(beside driver, tell func(string)) (driver, func(), error) {
	p := &firefoxPage{firefox: f}
	closeProfile := func() {}
	if b, is := beside.(*firefoxPage); is {
		p.profile = b.profile
	} else {
		var made struct{ UserContext string }
		if err := f.bidi.command("browser.createUserContext", params{}, &made); err != nil {
			return nil, nil, err
		}
		p.profile = made.UserContext
		closeProfile = func() { _ = f.bidi.command("browser.removeUserContext", params{"userContext": p.profile}, nil) }
	}
	var made struct{ Context string }
	// A window of its own: what is behind another's is told that nobody sees it.
	if err := f.bidi.command("browsingContext.create", params{"type": "window", "userContext": p.profile}, &made); err != nil {
		closeProfile()
		return nil, nil, err
	}
	p.context = made.Context
	f.bidi.listen(p.context, tell)
	return p, func() {
		_ = f.bidi.command("browsingContext.close", params{"context": p.context}, nil)
		f.bidi.unlisten(p.context)
		closeProfile()
	}, p.before(breaches)
}

func (f firefox) serve(url string) error { return f.reach(url) }

func (p *firefoxPage) visit(url string) error {
	if err := p.serve(url); err != nil {
		return err
	}
	return p.bidi.command("browsingContext.navigate", params{"context": p.context, "url": url, "wait": "complete"}, nil)
}

func (p *firefoxPage) reload() error {
	return p.bidi.command("browsingContext.reload", params{"context": p.context, "wait": "complete"}, nil)
}

func (p *firefoxPage) before(script string) error {
	return p.bidi.command("script.addPreloadScript",
		params{"functionDeclaration": "() => {" + script + "}", "contexts": []string{p.context}}, nil)
}

func (p *firefoxPage) frame() (driver, error) {
	var tree struct {
		Contexts []struct {
			Children []struct{ Context string }
		}
	}
	if err := p.bidi.command("browsingContext.getTree", params{"root": p.context}, &tree); err != nil {
		return nil, err
	}
	inside := tree.Contexts[0].Children
	if len(inside) != 1 {
		return nil, errFrames(len(inside))
	}
	f := *p
	f.context = inside[0].Context
	return &f, nil
}

// permit: a Firefox that is driven asks nobody and grants everything; no command
// of BiDi changes that for the microphone.
func (p *firefoxPage) permit(device string, setting Microphone) error {
	if setting != Granted {
		return fmt.Errorf("Firefox cannot be told that the %s is %s", device, setting)
	}
	return nil
}

// An evaluated script is a value or an exception.
type evaluated struct {
	Type             string
	Result           remote
	ExceptionDetails struct{ Text string }
}

func (p *firefoxPage) script(expression string) (remote, error) {
	var e evaluated
	err := p.bidi.command("script.evaluate", params{"expression": expression, "awaitPromise": true, "target": params{"context": p.context}}, &e)
	return e.value(err)
}

func (p *firefoxPage) call(function string, n *accessibility.Node) error {
	_, err := p.ask(function, n)
	return err
}

// ask is what a function says of an element.
func (p *firefoxPage) ask(function string, n *accessibility.Node) (remote, error) {
	var e evaluated
	err := p.bidi.command("script.callFunction", params{"functionDeclaration": function, "awaitPromise": true,
		"arguments": []any{nodeOf(n)}, "target": params{"context": p.context}}, &e)
	return e.value(err)
}

func (e evaluated) value(err error) (remote, error) {
	if err == nil && e.Type != "success" {
		err = errors.New(e.ExceptionDetails.Text)
	}
	return e.Result, err
}

func (p *firefoxPage) evaluate(expression string) ([]byte, error) {
	r, err := p.script(expression)
	if err != nil || r.Type == "undefined" {
		return nil, err
	}
	v, err := r.plain()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expression, err)
	}
	return json.Marshal(v)
}

// roots are the document and what is in the shadow of its elements, where a
// search for elements does not go by itself.
const roots = `[document.documentElement, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)]`

func (p *firefoxPage) find(role, name string) ([]*accessibility.Node, error) {
	r, err := p.script(roots)
	var starts []remote
	if err == nil {
		err = json.Unmarshal(r.Value, &starts)
	}
	if err != nil {
		return nil, unlessGone(err)
	}
	var found []*accessibility.Node
	for _, start := range starts {
		var located struct{ Nodes []remote }
		value := params{"role": role}
		if name != "" {
			value["name"] = name
		}
		err := p.bidi.command("browsingContext.locateNodes", params{"context": p.context,
			"locator": params{"type": "accessibility", "value": value}, "startNodes": []any{params{"sharedId": start.SharedID}}}, &located)
		if err != nil {
			return nil, unlessGone(err)
		}
		for _, n := range located.Nodes {
			node := &accessibility.Node{NodeID: accessibility.NodeID(n.SharedID)}
			seen := slices.ContainsFunc(found, func(f *accessibility.Node) bool { return f.NodeID == node.NodeID })
			if !seen && p.call(visible, node) == nil {
				found = append(found, node)
			}
		}
	}
	return found, nil
}

// visible throws for what nobody sees.
const visible = `(e) => { if (!e.checkVisibility({ visibilityProperty: true })) throw "hidden"; }`

// goneFromFirefox is errGone where Firefox tells that a page, or an element, is there no longer.
func goneFromFirefox(err error) error {
	var b bidiError
	if errors.As(err, &b) && (b.code == "no such node" || b.code == "no such frame" || b.code == "stale element reference" || strings.Contains(b.message, "destroyed")) {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return err
}

// unlessGone is nil where the page goes to another one: what is looked for is not here yet.
func unlessGone(err error) error {
	if err = goneFromFirefox(err); errors.Is(err, errGone) {
		return nil
	}
	return err
}

func nodeOf(n *accessibility.Node) params { return params{"sharedId": string(n.NodeID)} }

// press presses the middle of an element with the mouse.
func (p *firefoxPage) press(n *accessibility.Node) error {
	if err := p.call(`(e) => e.scrollIntoView({ block: "nearest" })`, n); err != nil {
		return goneFromFirefox(err)
	}
	return p.perform("pointer", "mouse",
		params{"type": "pointerMove", "x": 0, "y": 0, "origin": params{"type": "element", "element": nodeOf(n)}},
		params{"type": "pointerDown", "button": 0}, params{"type": "pointerUp", "button": 0})
}

// still is where an element is once it is in sight and stays in its place.
const still = `async (e) => {
	e.scrollIntoView({ block: "nearest" });
	for (let before = "", same = 0; ; ) {
		const b = e.getBoundingClientRect();
		const now = JSON.stringify([b.x, b.y, b.width, b.height]);
		same = now === before ? same + 1 : 0;
		if (same === 10) return now;
		before = now;
		await new Promise(requestAnimationFrame);
	}
}`

// drag has the mouse for itself, in the window in front: a press that is held in another's is
// let go by whatever comes before it. It goes to the first place and waits until the element has noticed the mouse: what a busy
// browser shows, and where it takes a press to be, comes after its layout.
func (p *firefoxPage) drag(n *accessibility.Node, places [][2]float64) error {
	p.bidi.hand.Lock()
	defer p.bidi.hand.Unlock()
	if err := p.bidi.command("browsingContext.activate", params{"context": p.context}, nil); err != nil {
		return goneFromFirefox(err)
	}
	r, err := p.ask(still, n)
	if err != nil {
		return goneFromFirefox(err)
	}
	var text string
	var box [4]float64
	if err := errors.Join(json.Unmarshal(r.Value, &text), json.Unmarshal([]byte(text), &box)); err != nil {
		return err
	}
	to := func(at [2]float64) params {
		return params{"type": "pointerMove", "x": int(box[0] + at[0]*box[2]), "y": int(box[1] + at[1]*box[3])}
	}
	beside := places[0]
	beside[0] += 2 / box[2]
	if err := p.hover(n, to(beside), to(places[0])); err != nil {
		return err
	}
	actions := []params{{"type": "pointerDown", "button": 0}}
	for _, at := range places[1:] {
		actions = append(actions, to(at))
	}
	return p.act("pointer", "mouse", append(actions, params{"type": "pointerUp", "button": 0})...)
}

// hover moves the mouse until the element has noticed it.
func (p *firefoxPage) hover(n *accessibility.Node, moves ...params) error {
	for range 100 {
		if err := p.act("pointer", "mouse", moves...); err != nil {
			return err
		}
		r, err := p.ask(`async (e) => (await new Promise(requestAnimationFrame), String(e.matches(":hover")))`, n)
		if err != nil {
			return goneFromFirefox(err)
		}
		if string(r.Value) == `"true"` {
			return nil
		}
	}
	return errors.New("the element that is to be dragged over does not notice the mouse")
}

func (p *firefoxPage) focus(n *accessibility.Node) error {
	return goneFromFirefox(p.call(`(e) => e.focus()`, n))
}

func (p *firefoxPage) typeText(text string) error {
	var keys []params
	for _, key := range text {
		keys = append(keys, params{"type": "keyDown", "value": string(key)}, params{"type": "keyUp", "value": string(key)})
	}
	return p.perform("key", "keyboard", keys...)
}

func (p *firefoxPage) perform(kind, id string, actions ...params) error {
	p.bidi.hand.Lock()
	defer p.bidi.hand.Unlock()
	return p.act(kind, id, actions...)
}

func (p *firefoxPage) act(kind, id string, actions ...params) error {
	return p.bidi.command("input.performActions", params{"context": p.context,
		"actions": []params{{"type": kind, "id": id, "actions": actions}}}, nil)
}
