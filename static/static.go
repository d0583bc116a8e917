// Package static holds the web pages of the gateway, embedded: the call button
// that sites put on their pages, and the pages of the demo.
//
// The sources are TypeScript in src and templates in pages; static/build makes
// dist of them, and dist is committed, so that building the server needs no
// other tool. This package serves dist and never compiles anything.
//
// It promises that /v1/widget.js is always the newest widget, that the address
// which Widget returns never changes its content, that no page of ours runs or
// styles anything that did not come as a file from this server, and that every
// page is in English, Chinese or Arabic: as its reader has chosen, else as the
// browser asks. What the gateway makes itself has its words in words_en.go and
// beside it; what pages say by script, in catalogues of their own in src.
package static

import (
	"context"
	"net/http"
)

// Demo is what the demo's pages are made with. Its key and reference are
// public by nature; AgentToken lets whoever opens /desk take calls.
type Demo struct {
	Key       string // publishable widget key (pk_…) for visitors
	Reference string // whom the shop's call button calls (ref_…)
	Numbers   []Number

	Queue string // reference of the queue that the cart calls (ref_…)
	Echo  string // a number that says back what it hears

	Advice  string                                                 // reference of the line that costs money (ref_…); may be empty
	Signing func(context.Context) (caller, member string, _ error) // client tokens of the demo's customer, for one load of the page: to call, and to sign in

	AgentKey    string // key of the page that takes calls
	AgentToken  string // what entitles it to
	AgentNumber string // the number that rings there; may be empty
}

// A Number is one line of the demo's table: what can be dialled, and what
// happens then.
type Number struct {
	Number string // E.164, such as +15550100101
	Says   string // a sentence for the person
}

// Handler serves the widget under /v1/, and the demo's pages when demo is not
// nil: the shop at / with its cart and its advice, a dialler at /phone, and at /desk a page that
// takes calls. Without a demo, / says how to embed the widget. At /monitor is the page
// for those who log in to see what runs, at /console the one for those who log in
// to take calls, at /admin the one where they are set up, and at /member the one of who
// calls and pays for it.
//
// At /pop-out is the window that a site's call can move to.
//
// It leaves /v1/ws and every other address to its caller's mux: unknown ones
// are 404 here.
func Handler(demo *Demo) http.Handler {
	mux := http.NewServeMux()
	for path, asset := range assets {
		mux.Handle("GET "+path, asset)
	}
	mux.Handle("GET /monitor", page{"monitor.html", fixed(view{Title: "title.monitor", Demo: demo})})
	mux.Handle("GET /console", page{"console.html", fixed(view{Title: "title.console", Demo: demo})})
	mux.Handle("GET /admin", page{"admin.html", fixed(view{Title: "title.admin", Demo: demo})})
	mux.Handle("GET /member", page{"member.html", fixed(view{Title: "title.member", Demo: demo})})
	mux.Handle("GET /pop-out", page{"popout.html", fixed(view{})})
	if demo == nil {
		mux.Handle("GET /{$}", page{"gateway.html", startPage})
		return mux
	}
	for path, name := range map[string]string{"/{$}": "shop", "/phone": "phone", "/video": "video", "/desk": "desk", "/cart": "cart"} {
		mux.Handle("GET "+path, page{name + ".html", fixed(view{Title: "title." + name, Page: name, Demo: demo})})
	}
	if demo.Advice != "" {
		mux.Handle("GET /advice", page{"advice.html", advised(demo)})
	}
	return mux
}
