package lean

import (
	"fmt"
	"net"
	"net/netip"
)

// candidates lists the door's own, as RFC 8839 §5.1 writes them: UDP before
// TCP, whose preference RFC 6544 §4.2 puts below it, passive as we do not call.
func candidates(cfg Config, local []netip.AddrPort) (all []string) {
	addrs := local
	if len(cfg.Public) > 0 && len(local) > 0 {
		addrs = nil
		for _, a := range cfg.Public {
			addrs = append(addrs, netip.AddrPortFrom(a, local[0].Port()))
		}
	}
	const udp, tcp, passive = 126, 90, 2
	for i, a := range addrs {
		all = append(all, fmt.Sprintf("candidate:u%d 1 udp %d %s %d typ host", i+1, udp<<24|(0xffff-i)<<8|0xff, a.Addr(), a.Port()))
	}
	for i, a := range addrs {
		if cfg.TCP == nil {
			break
		}
		all = append(all, fmt.Sprintf("candidate:t%d 1 tcp %d %s %d typ host tcptype passive", i+1,
			tcp<<24|(passive<<13|0x1fff-i)<<8|0xff, a.Addr(), a.Port()))
	}
	return all
}

// localAddrs are the addresses that others may reach this machine at, of both
// families: an unspecified address means all, and so does TCP's listener.
func localAddrs() (all []netip.Addr, err error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue // it has gone meanwhile
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err != nil {
				continue
			}
			if a := p.Addr(); reachable(a) {
				all = append(all, a)
			}
		}
	}
	return all, nil
}

// reachable leaves out what a page elsewhere cannot send to, and the old kinds
// of IPv6 address that RFC 8445 §5.1.1.1 excludes.
func reachable(a netip.Addr) bool {
	return !a.IsLoopback() && !a.IsMulticast() && !a.IsLinkLocalUnicast() && !a.Is4In6()
}
