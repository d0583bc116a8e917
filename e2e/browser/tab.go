package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// Patience is how long a page may take to come to a wanted state: more than ten
// times what it takes on a machine that has other things to do.
const Patience = 40 * time.Second

// SoundBack is within what time a call's sound is to be back when its page's path
// has fallen away. A test allows ten times as much; go run ./bench back measures.
const SoundBack = 5 * time.Second

// A Microphone says whether a page may use the microphone.
type Microphone = browser.PermissionSetting

// What a person may have chosen.
const (
	Granted Microphone = browser.PermissionSettingGranted
	Denied  Microphone = browser.PermissionSettingDenied
)

// A Tab is one open page. A test that it fails ends at once.
type Tab struct {
	t  testing.TB
	by driver

	close  func()    // once
	keys   bool      // pressed and written by the keyboard alone
	chose  time.Time // when it last chose from a list so
	asking int       // within how many things that are asked until they are so

	mu      sync.Mutex
	console []string
}

// A driver moves one page of one make of browser.
type driver interface {
	visit(url string) error
	reload() error
	// before runs a script in each page that is visited, before the page's own.
	before(script string) error
	permit(device string, setting Microphone) error
	// evaluate returns what an expression is, a promise what it is kept with, as JSON;
	// nothing for what is undefined.
	evaluate(expression string) ([]byte, error)
	find(role, name string) ([]*accessibility.Node, error)
	press(*accessibility.Node) error
	// focus puts the focus on an element, and type writes where the focus is.
	focus(*accessibility.Node) error
	typeText(text string) error
	// frame is the page's one frame, as a page.
	frame() (driver, error)
}

// Open opens a page in a fresh profile and closes it when the test has ended.
// Exceptions in it and breaches of its policies fail the test.
func (b *Browser) Open(t testing.TB, url string, microphone Microphone) *Tab {
	t.Helper()
	return b.open(t, url, microphone, nil)
}

// Beside opens another tab of the same person: with the page's own profile, its
// cookies and what it keeps.
func (b *Browser) Beside(p *Tab, url string, microphone Microphone) *Tab {
	p.t.Helper()
	return b.open(p.t, url, microphone, p.by)
}

func (b *Browser) open(t testing.TB, url string, microphone Microphone, beside driver) *Tab {
	t.Helper()
	p := &Tab{t: t}
	by, closeTab, err := b.make.page(beside, p.tell)
	p.check(err)
	p.by = by
	p.close = sync.OnceFunc(func() { closeTab(); p.wantNoErrors() })
	t.Cleanup(p.close)
	p.Permit(microphone)
	p.check(by.before(watching))
	p.check(by.visit(url))
	return p
}

// Opens returns the window that a page of Chromium opens by what is done. It is loaded
// once more, to be watched from its beginning.
func (p *Tab) Opens(open func()) *Tab {
	p.t.Helper()
	page, is := p.by.(*chromiumPage)
	if !is {
		p.t.Fatal("only Chromium tells which windows a page opens")
	}
	w := &Tab{t: p.t}
	by, closeTab, err := page.opened(open, Patience, w.tell)
	p.check(err)
	w.by = by
	w.close = sync.OnceFunc(func() { closeTab(); w.wantNoErrors() })
	p.t.Cleanup(w.close)
	w.check(by.before(watching))
	w.Do(chromedp.Reload())
	return w
}

// Shuts waits until a window has closed itself.
func (p *Tab) Shuts() {
	p.t.Helper()
	page, is := p.by.(*chromiumPage)
	if !is {
		p.t.Fatal("only Chromium tells which windows there are")
	}
	if !eventually(Patience, func() bool { return !page.there() }) {
		p.t.Fatal("the window is still open")
	}
}

// Reload loads the page anew.
func (p *Tab) Reload() {
	p.t.Helper()
	p.check(p.by.reload())
}

// Close closes the page as a person does who has had enough.
func (p *Tab) Close() { p.close() }

// Permit changes whether the page may use the microphone.
func (p *Tab) Permit(setting Microphone) {
	p.t.Helper()
	p.permit("microphone", setting)
}

// PermitCamera changes whether the page may use the camera.
func (p *Tab) PermitCamera(setting Microphone) {
	p.t.Helper()
	p.permit("camera", setting)
}

// PermitNotifications changes whether the page may show notifications of the system.
func (p *Tab) PermitNotifications(setting Microphone) {
	p.t.Helper()
	p.permit("notifications", setting)
}

func (p *Tab) permit(device string, setting Microphone) {
	p.t.Helper()
	p.check(p.by.permit(device, setting))
}

// tell takes down what the page writes to its console.
func (p *Tab) tell(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.console = append(p.console, line)
}

func (p *Tab) wantNoErrors() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.console {
		lower := strings.ToLower(line)
		bad := func(word string) bool { return strings.Contains(lower, word) }
		if slices.ContainsFunc([]string{"uncaught", "content security policy", "exception", "trusted"}, bad) {
			p.t.Errorf("console: %s", line)
		}
	}
}

// Context is for what has no method here and Chromium alone can do.
func (p *Tab) Context() context.Context {
	p.t.Helper()
	c, is := p.by.(*chromiumPage)
	if !is {
		p.t.Fatal("Chromium alone can do this")
	}
	return c.ctx
}

// Do carries out steps that Chromium alone can.
func (p *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.check(chromedp.Do(p.Context(), steps...))
}

// Set sets an attribute of the call button, as a site's author would.
func (p *Tab) Set(attribute, value string) {
	p.t.Helper()
	p.run(fmt.Sprintf(`document.querySelector("webtrunk-call").setAttribute(%q, %q)`, attribute, value))
}

// Evaluate runs a script in the page and returns its value. A promise is
// waited for.
func Evaluate[T any](p *Tab, expression string) T {
	p.t.Helper()
	var value T
	raw, err := p.by.evaluate(expression)
	p.check(err)
	if kind := reflect.TypeFor[T]().Kind(); (raw == nil || string(raw) == "null") && kind != reflect.Pointer && kind != reflect.Slice && kind != reflect.Map {
		p.check(fmt.Errorf("%s is nothing", expression))
	}
	if raw != nil {
		p.check(json.Unmarshal(raw, &value))
	}
	return value
}

// run runs a script in the page.
func (p *Tab) run(script string) {
	p.t.Helper()
	_, err := p.by.evaluate(script)
	p.check(err)
}

// Find returns the visible elements with a role and a name, as assistive
// technology sees them.
func (p *Tab) Find(role, name string) []*accessibility.Node {
	p.t.Helper()
	found, err := p.by.find(role, name)
	p.check(err)
	return found
}

// The waits until there is exactly one element with a role and a name.
func (p *Tab) The(role, name string) *accessibility.Node {
	p.t.Helper()
	var found []*accessibility.Node
	p.Eventually(fmt.Sprintf("one %s named %q", role, name), func() bool {
		found = p.Find(role, name)
		return len(found) == 1
	})
	return found[0]
}

// Gone waits until there is no element with a role and a name.
func (p *Tab) Gone(role, name string) {
	p.t.Helper()
	p.Eventually(fmt.Sprintf("no %s named %q", role, name), func() bool { return len(p.Find(role, name)) == 0 })
}

// Click presses the middle of an element with the mouse, as late after the last
// change of buttons as a person would.
func (p *Tab) Click(role, name string) {
	p.t.Helper()
	if p.keys {
		p.Strike(role, name)
		return
	}
	p.Eventually(fmt.Sprintf("a %s named %q that stays for a press", role, name), func() bool {
		node := p.The(role, name)
		p.Settled()
		return p.here(p.by.press(node))
	})
}

// Write puts the focus on a text field, selects what is in it and types.
func (p *Tab) Write(name, text string) {
	p.t.Helper()
	if p.keys {
		p.Reach("textbox", name)
	} else {
		p.Eventually(fmt.Sprintf("the focus in the field %q", name), func() bool {
			return p.here(p.by.focus(p.The("textbox", name)))
		})
	}
	p.run(`document.execCommand("selectAll")`)
	p.check(p.by.typeText(text))
}

// typeAhead is for how long a list takes what is written to go on with what was.
const typeAhead = 1100 * time.Millisecond

// Choose has a list show the option of a value; by keys, by writing its text.
func (p *Tab) Choose(list, value string) {
	p.t.Helper()
	of := p.The("combobox", list)
	if p.keys {
		p.chooseByKeys(of, list, value)
		return
	}
	// A page may show what was before until what was chosen is so.
	if has, there := on[bool](p, of, fmt.Sprintf(`function () {
		this.value = %[1]q;
		const has = this.value === %[1]q;
		this.dispatchEvent(new Event("change", { bubbles: true }));
		return has;
	}`, value)); !there || !has {
		p.t.Fatalf("%s has no %q", list, value)
	}
}

func (p *Tab) chooseByKeys(of *accessibility.Node, list, value string) {
	p.t.Helper()
	p.Reach("combobox", list)
	text, _ := on[string](p, of, fmt.Sprintf(`function () { return [...this.options].find((o) => o.value === %q)?.text ?? "" }`, value))
	time.Sleep(time.Until(p.chose.Add(typeAhead)))
	p.Do(chromedp.KeyEvent(text))
	p.chose = time.Now()
	p.Eventually(fmt.Sprintf("%q chosen in %s", value, list), func() bool {
		chosen, there := on[string](p, of, `function () { return this.value }`)
		return !there || chosen == value // not there: the page goes elsewhere for it
	})
}
