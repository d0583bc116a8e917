package static

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"webtrunk"
)

// links knows one reference, and none while its database is away.
func links(ctx context.Context, reference string) (string, error) {
	switch reference {
	case "ref_card":
		return "pk_link_ref_card", nil
	case "ref_away":
		return "", &webtrunk.Error{Op: "link", Kind: webtrunk.Unavailable, Message: "The gateway cannot reach its database."}
	}
	return "", &webtrunk.Error{Op: "link", Kind: webtrunk.NotFound, Message: reference + " is disabled <since> yesterday."}
}

func TestALinkOpensACallButton(t *testing.T) {
	response := get(t, Links(links), "/r/ref_card")
	page := body(t, response)
	if response.StatusCode != http.StatusOK || !strings.Contains(page, `<webtrunk-call key="pk_link_ref_card" to="ref_card"`) {
		t.Errorf("%s\n%s", response.Status, page)
	}
	if strings.Contains(page, "style=") || strings.Contains(page, "<style") || !strings.Contains(page, `src="/v1/widget.js"`) {
		t.Errorf("the page breaks its own policy:\n%s", page)
	}
	wantHeader(t, response, "X-Robots-Tag", "noindex")
	wantHeader(t, response, "Cache-Control", "no-store")
}

func TestLinksToNobodyLookAlike(t *testing.T) {
	one, other := get(t, Links(links), "/r/ref_disabled"), get(t, Links(links), `/r/%3Cscript%3E`)
	if one.StatusCode != http.StatusNotFound || other.StatusCode != http.StatusNotFound {
		t.Errorf("%s and %s", one.Status, other.Status)
	}
	page := body(t, one)
	if page != body(t, other) || strings.Contains(page, "disabled") || !strings.Contains(page, "Ask whoever gave it to you") {
		t.Errorf("the page tells more than that:\n%s", page)
	}
}

func TestALinkThatCannotBeLookedUpIsNotSaidToBeWrong(t *testing.T) {
	response := get(t, Links(links), "/r/ref_away")
	if page := body(t, response); response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page, "cannot reach its database") {
		t.Errorf("%s\n%s", response.Status, page)
	}
	wantHeader(t, response, "Retry-After", "60")
}

func TestALinkIsOnlyRead(t *testing.T) {
	for method, want := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed} {
		w := httptest.NewRecorder()
		Links(links).ServeHTTP(w, httptest.NewRequest(method, "/r/ref_card", nil))
		if w.Code != want || method == http.MethodHead && w.Body.Len() > 0 {
			t.Errorf("%s: %d, %d bytes", method, w.Code, w.Body.Len())
		}
	}
}
