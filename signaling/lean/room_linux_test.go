package lean

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// roomOf is what the kernel keeps for a socket, as it counts.
func roomOf(t *testing.T, c *net.UDPConn) (bytes int) {
	t.Helper()
	raw, err := c.SyscallConn()
	check(t, err)
	check(t, raw.Control(func(fd uintptr) { bytes, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF) }))
	check(t, err)
	return bytes
}

// Who may have all of the room has it, whatever the system's limit; who may not
// has as much as that allows.
func TestPacketsHaveRoomWhileWeAreHeldUp(t *testing.T) {
	d := open(t, nil)
	plain := d.dial(t)
	defer plain.Close()
	makeRoom(plain, 1<<16) // under any limit
	if got := roomOf(t, plain); got != 2<<16 {
		t.Errorf("64 KiB that were asked for are %d bytes, want twice as many", got)
	}
	check(t, plain.SetReadBuffer(room))
	want := roomOf(t, plain)
	raw, err := plain.SyscallConn()
	check(t, err)
	check(t, raw.Control(func(fd uintptr) {
		if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, room) == nil {
			want = 2 * room
		}
	}))
	for _, k := range d.sockets {
		if got := roomOf(t, k.conn.UDPConn); got != want {
			t.Errorf("a socket of the door has room for %d bytes, want %d", got, want)
		}
	}
}
