package static

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// cardField is how pages ask for a card, or let a payment provider's script do so within them.
var cardField = regexp.MustCompile(`(?i)autocomplete=["']?cc-|cc-(?:number|csc|exp)|card[-_]?number|\bcvc\b|\bcvv\b|js\.stripe\.com`)

// TestNoPageAsksForACard: cards are given to the payment provider, on its own pages, and
// nothing of ours has a field for one.
func TestNoPageAsksForACard(t *testing.T) {
	for _, asks := range []string{`<input autocomplete="cc-number">`, `name="cardNumber"`, `<script src="https://js.stripe.com/v3">`, `placeholder="CVC"`} {
		if !cardField.MatchString(asks) {
			t.Errorf("%s is not found", asks)
		}
	}
	read := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "facts.") { // facts keep sites' own cards out of what is told of a page
			return err
		}
		if !strings.HasSuffix(path, ".ts") && !strings.HasSuffix(path, ".tsx") && !strings.HasSuffix(path, ".html") && !strings.HasSuffix(path, ".js") {
			return nil
		}
		text, err := os.ReadFile(path)
		if found := cardField.Find(text); found != nil {
			t.Errorf("%s has %q", path, found)
		}
		read++
		return err
	})
	if err != nil || read < 100 {
		t.Fatalf("%d files were read, %v", read, err)
	}
}
