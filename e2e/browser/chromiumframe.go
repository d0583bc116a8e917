package browser

import (
	"context"
	"errors"
	"slices"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Together keeps a page's frames in the page's process, where Frame finds them.
func Together() Flag {
	return func(a *chromedp.ExecAllocator) {
		chromedp.Flag("disable-site-isolation-trials", true)(a)
		chromedp.Flag("disable-features", "IsolateOrigins,site-per-process,IsolateSandboxedIframes")(a)
	}
}

// A chromiumFrame is a frame in a page of Chromium: the document in it stands for it.
type chromiumFrame struct {
	chromiumPage
	document runtime.RemoteObjectID
}

func (p *chromiumPage) frame() (driver, error) {
	root, err := chromedp.Call(p.ctx, dom.GetDocument, dom.GetDocumentParams{Depth: new(int64(-1)), Pierce: new(true)})
	if err != nil {
		return nil, err
	}
	inside := documentsIn(root.Root)
	if len(inside) != 1 {
		return nil, errFrames(len(inside))
	}
	object, err := chromedp.Call(p.ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: inside[0].BackendNodeID})
	if err != nil {
		return nil, err
	}
	return &chromiumFrame{*p, object.Object.ObjectID}, nil
}

// documentsIn are those of the frames in a document.
func documentsIn(n *cdp.Node) (all []*cdp.Node) {
	if n.ContentDocument != nil {
		all = append(all, n.ContentDocument)
	}
	for _, child := range n.Children {
		all = append(all, documentsIn(child)...)
	}
	return all
}

func (f *chromiumFrame) evaluate(expression string) ([]byte, error) {
	answer, err := chromedp.Call(f.ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		ObjectID: f.document, FunctionDeclaration: "function () { return (" + expression + "); }",
		ReturnByValue: new(true), AwaitPromise: new(true),
	})
	if err != nil {
		return nil, err
	}
	if answer.ExceptionDetails != nil {
		return nil, errors.New(answer.ExceptionDetails.Text)
	}
	return answer.Result.Value, nil
}

func (f *chromiumFrame) find(role, name string) ([]*accessibility.Node, error) {
	return find(f.ctx, f.document, role, name)
}

// find looks in a document.
func find(ctx context.Context, document runtime.RemoteObjectID, role, name string) ([]*accessibility.Node, error) {
	found, err := chromedp.Call(ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		ObjectID: document, AccessibleName: name, Role: role,
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found.Nodes, func(n *accessibility.Node) bool { return n.Ignored }), nil
}
