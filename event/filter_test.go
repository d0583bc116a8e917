package event_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"webtrunk"
	"webtrunk/event"
)

func TestAFilterWantsWhatItNames(t *testing.T) {
	answered := event.Record{Account: "acct_a", Type: "call.answered", Call: "call_1", Data: []byte(`{"to":{"ref":"ref_shop"}}`)}
	for _, c := range []struct {
		why  string
		f    event.Filter
		want bool
	}{
		{"nothing asked", event.Filter{}, true},
		{"its account", event.Filter{Account: "acct_a"}, true},
		{"another account", event.Filter{Account: "acct_b"}, false},
		{"its call", event.Filter{Call: "call_1"}, true},
		{"another call", event.Filter{Call: "call_10"}, false},
		{"its type", event.Filter{Types: event.Types{"leg.*", "call.answered"}}, true},
		{"its group", event.Filter{Types: event.Types{"call.*"}}, true},
		{"all types", event.Filter{Types: event.Types{"*"}}, true},
		{"another group", event.Filter{Types: event.Types{"cal.*", "leg.*"}}, false},
		{"the beginning of its type", event.Filter{Types: event.Types{"call.answer"}}, false},
		{"live", event.Filter{Mode: event.LiveOnly}, true},
		{"test", event.Filter{Mode: event.TestOnly}, false},
		{"what it mentions", event.Filter{Resource: "ref_shop"}, true},
		{"a part of what it mentions", event.Filter{Resource: "ref_sho"}, false},
		{"its call as resource", event.Filter{Resource: "call_1"}, true},
		{"all of that but one", event.Filter{Account: "acct_a", Call: "call_1", Types: event.Types{"call.*"}, Mode: event.TestOnly}, false},
	} {
		if got := c.f.Match(answered); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
}

func TestAFilterIsReadAsPeopleWriteIt(t *testing.T) {
	f, err := event.ParseFilter([]string{"call.*, leg.joined", "call.*", ""}, "call_01", "test", "ref_Shop-1")
	if err != nil || strings.Join(f.Types, " ") != "call.* leg.joined" || f.Call != "call_01" || f.Mode != event.TestOnly || f.Resource != "ref_Shop-1" {
		t.Errorf("%+v, %v", f, err)
	}
	for _, c := range []struct{ types, call, mode, resource, words string }{
		{types: "call", words: ""}, // a whole type of one word
		{types: "Call.*", words: `"Call.*" is no type of event: write one such as call.answered`},
		{types: "*.ended, call*, a.*.b", words: ""},
		{types: "call.**.***", words: "a group such as call.*"},
		{types: "call.", words: "no type"},
		{types: "call..ended", words: "no type"},
		{types: ".*", words: "no type"},
		{types: strings.Repeat("x", 129), words: "no type"},
		{types: "a" + strings.Join(make([]string, 102), ",a"), words: ""}, // the same type again
		{call: "leg_1", words: "begins with call_"},
		{call: "call_1'; DROP", words: "begins with call_"},
		{mode: "prod", words: "write live or test"},
		{resource: `ref"`, words: "no ID"},
	} {
		_, err := event.ParseFilter([]string{c.types}, c.call, c.mode, c.resource)
		if (err != nil) != (c.words != "") || err != nil && (webtrunk.KindOf(err) != webtrunk.Invalid || !strings.Contains(err.Error(), c.words)) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	var many []string
	for c := 'a'; c <= 'z'; c++ {
		for _, d := range "abcd" {
			many = append(many, string(c)+string(d))
		}
	}
	if _, err := event.ParseTypes(many...); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("%d types: %v", len(many), err)
	}
}

// Types agree with the regular expressions that say the same.
func TestTypesCoverWhatTheirPatternSays(t *testing.T) {
	piece := rapid.SampledFrom([]string{"call", "c", "ll", ".", "_", "ended"})
	star := rapid.SampledFrom([]string{"call", "c", "ll", ".", "_", "ended", "*", "*"})
	rapid.Check(t, func(t *rapid.T) {
		kind := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "kind"), "")
		pattern := strings.Join(rapid.SliceOfN(star, 1, 5).Draw(t, "pattern"), "")
		want := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(kind)
		if got := (event.Types{pattern}).Match(kind); got != want {
			t.Fatalf("%s covers %s: %v", pattern, kind, got)
		}
	})
}

// A resource is found in Data exactly where a reader of the JSON finds it,
// whatever quotes and backslashes surround it.
func TestAResourceIsFoundWhereAReaderFindsIt(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`ab_"\:,{} `)), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.MapOfN(text, rapid.SliceOfN(text, 0, 3), 0, 4).Draw(t, "data")
		id := rapid.StringMatching(`[ab_]{1,3}`).Draw(t, "id")
		data, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		want := false
		for key, list := range values {
			want = want || key == id
			for _, v := range list {
				want = want || v == id
			}
		}
		f := event.Filter{Resource: id}
		if got := f.Match(event.Record{Data: data}); got != want {
			t.Fatalf("%s in %s: %v", id, data, got)
		}
	})
}
