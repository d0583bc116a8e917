package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/dom"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
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
	t   testing.TB
	ctx context.Context

	close func() // once
	keys  bool   // pressed and written by the keyboard alone

	mu      sync.Mutex
	console []string
}

// Open opens a page in a fresh profile and closes it when the test has ended.
// Exceptions in it and breaches of its policies fail the test.
func (b *Browser) Open(t testing.TB, url string, microphone Microphone) *Tab {
	t.Helper()
	return b.open(t, url, microphone, chromedp.WithNewBrowserContext())
}

// Beside opens another tab of the same person: with the page's own profile, its
// cookies and what it keeps.
func (b *Browser) Beside(p *Tab, url string, microphone Microphone) *Tab {
	p.t.Helper()
	return b.open(p.t, url, microphone, chromedp.WithExistingBrowserContext(chromedp.FromContext(p.ctx).BrowserContextID))
}

func (b *Browser) open(t testing.TB, url string, microphone Microphone, profile chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, profile)
	p := &Tab{t: t, ctx: ctx}
	p.Do()
	p.Permit(microphone)
	var listening sync.WaitGroup
	listening.Go(p.listen)
	p.close = sync.OnceFunc(func() { closeTab(); listening.Wait(); p.wantNoErrors() })
	t.Cleanup(p.close)
	_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument,
		cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: watching})
	p.check(err)
	p.Do(chromedp.Navigate(url))
	return p
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
	_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission:       &browser.PermissionDescriptor{Name: device},
		Setting:          setting,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	})
	p.check(err)
}

func (p *Tab) listen() {
	for message, err := range chromedp.Console(p.ctx) {
		if err != nil {
			return
		}
		p.mu.Lock()
		p.console = append(p.console, message.String())
		p.mu.Unlock()
	}
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

func (p *Tab) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// Context is for what has no method here.
func (p *Tab) Context() context.Context { return p.ctx }

// Do carries out steps.
func (p *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.check(chromedp.Do(p.ctx, steps...))
}

// Set sets an attribute of the call button, as a site's author would.
func (p *Tab) Set(attribute, value string) {
	p.t.Helper()
	p.Do(chromedp.SetAttributeValue(chromedp.CSS("webtrunk-call"), attribute, value))
}

// Evaluate runs a script in the page and returns its value. A promise is
// waited for.
func Evaluate[T any](p *Tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	p.check(err)
	return value
}

// Find returns the visible elements with a role and a name, as assistive
// technology sees them.
func (p *Tab) Find(role, name string) []*accessibility.Node {
	p.t.Helper()
	document, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	p.check(err)
	found, err := chromedp.Call(p.ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		ObjectID: document.Result.ObjectID, AccessibleName: name, Role: role,
	})
	if err != nil && strings.Contains(err.Error(), "navigated") {
		return nil // the page goes to another one: that is not here yet
	}
	p.check(err)
	return slices.DeleteFunc(found.Nodes, func(n *accessibility.Node) bool { return n.Ignored })
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
	node := p.The(role, name)
	p.Settled()
	_, err := chromedp.Call(p.ctx, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	box, err := chromedp.Call(p.ctx, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	q := box.Model.Content
	p.Do(chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2))
}

// Write puts the focus on a text field, selects what is in it and types.
func (p *Tab) Write(name, text string) {
	p.t.Helper()
	if p.keys {
		p.Reach("textbox", name)
	} else {
		node := p.The("textbox", name)
		_, err := chromedp.Call(p.ctx, dom.Focus, dom.FocusParams{BackendNodeID: node.BackendDOMNodeID})
		p.check(err)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](`document.execCommand("selectAll")`), chromedp.KeyEvent(text))
}

// Choose has a list show the option of a value; by keys, by writing its text.
func (p *Tab) Choose(list, value string) {
	p.t.Helper()
	of := p.The("combobox", list)
	if p.keys {
		p.Reach("combobox", list)
		text, _ := on[string](p, of, fmt.Sprintf(`function () { return [...this.options].find((o) => o.value === %q)?.text ?? "" }`, value))
		p.Do(chromedp.KeyEvent(text))
	} else {
		on[bool](p, of, fmt.Sprintf(`function () { this.value = %q; return this.dispatchEvent(new Event("change", { bubbles: true })) }`, value))
	}
	if chosen, there := on[string](p, of, `function () { return this.value }`); there && chosen != value {
		p.t.Fatalf("%s shows %q, want %q", list, chosen, value)
	}
}

// Eventually asks until it is so.
func (p *Tab) Eventually(what string, so func() bool) {
	p.t.Helper()
	p.within(Patience, what, so)
}

// ComesBack asks until sound is so again, for ten times SoundBack, and returns how
// long that took.
func (p *Tab) ComesBack(what string, so func() bool) time.Duration {
	p.t.Helper()
	begin := time.Now()
	p.within(10*SoundBack, what, so)
	return time.Since(begin)
}

func (p *Tab) within(patience time.Duration, what string, so func() bool) {
	p.t.Helper()
	again := time.NewTicker(25 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if so() {
			return
		}
	}
	shown := Evaluate[string](p, `document.body.innerText.slice(0, 1000)`)
	p.t.Fatalf("the page never had %s; status %q, alert %q, told %+v; it shows %q", what, p.Text("status"), p.Text("alert"), p.Told(), shown)
}
