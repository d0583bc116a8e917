package signaling

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"webtrunk"
)

const (
	maxMetadata      = 16
	maxMetadataValue = 256 // bytes

	// checked begins the keys of what was checked about a page. Nobody who
	// reads them later has to ask whether the page made them up.
	checked = "identity."
	// ruled begins those of what the account's own rules made of a call.
	ruled = "rule."
	// handed begins those of what whoever hands a call on says of it.
	handed = "transfer."
	// called begins those of what callers by telephone say of themselves.
	called = "caller."
)

// check reports what of a grant's context could not travel with a call.
func (g Grant) check() error {
	bad := func(what string) error {
		return &webtrunk.Error{Op: "signaling: grant", Kind: webtrunk.Internal, Message: what}
	}
	if len(g.Context) > maxMetadata {
		return bad(fmt.Sprintf("it has over %d facts", maxMetadata))
	}
	for key, value := range g.Context {
		switch {
		case !strings.HasPrefix(key, checked):
			return bad(fmt.Sprintf("the fact %.32q must begin with %q", key, checked))
		case len(value) > maxMetadataValue, !utf8.ValidString(value), hasControl(value):
			return bad(fmt.Sprintf("the fact %.32q is too long or holds a control character", key))
		}
	}
	return nil
}

// context is what travels with a call: what the page says and what is known.
func (g Grant) context(said map[string]string) map[string]string {
	if len(g.Context) == 0 {
		return said
	}
	all := maps.Clone(g.Context)
	maps.Copy(all, said) // which has none of the keys: see checkMetadata
	return all
}

// spoken is what a page says along with a call. The language of its words is that
// of the call, unless the site says otherwise.
func (r request) spoken() map[string]string {
	if r.Language == "" || r.Metadata["language"] != "" {
		return r.Metadata
	}
	said := map[string]string{"language": r.Language}
	maps.Copy(said, r.Metadata)
	return said
}

// validLanguage reports none, or a language of ISO 639 by its letters.
func validLanguage(s string) bool {
	return s == "" || (len(s) == 2 || len(s) == 3) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// checkMetadata reports what a page may not send along with a call. Metadata
// ends in headers on the trunk, so that a control character, above all CR and
// LF, stops here.
func checkMetadata(pairs map[string]string, allowed []string, most int) *refusal {
	if len(pairs) > most {
		return refuse(codeBadMetadata, fmt.Sprintf("A call of this page carries at most %d metadata pairs.", most))
	}
	for key, value := range pairs {
		switch {
		case reserved(key):
			return refuse(codeBadMetadata, fmt.Sprintf("The metadata %.32q is the gateway's to set: have the visitor's identity signed.", key))
		case !slices.Contains(allowed, key):
			return refuse(codeBadMetadata, fmt.Sprintf("The widget key does not allow the metadata %.32q.", key))
		case len(value) > maxMetadataValue:
			return refuse(codeBadMetadata, fmt.Sprintf("The metadata %q is over %d bytes.", key, maxMetadataValue))
		case !utf8.ValidString(value) || hasControl(value):
			return refuse(codeBadMetadata, fmt.Sprintf("The metadata %q holds a control character.", key))
		}
	}
	return nil
}

// reserved reports whether a name is the gateway's to give. Over a trunk it is the name
// of a header, in which large letters and small ones are the same.
func reserved(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc([]string{checked, ruled, handed, called}, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// hasControl reports control characters and the line and paragraph separators.
func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return true
		}
	}
	return false
}
