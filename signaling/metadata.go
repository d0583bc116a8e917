package signaling

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	maxMetadata      = 16
	maxMetadataValue = 256 // bytes
)

// checkMetadata reports what a page may not send along with a call. Metadata
// ends in headers on the trunk, so that a control character, above all CR and
// LF, stops here.
func checkMetadata(pairs map[string]string, allowed []string) *refusal {
	if len(pairs) > maxMetadata {
		return refuse(codeBadMetadata, fmt.Sprintf("A call carries at most %d metadata pairs.", maxMetadata))
	}
	for key, value := range pairs {
		switch {
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

// hasControl reports control characters and the line and paragraph separators.
func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return true
		}
	}
	return false
}
