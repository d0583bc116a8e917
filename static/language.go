package static

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A language is one that our pages are written in, with every word of those
// that the gateway makes itself. (The monitor, the console, the admin page and
// the member's bring theirs along.)
type language struct {
	Tag   string // BCP 47
	Name  string // in the language itself
	Dir   string // the side from which it is written, as HTML has it
	words words
}

// Words are by key; what stands in braces is filled in.
type words map[string]template.HTML

// languages are those that somebody can choose, English first: it stands in for
// any other.
var languages = []language{
	{Tag: "en", Name: "English", Dir: "ltr", words: english},
	{Tag: "zh", Name: "中文", Dir: "ltr", words: chinese},
	{Tag: "ar", Name: "العربية", Dir: "rtl", words: arabic},
}

// choice is the cookie that remembers which language somebody has chosen. It
// holds nothing else, and is not set before.
const choice = "webtrunk_lang"

// speak finds the language of whoever asks: the one just chosen, which it
// remembers, else the one chosen before, else what the browser asks for.
func speak(w http.ResponseWriter, r *http.Request) language {
	w.Header().Add("Vary", "Accept-Language, Cookie")
	if l, ok := known(r.URL.Query().Get("lang")); ok {
		http.SetCookie(w, &http.Cookie{Name: choice, Value: l.Tag, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
		return l
	}
	if before, err := r.Cookie(choice); err == nil {
		if l, ok := known(before.Value); ok {
			return l
		}
	}
	return accepted(r.Header.Get("Accept-Language"))
}

// known finds a language by a tag such as zh-Hans-CN.
func known(tag string) (language, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	i := slices.IndexFunc(languages, func(l language) bool { return l.Tag == primary })
	if i < 0 {
		return languages[0], false
	}
	return languages[i], true
}

// accepted reads Accept-Language (RFC 9110 §12.5.4): the one of ours that is
// wanted most, and the first of several wanted alike.
func accepted(header string) language {
	type wish struct {
		language
		weight float64
	}
	var wishes []wish
	for _, offer := range strings.Split(header, ",") {
		tag, parameter, _ := strings.Cut(offer, ";")
		value, weighed := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q=")
		weight, err := strconv.ParseFloat(value, 64)
		if !weighed {
			weight, err = 1, nil
		}
		if l, ok := known(tag); ok && err == nil && weight > 0 {
			wishes = append(wishes, wish{l, weight})
		}
	}
	if len(wishes) == 0 {
		return languages[0]
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.weight, a.weight) })
	return wishes[0].language
}

// T is what a template writes in the place of a key. Each gap of the sentence is
// filled with one text, which is a stranger's: it is escaped, and set apart from
// the direction of what is around it.
func (l language) T(key string, gaps ...string) (template.HTML, error) {
	text, ok := l.words[key]
	if !ok {
		return "", fmt.Errorf("there are no words for %q in %s", key, l.Tag)
	}
	for _, gap := range gaps {
		filled := "<bdi>" + template.HTMLEscapeString(gap) + "</bdi>"
		text = template.HTML(strings.Replace(string(text), "{}", filled, 1))
	}
	return text, nil
}

// Says is what a number of the demo does, in this language where it is one of
// the numbers that are always there.
func (l language) Says(n Number) template.HTML {
	key := "says." + n.Number
	if known, ok := english[key]; ok && string(known) == n.Says {
		return l.words[key]
	}
	return template.HTML(template.HTMLEscapeString(n.Says))
}

// States are the words of the demo's script for what a call does, as JSON.
func (l language) States() (string, error) {
	states := map[string]string{}
	for key, text := range l.words {
		if state, is := strings.CutPrefix(key, "state."); is {
			states[state] = string(text)
		}
	}
	text, err := json.Marshal(states)
	return string(text), err
}

// Others are all languages, to choose from.
func (language) Others() []language { return languages }
