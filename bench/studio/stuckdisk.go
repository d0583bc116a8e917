package studio

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A stuckDisk is a file that takes nothing until it thaws: whoever writes to it
// sits in the system call, with a thread of the process, as before a network's
// disk whose server is gone. It is a pipe that is full and that nobody reads; the
// system's end of it is in blocking mode, which Go's own would not be.
type stuckDisk struct {
	in      *os.File
	pipe    string
	path    string // what was written is here, once it thaws
	ballast int64  // bytes before
	done    chan error
}

func newStuckDisk(dir string, number int) (*stuckDisk, error) {
	s := &stuckDisk{pipe: filepath.Join(dir, fmt.Sprintf("pipe%d", number)), path: filepath.Join(dir, fmt.Sprintf("stuck%d.opus", number))}
	if err := unix.Mkfifo(s.pipe, 0o600); err != nil {
		return nil, err
	}
	fd, err := unix.Open(s.pipe, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	s.in = os.NewFile(uintptr(fd), s.pipe)
	if err := s.fill(fd); err != nil {
		return nil, errors.Join(err, s.in.Close())
	}
	return s, nil
}

// fill writes as much as the pipe takes.
func (s *stuckDisk) fill(fd int) error {
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	for {
		n, err := unix.Write(fd, make([]byte, 4096))
		switch {
		case err == unix.EAGAIN:
			return unix.SetNonblock(fd, false)
		case err != nil && err != unix.EINTR:
			return err
		case n > 0:
			s.ballast += int64(n)
		}
	}
}

// thaw begins to take what is written, until the file is closed.
func (s *stuckDisk) thaw() error {
	out, err := os.Open(s.pipe)
	if err != nil {
		return err
	}
	file, err := os.Create(s.path)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	s.done = make(chan error, 1)
	go func() {
		_, err := io.CopyN(io.Discard, out, s.ballast)
		if err == nil {
			_, err = io.Copy(file, out)
		}
		s.done <- errors.Join(err, out.Close(), file.Close())
	}()
	return nil
}

// wait waits until all that was written is in the file. Close the end that
// writes before.
func (s *stuckDisk) wait() error {
	if s.done == nil {
		return nil
	}
	return <-s.done
}
