// Package objects keeps the sound of calls as files in a directory of this
// node's: an object is written as a draft, and is there under its name only when
// all of it, and the name itself, have reached the disk. So what has a name is
// whole, also after a loss of power, and a draft is what is being written or what
// a dead process has left.
//
// What objects mean, who may have them, and how long they stay is for those who
// keep the rows that name them.
package objects

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// part is how a draft's file ends, after the object's name.
const part = ".part"

// A Disk keeps objects in one directory, which nobody else may use. It may be
// used from any goroutine.
type Disk struct {
	Directory string
	Make      func(path string) (*os.File, error) // makes a draft's file; nil: one that nobody else may read
}

// Prepare implements Store.
func (d *Disk) Prepare() error { return os.MkdirAll(d.Directory, 0o700) }

// Draft implements Store.
func (d *Disk) Draft(name string) (Writer, error) {
	create := d.Make
	if create == nil {
		create = private
	}
	file, err := create(d.path(name) + part)
	if err != nil {
		return nil, err
	}
	return &draft{disk: d, name: name, file: file}, nil
}

// Adopt implements Store.
func (d *Disk) Adopt(name string) (Writer, error) {
	at := d.path(name)
	if err := os.Rename(at, at+part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	file, err := os.OpenFile(at+part, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &draft{disk: d, name: name, file: file}, nil
}

// Names implements Store.
func (d *Disk) Names(prefix string) (all []string, err error) {
	files, err := os.ReadDir(d.Directory)
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), part)
		if strings.HasPrefix(name, prefix) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all, err
}

// private makes a file that nobody else may read, and that was not there.
func private(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// Open implements Store.
func (d *Disk) Open(name string) (Reader, error) {
	file, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Delete implements Store.
func (d *Disk) Delete(name string) error { return remove(d.path(name)) }

// Sweep deletes what is not wanted of the files whose names begin so: drafts that
// a dead process has left, and objects of which known says no. It tells of each.
// Nothing may be written meanwhile.
func (d *Disk) Sweep(prefix string, known func(name string) bool, told func(file string)) error {
	files, err := os.ReadDir(d.Directory)
	if err != nil {
		return err
	}
	for _, f := range files {
		name := f.Name()
		if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, part) && known(name) {
			continue
		}
		if err := d.Delete(name); err != nil {
			return err
		}
		told(name)
	}
	return nil
}

func (d *Disk) path(name string) string { return filepath.Join(d.Directory, name) }

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
