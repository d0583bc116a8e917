package install

import (
	"net/url"
	"slices"
	"strings"
)

// devices looks at whether the page keeps the microphone from itself, and the
// camera where a button is for pictures.
func (c *check) devices() {
	if c.denied("microphone") {
		c.tell(MicrophoneBlocked, Fault, "", "Permissions-Policy: microphone=(self)", "The page's Permissions-Policy keeps the microphone from the page itself.")
	} else {
		c.tell(MicrophoneAllowed, Well, "", "", "The page may ask for the microphone.")
	}
	pictures := slices.ContainsFunc(c.mine(), func(b attributes) bool { return b.has("video") })
	if pictures && c.denied("camera") {
		c.tell(CameraBlocked, Doubt, "", "Permissions-Policy: camera=(self)", "The page's Permissions-Policy keeps the camera from the page, so that visitors are not seen.")
	}
}

// denied reports whether Permissions-Policy keeps a feature from the page. It is
// a dictionary of structured fields (RFC 9651 §3.2): of one name the last counts.
func (c *check) denied(feature string) bool {
	denied := false
	for member := range strings.SplitSeq(strings.Join(c.Header.Values("Permissions-Policy"), ","), ",") {
		name, value, given := strings.Cut(strings.TrimSpace(member), "=")
		if !given || strings.TrimSpace(name) != feature {
			continue
		}
		denied = !allowsSelf(value, c.URL)
	}
	return denied
}

// allowsSelf reads *, self, or a list in brackets of self and origins in quotes.
func allowsSelf(value string, page *url.URL) bool {
	value, _, _ = strings.Cut(strings.TrimSpace(value), ";") // parameters say nothing of whom
	for word := range strings.FieldsSeq(strings.Trim(value, "()")) {
		if word == "*" || word == "self" || strings.Trim(word, `"`) == originOf(page) {
			return true
		}
	}
	return false
}
