package archive

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A term is what a call is found by. Its first two characters say what it is
// of: a party, metadata, or the words of any text.
const (
	ofParty    = "p:"
	ofMetadata = "m:"
	ofValue    = "v:" // of metadata, under any key
	ofWord     = "w:"
)

const longestTerm = 128 // bytes; longer ones are found by their beginning

// terms returns what a record is found by, sorted.
func (r *Record) terms() []string {
	set := map[string]bool{}
	put := func(kind, value string) {
		if value != "" {
			set[kind+cut(value)] = true
		}
	}
	for _, a := range r.parties() {
		_, value, _ := strings.Cut(a, ":")
		put(ofParty, strings.ToLower(value))
	}
	for k, v := range r.Metadata {
		put(ofMetadata, k+"="+v)
		put(ofValue, strings.ToLower(v))
		if isName(k) {
			for _, w := range words(v) {
				put(ofParty, w)
			}
			put(ofParty, strings.ToLower(v))
		}
	}
	for _, text := range r.texts() {
		for _, w := range words(text) {
			put(ofWord, w)
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// parties returns the addresses in the record, each as often as it is there.
func (r *Record) parties() []string {
	all := []string{r.From, r.To, r.CallBack}
	for _, l := range r.Legs {
		all = append(all, l.Address)
	}
	for _, t := range r.Transfers {
		all = append(all, t.To)
	}
	return all
}

// texts returns everything in the record that a person may have read.
func (r *Record) texts() []string {
	all := append(r.parties(), r.Message, r.Reference, r.Via, string(r.EndReason), string(r.ID))
	for _, l := range r.Legs {
		all = append(all, l.Message)
	}
	for _, t := range r.Transfers {
		all = append(all, t.Message)
	}
	for _, w := range r.WrapUps {
		all = append(all, w.Name, w.Notes)
	}
	return slices.AppendSeq(all, maps.Values(r.Metadata))
}

// isName reports whether metadata under a key is somebody's name.
func isName(key string) bool {
	key = strings.ToLower(key)
	return key == "name" || strings.HasSuffix(key, "_name")
}

// words splits a text into lower-case runs of letters, digits and underscores.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_'
	})
}

// cut shortens a term's value.
func cut(s string) string {
	if len(s) > longestTerm {
		return s[:longestTerm]
	}
	return s
}
