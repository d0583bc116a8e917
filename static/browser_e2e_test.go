//go:build e2e

package static

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
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

// patience is how long a page may take to come to a wanted state.
const patience = 15 * time.Second

// chromium starts one browser for the test. It is found as a person finds it:
// there are no switches that our pages know of.
func chromium(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := slices.Concat([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1000, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("host-resolver-rules", "MAP shop.example 127.0.0.1"),
	}, flags)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// fakeMicrophone beeps once a second.
var fakeMicrophone = chromedp.Flag("use-fake-device-for-media-stream", true)

// shared is the browser of all tests that need no other flags; each of them has
// its own profile in it.
var shared struct {
	sync.Once
	ctx  context.Context
	stop func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		shared.stop()
	}
	os.Exit(code)
}

func sharedChromium(t *testing.T) context.Context {
	t.Helper()
	shared.Do(func() {
		allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(),
			chromedp.ExecPath("/usr/bin/chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1000, 800), fakeMicrophone,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
			chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
			chromedp.Flag("host-resolver-rules", "MAP shop.example 127.0.0.1"))
		ctx, stop := chromedp.NewContext(allocator)
		shared.ctx, shared.stop = ctx, func() { stop(); stopAllocator() }
	})
	if err := chromedp.Do(shared.ctx); err != nil {
		t.Fatal(err)
	}
	return shared.ctx
}

// A tab is one open page.
type tab struct {
	t       *testing.T
	ctx     context.Context
	console struct {
		sync.Mutex
		lines []string
	}
}

// recordStates keeps what the widget tells the page, from before the page's
// own scripts run. sessionStorage carries it over a navigation.
const recordStates = `
	window.told = JSON.parse(sessionStorage.getItem("told") ?? "[]");
	addEventListener("webtrunk-state", (event) => {
		told.push(event.detail);
		sessionStorage.setItem("told", JSON.stringify(told));
	});`

// open opens a page in a fresh profile; microphone is granted, denied or prompt.
func open(t *testing.T, browserContext context.Context, url string, microphone browser.PermissionSetting) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browserContext, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	p := &tab{t: t, ctx: ctx}
	p.do(chromedp.Steps())
	p.permit(microphone)
	go p.listen()
	_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: recordStates})
	p.check(err)
	p.do(chromedp.Navigate(url))
	t.Cleanup(p.wantNoErrors)
	return p
}

func (p *tab) permit(setting browser.PermissionSetting) {
	p.t.Helper()
	_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission:       &browser.PermissionDescriptor{Name: "microphone"},
		Setting:          setting,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	})
	p.check(err)
}

func (p *tab) listen() {
	for message, err := range chromedp.Console(p.ctx) {
		if err != nil {
			return
		}
		p.console.Lock()
		p.console.lines = append(p.console.lines, message.String())
		p.console.Unlock()
	}
}

// wantNoErrors fails for every exception and every breach of a policy.
func (p *tab) wantNoErrors() {
	p.console.Lock()
	defer p.console.Unlock()
	for _, line := range p.console.lines {
		lower := strings.ToLower(line)
		for _, bad := range []string{"uncaught", "content security policy", "exception", "trusted"} {
			if strings.Contains(lower, bad) {
				p.t.Errorf("console: %s", line)
				break
			}
		}
	}
}

func (p *tab) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.check(chromedp.Do(p.ctx, steps...))
}

// find returns the visible elements with a role and a name, as assistive
// technology sees them.
func (p *tab) find(role, name string) []*accessibility.Node {
	document, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	p.check(err)
	found, err := chromedp.Call(p.ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		ObjectID: document.Result.ObjectID, AccessibleName: name, Role: role,
	})
	p.check(err)
	return slices.DeleteFunc(found.Nodes, func(n *accessibility.Node) bool { return n.Ignored })
}

// the returns the one element with a role and a name, when it is there.
func (p *tab) the(role, name string) *accessibility.Node {
	p.t.Helper()
	var found []*accessibility.Node
	p.eventually(fmt.Sprintf("one %s named %q", role, name), func() bool {
		found = p.find(role, name)
		return len(found) == 1
	})
	return found[0]
}

// click presses the middle of an element with the mouse.
func (p *tab) click(role, name string) {
	p.t.Helper()
	node := p.the(role, name)
	_, err := chromedp.Call(p.ctx, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	box, err := chromedp.Call(p.ctx, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	q := box.Model.Content
	p.do(chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2))
}

// write puts the focus on a field and types.
func (p *tab) write(name, text string) {
	p.t.Helper()
	node := p.the("textbox", name)
	_, err := chromedp.Call(p.ctx, dom.Focus, dom.FocusParams{BackendNodeID: node.BackendDOMNodeID})
	p.check(err)
	p.do(chromedp.KeyEvent(text))
}

func (p *tab) gone(role, name string) {
	p.t.Helper()
	p.eventually(fmt.Sprintf("no %s named %q", role, name), func() bool { return len(p.find(role, name)) == 0 })
}

// says waits until the element with this role (status, alert, timer) contains a text.
func (p *tab) says(role, want string) {
	p.t.Helper()
	p.eventually(fmt.Sprintf("the %s %q", role, want), func() bool { return strings.Contains(p.text(role), want) })
}

// text is what all elements of a role in the widget show.
func (p *tab) text(role string) string {
	p.t.Helper()
	return evaluate[string](p, fmt.Sprintf(
		`[...document.querySelector("webtrunk-call").shadowRoot.querySelectorAll("[role=%s]")].map((e) => e.innerText).join(" ").trim()`, role))
}

// eventually asks until it is so.
func (p *tab) eventually(what string, so func() bool) {
	p.t.Helper()
	again := time.NewTicker(25 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if so() {
			return
		}
	}
	p.t.Fatalf("the page never had %s; status %q, alert %q, told %+v", what, p.text("status"), p.text("alert"), p.states())
}

func evaluate[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	p.check(err)
	return value
}

// A told is one webtrunk-state event.
type told struct{ State, Call, Reason, Message string }

// states are all events so far.
func (p *tab) states() []told {
	p.t.Helper()
	var all []told
	p.check(json.Unmarshal([]byte(evaluate[string](p, "JSON.stringify(told)")), &all))
	return all
}

// wantStates checks the whole story that the page was told.
func (p *tab) wantStates(want ...string) {
	p.t.Helper()
	var got []string
	for _, s := range p.states() {
		got = append(got, s.State)
	}
	if !slices.Equal(got, want) {
		p.t.Errorf("the page was told %q, want %q", got, want)
	}
}

// ended waits for the end and checks that it comes once, with its reason.
func (p *tab) ended(reason string) told {
	p.t.Helper()
	var ends []told
	p.eventually("an end", func() bool {
		ends = slices.DeleteFunc(p.states(), func(s told) bool { return s.State != "ended" })
		return len(ends) > 0
	})
	if len(ends) != 1 || ends[0].Reason != reason {
		p.t.Errorf("the call ended %+v, want once for %q", ends, reason)
	}
	return ends[0]
}
