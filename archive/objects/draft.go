package objects

import (
	"errors"
	"os"
)

// A draft is an object of a disk that is being written.
type draft struct {
	disk *Disk
	name string
	file *os.File
}

// ReadAt implements Writer.
func (d *draft) ReadAt(b []byte, at int64) (int, error) { return d.file.ReadAt(b, at) }

// Write implements Writer.
func (d *draft) Write(b []byte) (int, error) { return d.file.Write(b) }

// Keep makes the draft an object, and returns its size in bytes. It waits until
// the disk has the content, and then the name: a name that is there before its
// content is whole would be believed. A draft that cannot be kept is still to be
// discarded.
func (d *draft) Keep() (size int64, err error) {
	if err := d.file.Sync(); err != nil {
		return 0, err
	}
	info, err := d.file.Stat()
	if err != nil {
		return 0, err
	}
	if err := d.file.Close(); err != nil {
		return 0, err
	}
	at := d.disk.path(d.name)
	if err := os.Rename(at+part, at); err != nil {
		return 0, err
	}
	return info.Size(), settle(d.disk.Directory)
}

// settle waits until the disk has the names in a directory.
func settle(directory string) error {
	dir, err := os.Open(directory)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Discard leaves nothing of it, whether it has been kept or not.
func (d *draft) Discard() error {
	d.file.Close() // kept ones are closed already
	at := d.disk.path(d.name)
	return errors.Join(remove(at+part), remove(at))
}
