package event

import (
	"slices"
	"strings"
)

// Types are patterns of record types: a whole type, "call.answered"; a group,
// "call.*", which is every type that begins with "call."; or "*", all. None at
// all is all, too.
type Types []string

// MaxTypes is how many patterns one filter may have.
const MaxTypes = 100

// ParseTypes reads patterns, each of which may be several, separated by commas.
func ParseTypes(patterns ...string) (Types, error) {
	var all Types
	for _, some := range patterns {
		for p := range strings.SplitSeq(some, ",") {
			p = strings.TrimSpace(p)
			if p == "" {
				continue
			}
			if !isPattern(p) {
				return nil, invalid("%q is no type of event: write one such as call.answered, a group such as call.*, or * for all", p)
			}
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	if len(all) > MaxTypes {
		return nil, invalid("%d types of events are too many: write at most %d, or groups such as call.*", len(all), MaxTypes)
	}
	return all, nil
}

// Match reports whether one of the patterns covers a type.
func (t Types) Match(kind string) bool {
	if len(t) == 0 {
		return true
	}
	for _, p := range t {
		group, isGroup := strings.CutSuffix(p, "*")
		if isGroup && strings.HasPrefix(kind, group) || p == kind {
			return true
		}
	}
	return false
}

// isPattern reports whether p is words between full stops, of which the last
// may be "*".
func isPattern(p string) bool {
	if p == "*" {
		return true
	}
	if len(p) > 128 {
		return false
	}
	for word := range strings.SplitSeq(strings.TrimSuffix(p, ".*"), ".") {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !isWord(r) }) {
			return false
		}
	}
	return true
}
