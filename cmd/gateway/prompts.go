package main

import (
	"strings"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/media/prompt"
)

// PromptsConfig says whose sounds callers are played, and in which language.
type PromptsConfig struct {
	Directory string `yaml:"directory"` // replaces shipped sounds and adds others
	Language  string `yaml:"language"`  // where a phrase names none; empty means en
}

func (c Config) phrases() prompt.Options {
	return prompt.Options{Directory: c.Prompts.Directory, Language: c.Prompts.Language, Country: c.Media.Tones}
}

// validatePrompts looks at each file of the directory: whoever is played a file
// that is broken cannot mend it.
func (c Config) validatePrompts(ps *Problems) {
	for _, setting := range []struct {
		path    string
		options prompt.Options
	}{
		{"media.tones", prompt.Options{Country: c.Media.Tones}},
		{"prompts.language", prompt.Options{Language: c.Prompts.Language}},
		{"prompts.directory", prompt.Options{Directory: c.Prompts.Directory}},
	} {
		if _, err := prompt.New(setting.options); err != nil {
			ps.add(setting.path, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
}

// openPhrases opens what can be played. Nothing is decoded before it is asked
// for, so that this costs a start nothing.
func (g *gateway) openPhrases() (err error) {
	g.phrases, err = prompt.New(g.cfg.phrases())
	return err
}

// ringback returns the tone that a caller hears while somebody is called: that
// of a telephone's country, and of media.tones elsewhere. Whoever is behind a
// reference stays hidden, so that their country does, too.
func (g *gateway) ringback(called call.Leg) media.Cadence {
	to := called.Address
	if !called.Shown.IsZero() {
		to = called.Shown
	}
	if to.Scheme == webtrunk.Tel {
		if tones, ok := media.TonesAt(to.Value); ok {
			return tones.Ringback
		}
	}
	tones, _ := media.TonesOf(g.cfg.Media.Tones)
	return tones.Ringback
}
