package lean

import (
	"net"

	"golang.org/x/sys/unix"
)

// makeRoom has the kernel keep so many bytes of packets that we have not read
// yet. Beyond net.core.rmem_max, which is 208 KiB as systems come, only who may
// administer the network gets it (socket(7)); others get the limit.
func makeRoom(conn *net.UDPConn, bytes int) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return // it is closed already
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, bytes)
	})
	if err != nil || refused != nil {
		_ = conn.SetReadBuffer(bytes) // less is no error
	}
}
