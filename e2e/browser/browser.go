package browser

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/soundcheck"
)

// A Browser is one process, of Chromium or of Firefox.
type Browser struct{ make maker }

// A maker makes pages, in a fresh profile or in that of another page. What the
// page writes to its console is told.
type maker interface {
	page(beside driver, tell func(string)) (d driver, closePage func(), err error)
	// serve lets pages load what a server on this machine's loopback serves.
	serve(url string) error
}

// A Flag adds to Chromium's command line.
type Flag = chromedp.ExecAllocatorOption

// Beeping is a microphone that beeps once a second. Without a microphone flag
// the machine has none.
func Beeping() Flag { return chromedp.Flag("use-fake-device-for-media-stream", true) }

// Speaking is a microphone that says pcm, at soundcheck's rate, over and over;
// each page that opens it hears it from the beginning.
func Speaking(t testing.TB, pcm []int16) Flag {
	t.Helper()
	name := filepath.Join(t.TempDir(), "microphone.wav")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := soundcheck.WriteWAV(file, pcm, soundcheck.Rate); err != nil {
		t.Fatal(err)
	}
	return func(a *chromedp.ExecAllocator) {
		Beeping()(a)
		chromedp.Flag("use-file-for-fake-audio-capture", name)(a)
	}
}

// Start starts a Chromium that runs until the test has ended.
func Start(t testing.TB, flags ...Flag) *Browser {
	t.Helper()
	b, stop, err := Launch(flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return b
}

// Launch starts a Chromium for a package's tests, until stop is called.
func Launch(flags ...Flag) (b *Browser, stop func(), err error) {
	options := slices.Concat([]Flag{
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1000, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
	}, flags)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	stop = func() { closeBrowser(); stopAllocator() }
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, err
	}
	return &Browser{chromium{ctx}}, stop, nil
}

// Resolving lets the browser reach this machine's loopback under another name,
// as a page that is no secure one.
func Resolving(name string) Flag {
	return chromedp.Flag("host-resolver-rules", "MAP "+name+" 127.0.0.1")
}

// Serve lets the browser's pages load what a server on this machine's loopback serves.
func (b *Browser) Serve(url string) error { return b.make.serve(url) }
