package prompt

import (
	"fmt"
	"strconv"
	"strings"

	"webtrunk"
)

// maxItems bounds a phrase: nobody listens to more.
const maxItems = 50

// A phrase is one that has been read.
type phrase struct {
	language string
	items    []item
}

// An item is one part of a phrase: a kind, and what follows its colon.
type item struct{ kind, value string }

// parse reads a phrase; language is the one that is spoken where it names none.
func parse(text, language string) (phrase, error) {
	p := phrase{language: language}
	if rest, ok := strings.CutPrefix(text, "say:"); ok {
		p.language, text, ok = strings.Cut(rest, ":")
		if !ok {
			return phrase{}, invalid("say: wants a language and what to say in it, as say:en:welcome")
		}
	}
	if _, ok := languages[p.language]; !ok {
		return phrase{}, invalid("there is no language %q: there are en, zh and ar", p.language)
	}
	for one := range strings.SplitSeq(text, ",") {
		kind, value, _ := strings.Cut(strings.TrimSpace(one), ":")
		p.items = append(p.items, item{kind, value})
		if len(p.items) > maxItems {
			return phrase{}, invalid("a phrase has %d parts at most", maxItems)
		}
	}
	return p, nil
}

// endless reports whether the item never ends by itself.
func (i item) endless() bool { return i.kind == "music" || i.kind == "tone" }

// words returns the names of the clips that say the item; false means that the
// item is not one that is spoken.
func (i item) words(l grammar) (list []string, spoken bool, err error) {
	switch i.kind {
	case "number":
		n, err := whole(i, 0, 999_999_999)
		return l.number(n), true, err
	case "ordinal":
		n, err := whole(i, 1, 999)
		return l.ordinal(n), true, err
	case "place":
		n, err := whole(i, 1, 999)
		return l.place(n), true, err
	case "duration":
		n, err := whole(i, 0, 1000*3600-1)
		return l.duration(n/3600, n/60%60, n%60), true, err
	case "digits":
		list, err := digits(i.value, l)
		return list, true, err
	case "money":
		list, err := money(i.value, l)
		return list, true, err
	case "time":
		list, err := timeOfDay(i.value, l)
		return list, true, err
	case "music", "tone", "pause", "beep":
		return nil, false, nil
	}
	if i.value != "" || !isName(i.kind) {
		return nil, false, invalid("%q is no part of a phrase", i.String())
	}
	return []string{i.kind}, true, nil
}

func (i item) String() string {
	if i.value == "" {
		return i.kind
	}
	return i.kind + ":" + i.value
}

// isName reports whether a clip can have this name: it becomes a file's.
func isName(s string) bool {
	return s != "" && len(s) <= 64 && s[0] != '.' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_.") == ""
}

// whole reads an item's number.
func whole(i item, from, to int) (int, error) {
	n, err := strconv.Atoi(i.value)
	if err != nil || n < from || n > to || strings.ContainsAny(i.value, "+-") {
		return from, invalid("%s wants a number from %d to %d, not %q", i.kind, from, to, i.value)
	}
	return n, nil
}

// digits says keys one by one.
func digits(keys string, l grammar) ([]string, error) {
	if keys == "" || len(keys) > 40 || strings.Trim(keys, "0123456789*#+") != "" {
		return nil, invalid("digits wants up to 40 of 0 to 9, *, # and +, not %q", keys)
	}
	var list []string
	for _, key := range []byte(keys) {
		list = append(list, l.digit(key))
	}
	return list, nil
}

// signs are the clips of the keys that are no digits, the same in all languages.
var signs = map[byte]string{'*': "d.star", '#': "d.hash", '+': "d.plus"}

func timeOfDay(value string, l grammar) ([]string, error) {
	h, m, _ := strings.Cut(value, ":")
	hour, err := strconv.ParseUint(h, 10, 8)
	minute, err2 := strconv.ParseUint(m, 10, 8)
	if err != nil || err2 != nil || len(h) != 2 || len(m) != 2 || hour > 23 || minute > 59 {
		return nil, invalid("a time is written as 14:05, not %q", value)
	}
	return l.time(int(hour), int(minute)), nil
}

func invalid(format string, args ...any) error {
	return &webtrunk.Error{Op: "prompt: open", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}
