package static

import (
	"html/template"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// same is what may stand in every language as it does in English.
var same = map[string]bool{}

func TestEveryLanguageSaysEverythingInItsOwnWords(t *testing.T) {
	for _, l := range languages[1:] {
		for key, plain := range english {
			theirs, ok := l.words[key]
			switch {
			case !ok || strings.TrimSpace(string(theirs)) == "":
				t.Errorf("%s has no words for %s", l.Tag, key)
			case theirs == plain && !same[key]:
				t.Errorf("%s in %s is English: %s", key, l.Tag, theirs)
			case !slices.Equal(markup(theirs), markup(plain)):
				t.Errorf("%s in %s has the gaps and marks %q, in English %q", key, l.Tag, markup(theirs), markup(plain))
			}
		}
		for key := range l.words {
			if _, ok := english[key]; !ok {
				t.Errorf("%s has words for %s, which English has not", l.Tag, key)
			}
		}
	}
}

var mark = regexp.MustCompile(`\{\}|</?[a-z]+|href="[^"]*"`)

// markup is the gaps, elements and addresses in a sentence, in any order. What
// only leads the eye from one direction to another is not counted.
func markup(text template.HTML) []string {
	found := mark.FindAllString(string(text), -1)
	found = slices.DeleteFunc(found, func(m string) bool { return strings.HasSuffix(m, "bdi") })
	slices.Sort(found)
	return found
}

// literal is text between two tags with letters in it.
var literal = regexp.MustCompile(`>[^<>]*[A-Za-z]{2}[^<>]*<`)

// ours are names, the same in any language.
var ours = regexp.MustCompile(`^>\s*(Kiln|&amp;|Harbour)\s*<$`)

func TestNoTemplateHasWordsOfItsOwn(t *testing.T) {
	instruction := regexp.MustCompile(`\{\{[^}]*\}\}`)
	code := regexp.MustCompile(`(?s)<code>.*?</code>`)
	attribute := regexp.MustCompile(` (?:alt|aria-label|title|label|placeholder)="[^"]+"`)
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".html") {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		text := instruction.ReplaceAllString(code.ReplaceAllString(string(content), ""), "")
		for _, found := range append(literal.FindAllString(text, -1), attribute.FindAllString(text, -1)...) {
			if !ours.MatchString(found) {
				t.Errorf("%s has words that are in no catalogue: %s", name, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheLanguageOfAPage(t *testing.T) {
	for _, c := range []struct{ query, cookie, accept, want string }{
		{"", "", "", "en"},
		{"", "", "fr, de;q=0.9", "en"},
		{"", "", "fr, ar-EG;q=0.5, zh;q=0.4", "ar"},
		{"", "", "en;q=0.2, zh-Hans-CN", "zh"},
		{"", "", "zh;q=0, ar;q=x, en", "en"},
		{"", "", "ar;q=0.8, zh;q=0.8", "ar"},
		{"", "zh", "ar", "zh"},
		{"", "fr", "ar", "ar"},
		{"?lang=ar", "zh", "en", "ar"},
		{"?lang=%3Cscript%3E", "", "zh", "zh"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/phone"+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: choice, Value: c.cookie})
		}
		w := httptest.NewRecorder()
		Handler(demo).ServeHTTP(w, r)
		l, _ := known(c.want)
		if page := w.Body.String(); !strings.Contains(page, `<html lang="`+c.want+`" dir="`+l.Dir+`">`) || !strings.Contains(page, string(l.words["phone.who"])) {
			t.Errorf("%+v:\n%s", c, page)
		}
		if remembered := w.Header().Get("Set-Cookie"); (remembered != "") != strings.HasSuffix(c.query, "=ar") {
			t.Errorf("%+v: the cookie is %q", c, remembered)
		}
	}
}

// Every page of ours is made in every language, and leaves no gap open.
func TestEveryPageInEveryLanguage(t *testing.T) {
	for _, l := range languages {
		for path, h := range map[string]http.Handler{
			"/": Handler(demo), "/phone": Handler(demo), "/video": Handler(demo), "/desk": Handler(demo), "/cart": Handler(demo),
			"/monitor": Handler(demo), "/console": Handler(nil), "/admin": Handler(demo), "/member": Handler(demo), "/?": Handler(nil),
			"/r/ref_card": Links(links), "/r/ref_nobody": Links(links), "/r/ref_away": Links(links),
		} {
			page := body(t, get(t, h, path, "Accept-Language", l.Tag))
			if !strings.Contains(page, `lang="`+l.Tag+`" dir="`+l.Dir+`"`) || strings.Contains(page, "{}") || strings.Contains(page, "could not be made") {
				t.Errorf("%s in %s:\n%s", path, l.Tag, page)
			}
			for key, plain := range english {
				if l.Tag != "en" && len(plain) > 20 && strings.Contains(page, string(plain)) {
					t.Errorf("%s in %s says %s in English", path, l.Tag, key)
				}
			}
		}
	}
}

// What a number does is told in words of ours only where it is what we know of it.
func TestAStrangersNumberSaysWhatItSays(t *testing.T) {
	zh, _ := known("zh")
	if got := zh.Says(Number{"+15550100104", "Is <busy>."}); got != "Is &lt;busy&gt;." {
		t.Errorf("it says %s", got)
	}
	if got := zh.Says(Number{"+15550100104", "is always busy (486)"}); got != chinese["says.+15550100104"] {
		t.Errorf("it says %s", got)
	}
}
