package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// Callers hear the tone of the telephone's country, but nothing of the country of
// somebody whom a reference hides.
func TestRingbackByCountry(t *testing.T) {
	g := &gateway{}
	g.cfg.Media.Tones = "fr"
	tel := func(n string) webtrunk.Address { return webtrunk.Address{Scheme: webtrunk.Tel, Value: n} }
	for name, c := range map[string]struct {
		called call.Leg
		want   string
	}{
		"a German telephone":      {call.Leg{Address: tel("+4930123456")}, "de"},
		"a British telephone":     {call.Leg{Address: tel("+442071234567")}, "gb"},
		"a country without tones": {call.Leg{Address: tel("+99912345")}, "fr"},
		"a browser":               {call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}}, "fr"},
		"a hidden telephone":      {call.Leg{Address: tel("+4930123456"), Shown: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"}}, "fr"},
	} {
		want, _ := media.TonesOf(c.want)
		if g.ringback(c.called) != want.Ringback {
			t.Errorf("%s does not ring as in %s", name, c.want)
		}
	}
}

func TestWhatCannotBePlayedIsToldAtTheStart(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"en/welcome.wav": "no sound", "en/sorry.mp3": "none either"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := Config{Prompts: PromptsConfig{Directory: dir, Language: "de"}}
	c.Media.Tones = "zz"
	var ps Problems
	c.validatePrompts(&ps)
	said := map[string]string{}
	for _, p := range ps {
		said[p.Path] = p.Message
	}
	for path, want := range map[string][]string{
		"media.tones":       {`"zz"`, "de, "},
		"prompts.language":  {`"de"`, "en, zh and ar"},
		"prompts.directory": {"welcome.wav: this is neither", "sorry.mp3: a sound is a file that ends in"},
	} {
		for _, part := range want {
			if !strings.Contains(said[path], part) {
				t.Errorf("%s: %q, want …%s…", path, said[path], part)
			}
		}
	}
	ps = nil
	if (Config{}).validatePrompts(&ps); len(ps) > 0 {
		t.Errorf("without settings: %v", ps)
	}
}
