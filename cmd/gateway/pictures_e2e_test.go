//go:build e2e

package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/e2e/browser"
)

// pictures has the tests take the pictures of the documentation:
//
//	go test -tags e2e -run 'TestTheConsole/(everyone|an_agent_(notes|hears))|TestTheBoard|TestTheAdminPage/everyone|TestVisitorsWait' -count 1 ./cmd/gateway -pictures ../../doc
var pictures = flag.String("pictures", "", "the folder to write pictures of pages into")

// picture takes a picture of a page as it is, if pictures are wanted.
func picture(t *testing.T, p *browser.Tab, name string) {
	t.Helper()
	if *pictures == "" {
		return
	}
	png, err := chromedp.Run(p.Context(), chromedp.FullScreenshot(100))
	keep(t, name, png, err)
}

// window takes a picture of what a visitor sees without scrolling.
func window(t *testing.T, p *browser.Tab, name string) {
	t.Helper()
	if *pictures == "" {
		return
	}
	p.Do(chromedp.EmulateViewport(900, 560))
	png, err := chromedp.Run(p.Context(), chromedp.CaptureScreenshot())
	keep(t, name, png, err)
}

func keep(t *testing.T, name string, png []byte, err error) {
	t.Helper()
	if err == nil {
		err = os.WriteFile(filepath.Join(*pictures, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
