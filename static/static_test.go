package static

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var demo = &Demo{
	Key: "pk_visitor", Reference: "ref_workshop",
	Numbers:  []Number{{"+15550100101", "Sends back what you say."}, {"+15550100102", `Is <busy> & "rude".`}},
	AgentKey: "pk_agent", AgentToken: "agent-token", AgentNumber: "+15550100200",
}

// get asks the handler as a browser at 127.0.0.1:8080 would; headers come in pairs.
func get(t *testing.T, h http.Handler, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080"+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func wantHeader(t *testing.T, response *http.Response, name, want string) {
	t.Helper()
	if got := response.Header.Get(name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func TestTheWidgetIsForEverySite(t *testing.T) {
	response := get(t, Handler(nil), "/v1/widget.js")
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	wantHeader(t, response, "Content-Type", "text/javascript; charset=utf-8")
	wantHeader(t, response, "Access-Control-Allow-Origin", "*")
	wantHeader(t, response, "Cross-Origin-Resource-Policy", "cross-origin")
	wantHeader(t, response, "X-Content-Type-Options", "nosniff")
	wantHeader(t, response, "Cache-Control", "no-cache")
}

func TestTheNewestWidgetIsAskedForAgainAndNotSentTwice(t *testing.T) {
	h := Handler(nil)
	first := get(t, h, "/v1/widget.js")
	again := get(t, h, "/v1/widget.js", "If-None-Match", first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("a known widget is answered %s", again.Status)
	}
	other := get(t, h, "/v1/widget.js", "If-None-Match", `"another"`)
	if other.StatusCode != http.StatusOK {
		t.Errorf("an old widget is answered %s", other.Status)
	}
}

func TestAVersionNeverChanges(t *testing.T) {
	h := Handler(nil)
	version := Widget()
	response := get(t, h, version.Path)
	wantHeader(t, response, "Cache-Control", "public, max-age=31536000, immutable")
	content := body(t, response)
	if content != body(t, get(t, h, "/v1/widget.js")) {
		t.Error("the version is not the newest widget")
	}
	sum := sha512.Sum384([]byte(content))
	if want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); version.Integrity != want {
		t.Errorf("the integrity is %s, the content's is %s", version.Integrity, want)
	}
	if old := get(t, h, "/v1/widget-000000000000.js"); old.StatusCode != http.StatusNotFound {
		t.Errorf("a version that never was is answered %s", old.Status)
	}
}

func TestTheCoreIsKeptForEver(t *testing.T) {
	core := regexp.MustCompile(`core-[0-9a-f]{12}\.js`).FindString(body(t, get(t, Handler(nil), "/v1/widget.js")))
	response := get(t, Handler(nil), "/v1/"+core)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered %s", core, response.Status)
	}
	wantHeader(t, response, "Cache-Control", "public, max-age=31536000, immutable")
	wantHeader(t, response, "Access-Control-Allow-Origin", "*")
}

func TestCompressionIsOnlyForThoseWhoTakeIt(t *testing.T) {
	h := Handler(nil)
	plain := body(t, get(t, h, "/v1/widget.js"))
	for accept, zipped := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "deflate, gzip ;q=1.0": true,
		"": false, "br": false, "gzip;q=0": false, "gzip;q=0.0, br": false, "xgzip": false,
	} {
		response := get(t, h, "/v1/widget.js", "Accept-Encoding", accept)
		if got := response.Header.Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("Accept-Encoding %q: compressed %v, want %v", accept, got, zipped)
			continue
		}
		content := body(t, response)
		if zipped {
			r, err := gzip.NewReader(strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			unzipped, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			content = string(unzipped)
		}
		if content != plain {
			t.Errorf("Accept-Encoding %q: another content", accept)
		}
		wantHeader(t, response, "Vary", "Accept-Encoding")
	}
}

func TestHeadHasTheHeadersAndNoBody(t *testing.T) {
	for _, path := range []string{"/", "/v1/widget.js"} {
		w := httptest.NewRecorder()
		Handler(demo).ServeHTTP(w, httptest.NewRequest(http.MethodHead, path, nil))
		if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
			t.Errorf("HEAD %s: %d, %d bytes, Content-Length %q", path, w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
		}
	}
}

func TestNothingIsChangedHere(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		w := httptest.NewRecorder()
		Handler(demo).ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s / is answered %d", method, w.Code)
		}
	}
}

func TestPagesRunOnlyFilesOfThisServer(t *testing.T) {
	for _, path := range []string{"/", "/phone", "/video", "/desk"} {
		response := get(t, Handler(demo), path)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s is answered %s", path, response.Status)
		}
		wantHeader(t, response, "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; "+
			"img-src 'self' data:; media-src 'self'; connect-src 'self' ws://127.0.0.1:8080 wss://127.0.0.1:8080; frame-src 'self' https:; base-uri 'none'; "+
			"form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'")
		wantHeader(t, response, "Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		wantHeader(t, response, "X-Content-Type-Options", "nosniff")
		wantHeader(t, response, "Referrer-Policy", "strict-origin-when-cross-origin")
		wantHeader(t, response, "Permissions-Policy", "microphone=(self), camera=(self), geolocation=()")
		wantHeader(t, response, "Access-Control-Allow-Origin", "")
		wantHeader(t, response, "Content-Type", "text/html; charset=utf-8")
	}
}

// Who looks after calls is out of reach of any window; the one that a call moves to must
// not be, for the pages that open it.
func TestWhichWindowsReachAPage(t *testing.T) {
	for path, want := range map[string]string{"/console": "same-origin", "/admin": "same-origin", "/monitor": "same-origin", "/member": "same-origin", "/pop-out": "unsafe-none"} {
		for _, d := range []*Demo{demo, nil} {
			response := get(t, Handler(d), path)
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s is answered %s", path, response.Status)
			}
			wantHeader(t, response, "Cross-Origin-Opener-Policy", want)
			wantHeader(t, response, "X-Content-Type-Options", "nosniff")
		}
	}
}

func TestAHostThatWouldEndTheDirectiveIsNotInThePolicy(t *testing.T) {
	for host, named := range map[string]bool{
		"gw.example": true, "gw.example:8443": true, "[::1]:8080": true, "127.0.0.1": true,
		"": false, "gw; script-src *": false, "gw.example *": false, "a,b": false, "gw'": false, "[::1": false,
	} {
		policy := policy(host)
		if got := strings.Contains(policy, "ws://"); got != named {
			t.Errorf("host %q named: %v, want %v", host, got, named)
		}
		if strings.Count(policy, "script-src") != 1 || strings.Contains(policy, "*") {
			t.Errorf("host %q has changed the policy: %s", host, policy)
		}
	}
}

func TestTheShopEmbedsTheDocumentedSnippet(t *testing.T) {
	page := body(t, get(t, Handler(demo), "/"))
	for _, want := range []string{
		`<script type="module" src="/v1/widget.js"></script>`,
		`<webtrunk-call key="pk_visitor" to="ref_workshop" lang="en" theme="auto"></webtrunk-call>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the shop does not contain %s", want)
		}
	}
	if strings.Contains(page, "agent-token") {
		t.Error("the shop gives the agent's token away")
	}
}

func TestTheTelephonePageListsTheNumbersAsText(t *testing.T) {
	page := body(t, get(t, Handler(demo), "/phone"))
	for _, want := range []string{
		`<webtrunk-call key="pk_visitor" lang="en" theme="auto">`,
		`data-dial="&#43;15550100101"`, `Sends back what you say.`, `Is &lt;busy&gt; &amp; &#34;rude&#34;.`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %s", want)
		}
	}
}

func TestTheDeskTakesCalls(t *testing.T) {
	page := body(t, get(t, Handler(demo), "/desk"))
	if !strings.Contains(page, `key="pk_agent" token="agent-token"`) || !strings.Contains(page, "15550100200") {
		t.Error("the desk lacks its key, token or number")
	}
}

// The page that costs money signs its visitor in anew with each load; no other page does, and
// where there is no such line there is no such page.
func TestTheAdviceSignsItsVisitorIn(t *testing.T) {
	loads := 0
	d := *demo
	d.Advice = "ref_advice"
	d.Signing = func(context.Context) (string, string, error) {
		loads++
		return fmt.Sprint("caller-", loads), fmt.Sprint("member-", loads), nil
	}
	for _, want := range []string{"1", "2"} {
		page := body(t, get(t, Handler(&d), "/advice"))
		for _, has := range []string{`to="ref_advice" client-token="caller-` + want + `"`, `href="/member#token=member-` + want + `"`} {
			if !strings.Contains(page, has) {
				t.Errorf("the page does not contain %s", has)
			}
		}
	}
	if page := body(t, get(t, Handler(&d), "/cart")); strings.Contains(page, "caller-") || !strings.Contains(page, `href="/advice"`) || loads != 2 {
		t.Errorf("the cart, after %d loads: %s", loads, page)
	}
	if got := get(t, Handler(demo), "/advice").StatusCode; got != http.StatusNotFound {
		t.Errorf("without a line the page is answered %d", got)
	}
}

func TestWithoutADemoTheGatewaySaysHowToEmbed(t *testing.T) {
	h := Handler(nil)
	page := body(t, get(t, h, "/"))
	if !strings.Contains(page, Widget().Path) || !strings.Contains(page, "webtrunk-call") {
		t.Error("the page does not say how to embed the widget")
	}
	snippet := `&lt;script type="module" src="http://127.0.0.1:8080/v1/widget.js"&gt;`
	if !strings.Contains(page, snippet) {
		t.Errorf("the page does not name its own address: %s", page)
	}
	for _, path := range []string{"/phone", "/desk", "/nothing", "/v1/ws", "/demo/layout.html"} {
		if got := get(t, h, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, got)
		}
	}
}

func TestTheStartPageNamesOnlyAHostThatIsOne(t *testing.T) {
	for host, want := range map[string]string{
		"gw.example": `src="https://gw.example/v1/`, "localhost:8080": `src="http://localhost:8080/v1/`,
		"10.0.0.7:8080": `src="https://10.0.0.7:8080/v1/`, "": `<em>this gateway</em>/v1/`,
		`x"><script>`: `<em>this gateway</em>/v1/`, "a b": `<em>this gateway</em>/v1/`,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		Handler(nil).ServeHTTP(w, r)
		if page := w.Body.String(); !strings.Contains(page, want) || strings.Contains(page, "<script>") {
			t.Errorf("host %q: want %s in\n%s", host, want, page)
		}
	}
}

// What a strict policy would strip, or a stranger could write into, is not in
// any file that ships.
func TestDistHasNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|javascript:|<script(?:[^>]*)>[^<]`)
	withPreact := regexp.MustCompile(`^dist/(monitor|console|admin|member)/.*\.js$`)
	writing := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`)
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := dist.ReadFile(name)
		if strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".svg") {
			if found := inline.Find(content); found != nil {
				t.Errorf("%s has %q", name, found)
			}
		}
		if found := writing.Find(content); found != nil && !withPreact.MatchString(name) {
			t.Errorf("%s has %q", name, found)
		}
		if bytes.Contains(content, []byte("//# sourceMappingURL")) {
			t.Errorf("%s names a source map that is not there", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Preact can write HTML, if it is told to. No source of ours tells it.
func TestNoSourceWritesHTML(t *testing.T) {
	asked := regexp.MustCompile(`dangerouslySetInnerHTML|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML\(`)
	read := 0
	for _, folder := range []string{"src", "pages", "monitor", "console", "admin", "member"} {
		err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			if found := asked.Find(content); found != nil {
				t.Errorf("%s has %q", name, found)
			}
			read++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 30 {
		t.Errorf("only %d sources were read", read)
	}
}
