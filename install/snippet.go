package install

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// widgetPath matches where gateways serve the widget.
var widgetPath = regexp.MustCompile(`^/v1/widget(-[0-9a-f]{12})?\.js$`)

const newest = "/v1/widget.js"

// line is the script's line of the snippet.
func (g Gateway) line() string {
	return fmt.Sprintf(`<script type="module" src="%s%s"></script>`, g.Origin, newest)
}

// script looks for the widget's script: of this gateway, as a module, and of a
// version that there is.
func (c *check) script() {
	tag, address := c.widgetScript()
	switch {
	case address == nil:
		c.tell(ScriptMissing, c.unseen(), "", c.line(), "The page does not load the widget's script.")
	case originOf(address) != c.Gateway.Origin:
		c.tell(ScriptForeign, Fault, originOf(address), c.line(), "The page loads the widget from %s, which is another gateway.", originOf(address))
	case !strings.EqualFold(strings.TrimSpace(tag["type"]), "module"):
		c.tell(ScriptNotModule, Fault, "", c.line(), "The widget's script is a module and is not loaded as one.")
	case address.Path != newest && address.Path != c.Pinned:
		c.tell(ScriptOld, Fault, address.Path, c.line(), "The page loads %s, a version that this gateway does not serve any more.", address.Path)
	case address.Path == newest && tag["integrity"] != "":
		c.tell(ScriptUnpinned, Fault, address.Path, c.line(), "The page holds the newest widget to the hash of one version, and breaks with the next.")
	default:
		c.tell(ScriptThere, Well, "", "", "The page loads the widget's script.")
	}
}

// unseen is how much it matters that something is not in the page: a page that
// runs scripts may add it later.
func (c *check) unseen() Grade {
	if len(c.seen.scripts) > 0 {
		return Doubt
	}
	return Fault
}

// widgetScript finds the script, this gateway's before another's.
func (c *check) widgetScript() (tag attributes, address *url.URL) {
	for _, s := range c.seen.scripts {
		at, err := c.base().Parse(strings.TrimSpace(s["src"]))
		if err != nil || !widgetPath.MatchString(at.Path) {
			continue
		}
		if originOf(at) == c.Gateway.Origin {
			return s, at
		}
		if address == nil {
			tag, address = s, at
		}
	}
	return tag, address
}

// base is what the page's addresses are relative to.
func (c *check) base() *url.URL {
	if at, err := c.URL.Parse(c.seen.base); err == nil {
		return at
	}
	return c.URL
}

// element looks for the button itself.
func (c *check) element() {
	mine := c.mine()
	switch {
	case len(mine) > 0:
		c.tell(ElementThere, Well, c.Key, "", "The page has a button with this widget's key.")
		c.targets(mine)
	case len(c.seen.elements) > 0:
		other := c.seen.elements[0]["key"]
		c.tell(ElementOtherKey, Fault, other, `key="`+c.Key+`"`, "The button on the page has another key, %q.", shortened(other))
	case len(c.seen.frames) > 0:
		c.tell(ElementInFrame, Doubt, "", `<iframe allow="microphone" src="…"></iframe>`,
			"The page has no button of its own. If it is in a frame, check the frame's address, and give the frame allow=\"microphone\".")
	default:
		c.tell(ElementMissing, c.unseen(), "", `<webtrunk-call key="`+c.Key+`" to="ref_…"></webtrunk-call>`, "The page has no button.")
	}
}

// mine are the buttons with the widget's key.
func (c *check) mine() (all []attributes) {
	for _, e := range c.seen.elements {
		if strings.TrimSpace(e["key"]) == c.Key {
			all = append(all, e)
		}
	}
	return all
}

// targets looks at whom the buttons call. One that names nobody asks the visitor.
func (c *check) targets(buttons []attributes) {
	for _, b := range buttons {
		if to := b["to"]; to != "" && c.Permits != nil && !c.Permits(to) {
			c.tell(TargetNotAllowed, Fault, to, to, "The button calls %q, which the widget does not allow: add it to where its pages may call.", shortened(to))
			return
		}
	}
}

// shortened is what a page says, as far as it is repeated.
func shortened(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
