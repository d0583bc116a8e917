package studio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A smallDisk is a file system of its own in this process's mount namespace,
// with so much room and no more.
type smallDisk struct{ dir string }

func newSmallDisk(room int) (*smallDisk, error) {
	dir, err := os.MkdirTemp("", "webtrunk-studio-")
	if err != nil {
		return nil, err
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, fmt.Sprintf("size=%d", room)); err != nil {
		return nil, errors.Join(fmt.Errorf("mounting a small disk: %w (a studio needs a mount namespace of its own)", err), os.Remove(dir))
	}
	return &smallDisk{dir}, nil
}

// create makes a new file, also where a recording of that name is.
func (d *smallDisk) create(name string) (*os.File, error) {
	return os.CreateTemp(d.dir, "*-"+name)
}

func (d *smallDisk) ballast() string { return filepath.Join(d.dir, "ballast") }

// fill takes all room that is left.
func (d *smallDisk) fill() error {
	f, err := os.Create(d.ballast())
	if err != nil {
		return err
	}
	for block := make([]byte, 1<<20); ; {
		n, err := f.Write(block)
		switch {
		case errors.Is(err, unix.ENOSPC) && n == 0:
			return f.Close()
		case err != nil && !errors.Is(err, unix.ENOSPC):
			return errors.Join(err, f.Close())
		}
	}
}

// empty gives the room back.
func (d *smallDisk) empty() error { return os.Remove(d.ballast()) }

func (d *smallDisk) close() error {
	return errors.Join(unix.Unmount(d.dir, unix.MNT_DETACH), os.Remove(d.dir))
}
