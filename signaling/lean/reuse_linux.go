package lean

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// reusable says that several sockets may share a port, each source being kept
// on one of them.
const reusable = true

func reuse(_, _ string, c syscall.RawConn) (err error) {
	if failed := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}); failed != nil {
		return failed
	}
	return err
}
