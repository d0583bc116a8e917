package choir

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// A socket is one UDP port on all of 127.0.0.0/8: many addresses of one
// machine speak through it, and each packet says to which it came and when.
type socket struct {
	conn  *net.UDPConn
	batch *ipv4.PacketConn
	port  uint16
}

// room is for the packets of a whole row while the listener sleeps.
const room = 16 << 20

func openSocket() (*socket, error) {
	var failed error
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		err := raw.Control(func(fd uintptr) {
			for _, o := range [][3]int{
				{unix.IPPROTO_IP, unix.IP_PKTINFO, 1}, {unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1},
			} {
				if failed == nil {
					failed = unix.SetsockoptInt(int(fd), o[0], o[1], o[2])
				}
			}
			for _, o := range []int{unix.SO_RCVBUFFORCE, unix.SO_SNDBUFFORCE} {
				_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, o, room) // who is not root has less
			}
		})
		if err == nil {
			err = failed
		}
		return err
	}}
	c, err := config.ListenPacket(context.Background(), "udp4", "0.0.0.0:0")
	if err != nil {
		return nil, err
	}
	conn := c.(*net.UDPConn)
	return &socket{conn, ipv4.NewPacketConn(conn), conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()}, nil
}

// from is the control message that sends a packet from an address (ip(7)).
func from(a netip.Addr) []byte {
	return (&ipv4.ControlMessage{Src: a.AsSlice()}).Marshal()
}

// arrival reads the control messages of a packet: to which of our addresses it
// came, and when, in nanoseconds of Unix time.
func arrival(control []byte) (to [4]byte, at int64) {
	const header = 16 // a length of 8 bytes, a level and a type of 4
	for len(control) >= header {
		length := int(binary.NativeEndian.Uint64(control))
		if length < header || length > len(control) {
			return to, at
		}
		data := control[header:length]
		switch kind := binary.NativeEndian.Uint32(control[12:]); binary.NativeEndian.Uint32(control[8:]) {
		case unix.IPPROTO_IP:
			if kind == unix.IP_PKTINFO && len(data) >= 12 {
				copy(to[:], data[8:12])
			}
		case unix.SOL_SOCKET:
			if kind == unix.SCM_TIMESTAMPNS && len(data) >= 16 {
				at = int64(binary.NativeEndian.Uint64(data))*1e9 + int64(binary.NativeEndian.Uint64(data[8:]))
			}
		}
		control = control[min(len(control), (length+7)&^7):]
	}
	return to, at
}
