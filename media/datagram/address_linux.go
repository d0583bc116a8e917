package datagram

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// An address is as the kernel writes it: sockaddr_in (ip(7)) or sockaddr_in6
// (ipv6(7)), whichever the family in its first two bytes says.
type address [unix.SizeofSockaddrInet6]byte

// addrPort reads it.
func (a *address) addrPort() netip.AddrPort {
	port := binary.BigEndian.Uint16(a[2:])
	if binary.NativeEndian.Uint16(a[:]) == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(a[4:8])), port)
	}
	ip := netip.AddrFrom16([16]byte(a[8:24]))
	if scope := binary.NativeEndian.Uint32(a[24:]); scope != 0 {
		ip = ip.WithZone(strconv.Itoa(int(scope))) // allocates; who is on the same link is rare
	}
	return netip.AddrPortFrom(ip, port)
}

// write writes it and returns how long it is, 0 for one that has a zone or is none.
func (a *address) write(to netip.AddrPort) (size int) {
	ip := to.Addr().Unmap()
	binary.BigEndian.PutUint16(a[2:], to.Port())
	switch {
	case ip.Is4():
		binary.NativeEndian.PutUint16(a[:], unix.AF_INET)
		*(*[4]byte)(a[4:8]) = ip.As4()
		return unix.SizeofSockaddrInet4
	case ip.Is6() && ip.Zone() == "":
		binary.NativeEndian.PutUint16(a[:], unix.AF_INET6)
		clear(a[4:8]) // the flow
		*(*[16]byte)(a[8:24]) = ip.As16()
		clear(a[24:]) // the scope
		return unix.SizeofSockaddrInet6
	}
	return 0
}
