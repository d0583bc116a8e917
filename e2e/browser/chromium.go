package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/dom"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromium is one process of it.
type chromium struct{ ctx context.Context }

// A chromiumPage is one of its pages.
type chromiumPage struct{ ctx context.Context }

func (c chromium) page(beside driver, tell func(string)) (driver, func(), error) {
	profile := chromedp.WithNewBrowserContext()
	if b, is := beside.(*chromiumPage); is {
		profile = chromedp.WithExistingBrowserContext(chromedp.FromContext(b.ctx).BrowserContextID)
	}
	ctx, closeTab := chromedp.NewContext(c.ctx, profile)
	if err := chromedp.Do(ctx); err != nil {
		closeTab()
		return nil, nil, err
	}
	p := &chromiumPage{ctx}
	var listening sync.WaitGroup
	listening.Go(func() { p.listen(tell) })
	return p, func() { closeTab(); listening.Wait() }, nil
}

// opened is the window that the page opens by what is done.
func (p *chromiumPage) opened(open func(), within time.Duration, tell func(string)) (*chromiumPage, func(), error) {
	own := chromedp.FromContext(p.ctx).Target.TargetID
	found := chromedp.WaitNewTarget(p.ctx, func(i *target.Info) bool { return i.Type == "page" && i.OpenerID == own })
	open()
	select {
	case id := <-found:
		ctx, closeTab := chromedp.NewContext(p.ctx, chromedp.WithTargetID(id))
		if err := chromedp.Do(ctx); err != nil {
			closeTab()
			return nil, nil, err
		}
		w := &chromiumPage{ctx}
		var listening sync.WaitGroup
		listening.Go(func() { w.listen(tell) })
		return w, func() { closeTab(); listening.Wait() }, nil
	case <-time.After(within):
		return nil, nil, errors.New("the page opened no window")
	}
}

// there reports whether the browser still has the page.
func (p *chromiumPage) there() bool {
	own := chromedp.FromContext(p.ctx).Target.TargetID
	all, err := chromedp.Targets(p.ctx)
	return err != nil || slices.ContainsFunc(all, func(i *target.Info) bool { return i.TargetID == own })
}

// serve: what this machine's loopback serves is Chromium's, too.
func (c chromium) serve(string) error { return nil }

func (p *chromiumPage) listen(tell func(string)) {
	for message, err := range chromedp.Console(p.ctx) {
		if err != nil {
			return
		}
		tell(message.String())
	}
}

func (p *chromiumPage) visit(url string) error { return chromedp.Do(p.ctx, chromedp.Navigate(url)) }

func (p *chromiumPage) reload() error { return chromedp.Do(p.ctx, chromedp.Reload()) }

func (p *chromiumPage) before(script string) error {
	_, err := chromedp.Call(p.ctx, cdppage.AddScriptToEvaluateOnNewDocument,
		cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return err
}

func (p *chromiumPage) permit(device string, setting Microphone) error {
	_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission:       &browser.PermissionDescriptor{Name: device},
		Setting:          setting,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	})
	return err
}

// evaluate runs a script, in the next page where this one goes away under it.
func (p *chromiumPage) evaluate(expression string) (value []byte, err error) {
	eventually(Patience/4, func() bool {
		value, err = chromedp.Run(p.ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
		return !errors.Is(goneFrom(err), errGone)
	})
	return value, err
}

func (p *chromiumPage) find(role, name string) ([]*accessibility.Node, error) {
	found, err := p.findIn(role, name)
	if errors.Is(goneFrom(err), errGone) {
		return nil, nil // the page goes to another one: that is not here yet
	}
	return found, err
}

func (p *chromiumPage) findIn(role, name string) ([]*accessibility.Node, error) {
	document, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return nil, err
	}
	return find(p.ctx, document.Result.ObjectID, role, name)
}

// goneFrom is errGone where Chromium tells that a page, or an element, is there no longer.
func goneFrom(err error) error {
	for _, how := range []string{
		"navigated or closed", "Cannot find context", "Execution context was destroyed", // the page
		"with given id", "detached", "box model", "layout object", // the element
	} {
		if err != nil && strings.Contains(err.Error(), how) {
			return fmt.Errorf("%w: %w", errGone, err)
		}
	}
	return err
}

// press presses the middle of an element with the mouse.
func (p *chromiumPage) press(n *accessibility.Node) error {
	_, err := chromedp.Call(p.ctx, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: n.BackendDOMNodeID})
	if err != nil {
		return goneFrom(err)
	}
	q, err := p.still(n)
	if err != nil {
		return goneFrom(err)
	}
	return chromedp.Do(p.ctx, chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2))
}

// still is where an element is once it stays in its place: on a page that is laid out anew
// meanwhile, what was pressed would be beside it.
func (p *chromiumPage) still(n *accessibility.Node) (now dom.Quad, err error) {
	eventually(Patience/4, func() bool {
		before := now
		var box dom.GetBoxModelResult
		if box, err = chromedp.Call(p.ctx, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: n.BackendDOMNodeID}); err != nil {
			return true
		}
		now = box.Model.Content
		return slices.Equal(before, now)
	})
	return now, err
}

func (p *chromiumPage) focus(n *accessibility.Node) error {
	_, err := chromedp.Call(p.ctx, dom.Focus, dom.FocusParams{BackendNodeID: n.BackendDOMNodeID})
	return goneFrom(err)
}

func (p *chromiumPage) typeText(text string) error {
	return chromedp.Do(p.ctx, chromedp.KeyEvent(text))
}
