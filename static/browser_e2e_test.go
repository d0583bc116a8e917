//go:build e2e

package static

import (
	"flag"
	"os"
	"sync"
	"testing"

	"webtrunk/e2e/browser"
)

// shared is the browser of all tests that need no other flags; each of them has
// its own profile in it.
var shared struct {
	sync.Once
	*browser.Browser
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("4") // they wait for pages more than for a processor
	}
	code := m.Run()
	if shared.stop != nil {
		shared.stop()
	}
	os.Exit(code)
}

func sharedChromium(t *testing.T) *browser.Browser {
	t.Helper()
	shared.Do(func() {
		shared.Browser, shared.stop, shared.err = browser.Launch(browser.Beeping(), browser.Resolving("shop.example"))
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.Browser
}

// A tab is one open page, as this package's tests look at it.
type tab struct {
	*browser.Tab
	t *testing.T
}

// open opens a page in a fresh profile.
func open(t *testing.T, b *browser.Browser, url string, microphone browser.Microphone) *tab {
	t.Helper()
	return &tab{b.Open(t, url, microphone), t}
}

func evaluate[T any](p *tab, expression string) T {
	p.t.Helper()
	return browser.Evaluate[T](p.Tab, expression)
}
