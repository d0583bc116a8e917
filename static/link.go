package static

import (
	"context"
	"html/template"
	"net/http"

	"webtrunk"
)

// A link is what the page of a reference's link sees. Without a key it says why
// nobody can be called.
type link struct {
	language
	Title     string // by its key
	Key       string
	Reference string
	Why       template.HTML
}

// Links serves the pages that references' links open, /r/ref_…: a button that
// calls. It shows nothing of the reference but the name that is in the link.
//
// key returns the publishable key of a link's page. A reference that key finds
// NotFound, for whatever reason, is answered in one way, so that nobody learns
// which there are.
func Links(key func(ctx context.Context, reference string) (string, error)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /r/{reference}", func(w http.ResponseWriter, r *http.Request) {
		reference := r.PathValue("reference")
		w.Header().Set("X-Robots-Tag", "noindex")
		l := speak(w, r)
		found, err := key(r.Context(), reference)
		switch {
		case err == nil:
			send(w, r, http.StatusOK, "link.html", link{language: l, Title: "link.title", Key: found, Reference: reference})
		case webtrunk.KindOf(err) == webtrunk.NotFound:
			send(w, r, http.StatusNotFound, "link.html", link{language: l, Title: "link.nobody", Why: l.words["link.misspelt"]})
		default:
			w.Header().Set("Retry-After", "60")
			send(w, r, http.StatusServiceUnavailable, "link.html", link{language: l, Title: "link.away", Why: l.whyNot(err)})
		}
	})
	return mux
}

// whyNot says why a link cannot be looked up. In English the gateway's own
// sentence knows more.
func (l language) whyNot(err error) template.HTML {
	later := l.words["link.later"]
	if l.Tag != "en" {
		return later
	}
	return template.HTML(template.HTMLEscapeString(webtrunk.MessageOf(err, string(later))))
}
