package prompt

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/media"
	"webtrunk/transcode"
)

// Options say whose sounds are played.
type Options struct {
	// Directory holds sounds that replace the shipped ones or add to them:
	// LANGUAGE/CLIP.opus, .ogg or .wav for what is spoken, music/NAME.opus and so
	// on for music, of which hold is played where none is named. Empty means the
	// shipped ones alone.
	Directory string
	Language  string // that is spoken where a phrase names none; empty means en
	Country   string // whose tones are played where none is named; empty means us
}

// A Library opens phrases. It may be used by many goroutines.
type Library struct {
	files    []fs.FS
	language string
	country  string
	cache    cache
}

// New returns a library. Its error says all that is wrong with the options and
// the directory's files, one sentence a line.
func New(o Options) (*Library, error) {
	sounds, err := fs.Sub(shipped, "sounds")
	if err != nil {
		return nil, err
	}
	l := &Library{files: []fs.FS{sounds}, language: or(o.Language, "en"), country: or(o.Country, "us")}
	var faults []error
	if _, ok := languages[l.language]; !ok {
		faults = append(faults, faulty("there is no language %q: there are en, zh and ar", l.language))
	}
	if _, ok := media.TonesOf(l.country); !ok {
		faults = append(faults, faulty("no tones of a country %q are known: %s", l.country, strings.Join(media.ToneCountries(), ", ")))
	}
	if o.Directory != "" {
		faults = append(faults, l.open(o.Directory))
	}
	return l, errors.Join(faults...)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Open returns a phrase from its beginning. It decodes what has not been asked
// for before, which takes a millisecond for a second of speech.
func (l *Library) Open(text string) (media.Sound, error) {
	p, err := parse(text, l.language)
	if err != nil {
		return nil, err
	}
	var s sequence
	for i, one := range p.items {
		if one.endless() && i < len(p.items)-1 {
			return nil, invalid("%s never ends, so nothing can follow it", one)
		}
		sounds, err := l.item(p.language, one)
		if err != nil {
			return nil, err
		}
		s = append(s, sounds...)
	}
	return &series{sounds: s}, nil
}

// item returns what one item sounds like.
func (l *Library) item(language string, i item) (sequence, error) {
	switch i.kind {
	case "pause":
		ms, err := whole(i, 0, 10_000)
		return sequence{silent(ms * transcode.SampleRate / 1000)}, err
	case "beep":
		return sequence{beep()}, none(i)
	case "music":
		return l.music(or(i.value, defaultMusic))
	case "tone":
		return l.tone(i.value)
	}
	words, _, err := i.words(languages[language])
	if err != nil {
		return nil, err
	}
	var s sequence
	for _, w := range words {
		pcm, err := l.clip(language, w)
		if err != nil {
			return nil, err
		}
		s = append(s, &clip{pcm: pcm})
	}
	return s, nil
}

func (l *Library) music(name string) (sequence, error) {
	if !isName(name) {
		return nil, invalid("music has names of small letters and digits, not %q", name)
	}
	pcm, err := l.clip(musicFolder, name)
	return sequence{media.NewLoop(pcm)}, err
}

// tone returns a country's tone; value is as busy or busy:de.
func (l *Library) tone(value string) (sequence, error) {
	kind, country, _ := strings.Cut(value, ":")
	tones, ok := media.TonesOf(or(country, l.country))
	if !ok {
		return nil, invalid("no tones of a country %q are known", country)
	}
	c, ok := map[string]media.Cadence{
		"dial": tones.Dial, "busy": tones.Busy, "ringback": tones.Ringback, "congestion": tones.Congestion, "waiting": tones.Waiting,
	}[kind]
	if !ok {
		return nil, invalid("a tone is dial, busy, ringback, congestion or waiting, not %q", kind)
	}
	return sequence{c.Sound()}, nil
}

// clip returns a file's samples, which nobody may change.
func (l *Library) clip(folder, name string) ([]int16, error) {
	key := folder + "/" + name
	if pcm, ok := l.cache.get(key); ok {
		return pcm, nil
	}
	b, err := l.find(folder, name)
	if errors.Is(err, errNone) {
		return nil, &webtrunk.Error{Op: "prompt: open", Kind: webtrunk.NotFound, Message: fmt.Sprintf("there is no sound %s in %s to play", strconv.Quote(name), folder)}
	}
	var pcm []int16
	if err == nil {
		pcm, err = decode(b)
	}
	if err != nil {
		return nil, &webtrunk.Error{Op: "prompt: open", Kind: webtrunk.Unavailable, Message: fmt.Sprintf("the sound %s/%s cannot be played", folder, name), Err: err}
	}
	if folder == musicFolder {
		pcm = seamless(pcm)
	}
	l.cache.put(key, pcm)
	return pcm, nil
}

// Length returns how long a phrase is, and false where it never ends.
func (l *Library) Length(text string) (time.Duration, bool, error) {
	s, err := l.Open(text)
	if err != nil {
		return 0, false, err
	}
	n, ends := s.(*series).left()
	return time.Duration(n) * time.Second / transcode.SampleRate, ends, nil
}
