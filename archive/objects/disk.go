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

// Prepare makes the directory if it is not there.
func (d *Disk) Prepare() error { return os.MkdirAll(d.Directory, 0o700) }

// Draft begins to write an object. Whoever calls it must call Keep or Discard.
func (d *Disk) Draft(name string) (*Draft, error) {
	create := d.Make
	if create == nil {
		create = private
	}
	file, err := create(d.path(name) + part)
	if err != nil {
		return nil, err
	}
	return &Draft{disk: d, name: name, file: file}, nil
}

// private makes a file that nobody else may read, and that was not there.
func private(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// Open opens an object.
func (d *Disk) Open(name string) (*os.File, error) { return os.Open(d.path(name)) }

// Delete deletes an object. One that is not there is deleted already.
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
