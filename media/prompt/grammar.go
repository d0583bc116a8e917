package prompt

import "strconv"

// A grammar says things in one language: each method returns the names of the
// clips, in order. They are given numbers in range only.
type grammar interface {
	number(n int) []string
	ordinal(n int) []string
	place(n int) []string // in a queue
	digit(key byte) string
	money(currency string, major, minor int) []string // minor is 0 where there is no smaller unit
	time(hour, minute int) []string
	duration(hours, minutes, seconds int) []string
}

// languages are those that can be spoken.
var languages = map[string]grammar{"en": english{}, "zh": chinese{}, "ar": arabic{}}

// n names the clip of a number that is said in one word.
func n(i int) string { return "n." + strconv.Itoa(i) }

// joined puts parts together that are not empty, the word before the last.
func joined(parts [][]string, word string) []string {
	var list []string
	said := parts[:0]
	for _, p := range parts {
		if len(p) > 0 {
			said = append(said, p)
		}
	}
	for i, p := range said {
		if i > 0 && i == len(said)-1 {
			list = append(list, word)
		}
		list = append(list, p...)
	}
	return list
}
