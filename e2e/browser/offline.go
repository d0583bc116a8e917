package browser

import (
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Unplug has the page's device say that it is not connected to any network. What the page
// has open is not cut by it.
func (p *Tab) Unplug() {
	p.t.Helper()
	_, err := chromedp.Call(p.Context(), network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	p.check(err)
	p.Eventually("a device without a network", func() bool { return Evaluate[bool](p, `!navigator.onLine`) })
}
