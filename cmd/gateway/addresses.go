package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"webtrunk"
)

// machineAddresses returns the addresses at which other machines may reach
// this one.
func machineAddresses() (addrs []netip.Addr) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // a machine that hides its interfaces has none for us
	}
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		if ip := prefix.Addr().Unmap(); ip.IsGlobalUnicast() {
			addrs = append(addrs, ip)
		}
	}
	return addrs
}

// addressTowards returns the address of ours from which packets to peer leave.
// Connecting a UDP socket asks the routing table and sends nothing.
func addressTowards(peer netip.AddrPort) (netip.Addr, error) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(peer))
	if err != nil {
		return netip.Addr{}, &webtrunk.Error{Op: "find our address", Kind: webtrunk.Unavailable, Err: err,
			Message: fmt.Sprintf("this machine has no way to %s: correct trunk.proxy or the machine's routes, or name our address in public_addresses", peer)}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

// advertised returns the address that the carrier is told to send to: the
// public one of its family, else the one listened on, else the one that
// reaches it.
func advertised(public []netip.Addr, listen netip.Addr, proxy netip.AddrPort) (netip.Addr, error) {
	family := func(a netip.Addr) bool { return a.Is4() == proxy.Addr().Unmap().Is4() }
	if i := slices.IndexFunc(public, family); i >= 0 {
		return public[i], nil
	}
	if !listen.IsUnspecified() {
		return listen, nil
	}
	return addressTowards(proxy)
}
