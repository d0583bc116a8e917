package static

import (
	"context"
	"net/http"

	"webtrunk"
)

// A link is what the page of a reference's link sees. Without a key it says why
// nobody can be called.
type link struct {
	Title     string
	Key       string
	Reference string
	Why       string
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
		found, err := key(r.Context(), reference)
		switch {
		case err == nil:
			send(w, r, http.StatusOK, "link.html", link{Title: "Call", Key: found, Reference: reference})
		case webtrunk.KindOf(err) == webtrunk.NotFound:
			send(w, r, http.StatusNotFound, "link.html", link{Title: "This link leads to nobody",
				Why: "It is misspelt, or no longer in use. Ask whoever gave it to you for a new one."})
		default:
			w.Header().Set("Retry-After", "60")
			send(w, r, http.StatusServiceUnavailable, "link.html", link{Title: "No calls at the moment",
				Why: webtrunk.MessageOf(err, "This link cannot be looked up now. Try again in a minute.")})
		}
	})
	return mux
}
