package install

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// contents are what of a page's HTML matters to the button.
type contents struct {
	scripts  []attributes // that are loaded from an address
	elements []attributes // <webtrunk-call>
	frames   []attributes
	policies []string // of <meta http-equiv="Content-Security-Policy">
	base     string   // of the first <base href>
}

// attributes are those of one tag, by name; one that is there without a value is
// an empty text.
type attributes map[string]string

func (a attributes) has(name string) bool {
	_, there := a[name]
	return there
}

// read finds the tags that matter, in the way in which browsers read HTML:
// what stands in comments and scripts is none.
func read(body []byte) (seen contents) {
	words := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch words.Next() {
		case html.ErrorToken:
			return seen
		case html.StartTagToken, html.SelfClosingTagToken:
			seen.take(words.Token())
		}
	}
}

func (c *contents) take(tag html.Token) {
	all := attributes{}
	for _, a := range tag.Attr {
		if !all.has(a.Key) { // of two of one name the first counts
			all[a.Key] = a.Val
		}
	}
	switch tag.Data {
	case "script":
		if all.has("src") {
			c.scripts = append(c.scripts, all)
		}
	case "webtrunk-call":
		c.elements = append(c.elements, all)
	case "iframe":
		c.frames = append(c.frames, all)
	case "base":
		if c.base == "" {
			c.base = all["href"]
		}
	case "meta":
		if strings.EqualFold(all["http-equiv"], "Content-Security-Policy") {
			c.policies = append(c.policies, all["content"])
		}
	}
}
