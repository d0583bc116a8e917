package prompt

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"webtrunk"
)

// shipped are the clips and the music that come with Webtrunk, named as an
// operator's directory names them.
//
//go:embed sounds
var shipped embed.FS

// endings are the kinds of files that are taken, in this order.
var endings = []string{".opus", ".ogg", ".wav"}

// musicFolder holds music; elsewhere a folder is a language.
const musicFolder = "music"

// defaultMusic is what is played where no music is named.
const defaultMusic = "hold"

// maxFile bounds a sound file: ten minutes of 48 kHz stereo.
const maxFile = 120 << 20

// errNone says that there is no such file.
var errNone = errors.New("there is no such sound")

// find reads a sound file: the operator's, or else the shipped one.
func (l *Library) find(folder, name string) ([]byte, error) {
	for _, from := range l.files {
		for _, ending := range endings {
			b, err := readFile(from, path.Join(folder, name+ending))
			if !errors.Is(err, fs.ErrNotExist) {
				return b, err
			}
		}
	}
	return nil, errNone
}

func readFile(from fs.FS, name string) ([]byte, error) {
	f, err := from.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		return nil, errTooLarge
	}
	return b, err
}

var errTooLarge = fmt.Errorf("it is larger than %d MB", maxFile>>20)

// open adds an operator's directory before the shipped files, and looks at all
// that is in it. Each fault is a sentence of its own: a mistake in a file shall
// be known at the start, not by a caller.
func (l *Library) open(directory string) error {
	if info, err := os.Stat(directory); err != nil || !info.IsDir() {
		return faulty("%s is no directory that can be read", directory)
	}
	own := os.DirFS(directory)
	l.files = append([]fs.FS{own}, l.files...)
	var faults []error
	err := fs.WalkDir(own, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			faults = append(faults, faulty("%s cannot be read: %w", path.Join(directory, name), err))
		case name == "." || !d.IsDir() && strings.HasPrefix(d.Name(), "."):
		case d.IsDir():
			return l.checkFolder(directory, name, &faults)
		default:
			if err := l.checkFile(own, name); err != nil {
				faults = append(faults, faulty("%s: %w", path.Join(directory, name), err))
			}
		}
		return nil
	})
	return errors.Join(append(faults, err)...)
}

// checkFolder says what a folder is for, or that it is for nothing.
func (l *Library) checkFolder(directory, name string, faults *[]error) error {
	if _, language := languages[name]; language || name == musicFolder {
		return nil
	}
	*faults = append(*faults, faulty("%s is neither a language (en, zh, ar) nor music", path.Join(directory, name)))
	return fs.SkipDir
}

// checkFile decodes a file of the operator's, which tells all that can be
// wrong with it.
func (l *Library) checkFile(own fs.FS, name string) error {
	ending := path.Ext(name)
	folder, base := path.Split(strings.TrimSuffix(name, ending))
	switch {
	case folder == "":
		return errors.New("sounds lie in the folder of a language, or in music")
	case !known(ending):
		return errors.New("a sound is a file that ends in .opus, .ogg or .wav")
	case !isName(base):
		return errors.New("a sound's name has small letters, digits, _ and . only")
	}
	b, err := readFile(own, name)
	if err != nil {
		return err
	}
	_, err = decode(b)
	return err
}

func known(ending string) bool {
	for _, e := range endings {
		if e == ending {
			return true
		}
	}
	return false
}

func faulty(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &webtrunk.Error{Kind: webtrunk.Invalid, Message: err.Error()}
}
