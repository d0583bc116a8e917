package event

import (
	"slices"
	"strings"
)

// Types are patterns of record types, in which "*" stands for any characters:
// "call.answered" is one type, "call.*" every one that begins with "call.",
// "*.failed" every one that ends so, "*" all. No pattern at all is all, too.
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
	return len(t) == 0 || slices.ContainsFunc(t, func(p string) bool { return covers(p, kind) })
}

// covers takes for each "*" but the last as little as it can.
func covers(pattern, kind string) bool {
	first, rest, any := strings.Cut(pattern, "*")
	kind, begins := strings.CutPrefix(kind, first)
	if !any || !begins {
		return begins && kind == ""
	}
	for {
		part, more, any := strings.Cut(rest, "*")
		if !any {
			return strings.HasSuffix(kind, part)
		}
		_, after, found := strings.Cut(kind, part)
		if !found {
			return false
		}
		kind, rest = after, more
	}
}

// isPattern bounds what a pattern may cost to hold against a type.
func isPattern(p string) bool {
	strange := func(r rune) bool { return !isWord(r) && r != '.' && r != '*' }
	return len(p) <= 100 && strings.Count(p, "*") <= 4 && !strings.ContainsFunc(p, strange) &&
		!strings.Contains(p, "..") && !strings.HasPrefix(p, ".") && !strings.HasSuffix(p, ".")
}
