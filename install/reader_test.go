package install

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"webtrunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// here allows this machine, and nobody else.
func here(a netip.Addr) error {
	if a.Unmap().IsLoopback() {
		return nil
	}
	return errors.New("elsewhere")
}

func nowhere(netip.Addr) error { return errors.New("not public") }

// serve is a site whose pages are told by their path.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>hello")
	})
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, longestPage+10)) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/in-the-end", http.StatusFound) })
	mux.HandleFunc("/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", longestHeader+10))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestAPageIsReadToItsBoundAndWhereItIsInTheEnd(t *testing.T) {
	s := serve(t)
	r := NewReader(here, true, "")
	p, err := r.Read(context.Background(), "acct_shop", " "+s.URL+"/away#part ")
	if err != nil || p.Status != 200 || p.URL.Path != "/in-the-end" || string(p.Body) != "<p>hello" || p.Cut {
		t.Errorf("the page is %+v: %v", p, err)
	}
	p, err = r.Read(context.Background(), "acct_shop", s.URL+"/long")
	if err != nil || len(p.Body) != longestPage || !p.Cut {
		t.Errorf("of a long page %d bytes are read, cut %v: %v", len(p.Body), p.Cut, err)
	}
}

func TestWhatIsNotForUsIsNotAsked(t *testing.T) {
	s := serve(t)
	for address, want := range map[string]string{
		"":                                      "no address of a page",
		"shop.example":                          "no address of a page",
		"ftp://shop.example/":                   "begins with https://",
		"https://u:p@shop.example/":             "user name or password",
		s.URL + "/inside":                       "not a public address",
		s.URL + "/file":                         "begins with https://",
		s.URL + "/round":                        "leads on and on",
		"http://127.0.0.1:1/":                   "could not be reached",
		s.URL + "/headers":                      "could not be reached",
		"https://" + s.Listener.Addr().String(): "could not be reached",
	} {
		_, err := NewReader(here, true, "").Read(context.Background(), "acct_shop", address)
		if err == nil || !strings.Contains(webtrunk.MessageOf(err, ""), want) {
			t.Errorf("%q: %v, want a sentence with %q", address, err, want)
		}
	}
}

func TestOnlyTheAddressesThatAreAllowedAreDialled(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(s.Close)
	local := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	for _, address := range []string{s.URL, local} {
		_, err := NewReader(nowhere, true, "").Read(context.Background(), "acct_shop", address)
		if webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked != 0 {
		t.Errorf("the server was asked %d times", asked)
	}
	if _, err := NewReader(here, false, "").Read(context.Background(), "acct_shop", s.URL); !strings.Contains(webtrunk.MessageOf(err, ""), "without HTTPS") {
		t.Errorf("a page without HTTPS: %v", err)
	}
}

// The demo's own pages are on this machine and without HTTPS. Nothing else of this
// machine is read for them: neither another port, nor another name for the same port,
// nor where a page of our own sends us.
func TestTheGatewaysOwnPagesAreReadWhereverTheyAre(t *testing.T) {
	s, other := serve(t), serve(t)
	s.Config.Handler.(*http.ServeMux).HandleFunc("/next-door", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	r := NewReader(nowhere, true, s.URL)
	for address, want := range map[string]webtrunk.Kind{
		s.URL + "/": webtrunk.KindOf(nil),
		strings.Replace(s.URL, "http:", "HTTP:", 1) + "/away": webtrunk.KindOf(nil),
		other.URL + "/":      webtrunk.Forbidden,
		s.URL + "/next-door": webtrunk.Forbidden,
		s.URL + "/inside":    webtrunk.Forbidden,
		strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/": webtrunk.Forbidden,
	} {
		if _, err := r.Read(context.Background(), "acct_shop", address); webtrunk.KindOf(err) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	secure := NewReader(nowhere, false, s.URL)
	if _, err := secure.Read(context.Background(), "acct_shop", s.URL+"/"); err != nil {
		t.Errorf("where all others need HTTPS: %v", err)
	}
	if _, err := secure.Read(context.Background(), "acct_shop", other.URL+"/"); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("another without HTTPS: %v", err)
	}
}

func TestACertificateThatNobodyVouchesForIsToldSo(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	s.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	_, err := NewReader(here, false, "").Read(context.Background(), "acct_shop", s.URL)
	if !strings.Contains(webtrunk.MessageOf(err, ""), "certificate") {
		t.Errorf("the error is %v", err)
	}
}

func TestOneMoreThanTheMostIsAskedToWait(t *testing.T) {
	r := NewReader(here, true, "")
	for range mostAtOnce {
		r.turns <- struct{}{}
	}
	_, err := r.Read(context.Background(), "acct_shop", "https://shop.example/")
	if webtrunk.KindOf(err) != webtrunk.Exhausted || webtrunk.RetryOf(err) <= 0 {
		t.Errorf("the error is %v", err)
	}
}

// One account that looks at many pages leaves others their turns.
func TestOneAccountLooksAtTwoPagesAtOnce(t *testing.T) {
	r := NewReader(here, true, "")
	for range mostOfOne {
		done, ok := r.turn("acct_shop")
		if !ok {
			t.Fatal("an account has no turn")
		}
		defer done()
	}
	_, err := r.Read(context.Background(), "acct_shop", "https://shop.example/")
	if webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("one more: %v", err)
	}
	done, ok := r.turn("acct_other")
	if !ok {
		t.Fatal("another account has no turn")
	}
	done()
	if len(r.looking) != 1 || len(r.turns) != mostOfOne {
		t.Errorf("afterwards %v look, in %d turns", r.looking, len(r.turns))
	}
}
