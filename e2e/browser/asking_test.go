//go:build e2e

package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"webtrunk/e2e/browser"
)

// A page that is asked while it goes elsewhere, and one that has not drawn yet what it is
// asked of, are asked again.
func TestAPageIsAskedAgain(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>%s</title>`, r.URL.Path)
	}))
	t.Cleanup(site.Close)
	p := browser.Start(t).Open(t, site.URL+"/first", browser.Granted)
	p.Eventually("the next page, asked while this one goes", func() bool {
		return browser.Evaluate[string](p, `new Promise((told) => {
			if (document.title === "/first") location.href = "/next"; // and it is never told
			else told(document.title);
		})`) == "/next"
	})
	browser.Evaluate[bool](p, `(window.asked = 0, true)`)
	p.Eventually("what is drawn when it is asked for the third time", func() bool {
		return browser.Evaluate[string](p, `(() => {
			if (++asked === 3) document.body.append(Object.assign(document.createElement("p"), { innerText: "Drawn" }));
			return document.querySelector("p").innerText;
		})()`) == "Drawn"
	})
}
