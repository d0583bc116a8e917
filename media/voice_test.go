package media

import (
	"strings"
	"testing"
	"time"
)

// Each story: the sources of packets that come every 20 ms, a dot where none
// comes, and those that are heard; a capital is one that takes over.
func TestOneVoiceIsHeard(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ come, heard string }{
		"one":                  {"aaaa", "aaaa"},
		"two, turn by turn":    {"abababab", "a.a.a.a."},
		"two, in pairs":        {"aabbaabb", "aa..aa.."},
		"a change":             {"aaabbbb", "aaa..Bb"},
		"and back":             {"aaabbbaaa", "aaa..B..A"},
		"a third in between":   {"aabcbcbbb", "aa......B"},
		"a stray":              {"aacaa", "aa.aa"},
		"a pause, and another": {"a" + dots(51) + "bb", "a" + dots(51) + "Bb"},
		"a pause, and it":      {"a" + dots(99) + "a", "a" + dots(99) + "a"},
	} {
		var v Voice
		now, got := time.Unix(1000, 0), []byte{}
		for _, who := range []byte(c.come) {
			now = now.Add(tick)
			heard, anew := false, false
			if who != '.' {
				heard, anew = v.Take(uint32(who), now)
			}
			switch {
			case anew && heard:
				got = append(got, who-'a'+'A')
			case heard:
				got = append(got, who)
			default:
				got = append(got, '.')
			}
		}
		if string(got) != c.heard {
			t.Errorf("%s: of %s heard %s, want %s", name, c.come, got, c.heard)
		}
	}
}

func dots(n int) string { return strings.Repeat(".", n) }
