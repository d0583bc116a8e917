package install

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"webtrunk"
)

// Bounds of one look at a page.
const (
	longestURL    = 2048
	longestPage   = 2 << 20
	longestHeader = 64 << 10
	mostRedirects = 5
	patience      = 15 * time.Second
	mostAtOnce    = 8
	mostOfOne     = 2 // of those, for one account: nobody keeps all others from looking
)

// A Reader fetches pages. Make it with NewReader.
type Reader struct {
	allow  func(netip.Addr) error
	plain  bool
	own    site
	client *http.Client
	turns  chan struct{} // one for each look that runs

	mu      sync.Mutex
	looking map[webtrunk.AccountID]int // how many looks run for whom
}

// NewReader returns a reader that dials the addresses for which allow returns
// nil, by HTTPS, or by plain HTTP too. The gateway's own pages, which are those of the
// origin own such as https://calls.example.com, it reads wherever they are.
func NewReader(allow func(netip.Addr) error, plain bool, own string) *Reader {
	r := &Reader{allow: allow, plain: plain, own: siteAt(own), turns: make(chan struct{}, mostAtOnce), looking: map[webtrunk.AccountID]int{}}
	r.client = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: r.dial, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: longestHeader,
		},
		CheckRedirect: r.follow,
	}
	return r
}

// dial connects to what a URL names. Only the gateway's own site may be at an address
// that is not allowed: whoever asks for its pages gets them anyway.
func (r *Reader) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if address != r.own.address {
		dialer.Control = r.control
	}
	return dialer.DialContext(ctx, network, address)
}

// control is the dialer's last word: it sees the address that the connection is
// about to go to, after every name has been resolved. It does not repeat it: what the
// names of our own network stand for is nobody's business.
func (r *Reader) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err == nil {
		err = r.allow(to.Addr())
	}
	if err != nil {
		return refused("What the page's name leads to is not a public address, so the gateway does not look at it. Check the page where it is published, or have the operator allow the network (webhooks.allow_networks).")
	}
	return nil
}

// follow looks at each address that a server sends us on to.
func (r *Reader) follow(next *http.Request, before []*http.Request) error {
	if len(before) > mostRedirects {
		return refused("The page's server leads on and on. Write the address that the page has in the end.")
	}
	return r.checkURL(next.URL)
}

// Read fetches a page for an account.
func (r *Reader) Read(ctx context.Context, whose webtrunk.AccountID, address string) (Page, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || len(address) > longestURL || u.Hostname() == "" {
		return Page{}, invalid("This is no address of a page. Write it as https://shop.example/contact.")
	}
	if err := r.checkURL(u); err != nil {
		return Page{}, err
	}
	done, ok := r.turn(whose)
	if !ok {
		return Page{}, &webtrunk.Error{Op: "page", Kind: webtrunk.Exhausted, Retry: patience, Message: "Many pages are being looked at. Try again in a few seconds."}
	}
	defer done()
	return r.fetch(ctx, u)
}

// turn lets an account look at a page, where neither it nor all together look at too
// many already.
func (r *Reader) turn(whose webtrunk.AccountID) (done func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.looking[whose] >= mostOfOne {
		return nil, false
	}
	select {
	case r.turns <- struct{}{}:
	default:
		return nil, false
	}
	r.looking[whose]++
	return func() { r.left(whose) }, true
}

func (r *Reader) left(whose webtrunk.AccountID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	<-r.turns
	if r.looking[whose]--; r.looking[whose] == 0 {
		delete(r.looking, whose)
	}
}

func (r *Reader) checkURL(u *url.URL) error {
	switch {
	case u.Scheme == "http" && !r.plain && siteOf(u) != r.own:
		return invalid("The page comes without HTTPS, and browsers give the microphone to secure pages only. Serve it by https://, then check again.")
	case u.Scheme != "https" && u.Scheme != "http":
		return invalid("A page's address begins with https://.")
	case u.User != nil:
		return invalid("The address must not contain a user name or password: visitors have none.")
	}
	return nil
}

func (r *Reader) fetch(ctx context.Context, u *url.URL) (p Page, err error) {
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	u.Fragment = ""
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return p, invalid("This is no address of a page. Write it as https://shop.example/contact.")
	}
	request.Header.Set("Accept", "text/html,application/xhtml+xml;q=0.9")
	request.Header.Set("User-Agent", "Webtrunk-Install-Check/1")
	answer, err := r.client.Do(request)
	if err != nil {
		return p, unreadable(err)
	}
	defer answer.Body.Close()
	p = Page{URL: answer.Request.URL, Status: answer.StatusCode, Header: answer.Header}
	if p.Body, err = io.ReadAll(io.LimitReader(answer.Body, longestPage+1)); err != nil {
		return p, unreadable(err)
	}
	if p.Cut = len(p.Body) > longestPage; p.Cut {
		p.Body = p.Body[:longestPage]
	}
	return p, nil
}

// unreadable says why a page could not be fetched, and nothing of our own network.
func unreadable(err error) error {
	var own *webtrunk.Error
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &dns) && dns.IsNotFound:
		return invalid(fmt.Sprintf("The name %q is not in the DNS. Check the address.", shortened(dns.Name)))
	case errors.As(err, &certificate):
		return invalid("The certificate of the page's server is not valid, so browsers warn of it and give it no microphone. Mend the certificate first.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return unreachable(fmt.Sprintf("The page's server did not answer within %d seconds.", int(patience.Seconds())))
	}
	return unreachable("The page's server could not be reached from the gateway. Open the address in a browser to see whether it is right.")
}

func invalid(message string) error {
	return &webtrunk.Error{Op: "page", Kind: webtrunk.Invalid, Message: message}
}

func refused(message string) error {
	return &webtrunk.Error{Op: "page", Kind: webtrunk.Forbidden, Message: message}
}

func unreachable(message string) error {
	return &webtrunk.Error{Op: "page", Kind: webtrunk.Unsupported, Message: message}
}
