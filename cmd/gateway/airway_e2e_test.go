//go:build e2e

package main

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
)

// An airway carries a page's UDP to the gateway, as a network does, and can
// fall away: then nothing of the addresses that it knew passes any more, and a
// page finds a way only from another.
type airway struct {
	door *net.UDPConn // where the page comes in
	to   netip.AddrPort

	thin    atomic.Bool // a tenth of the page's sound is lost
	mute    atomic.Bool // all of it is
	mu      sync.Mutex
	ways    map[netip.AddrPort]*net.UDPConn // by the page's address; nil: fallen away
	shut    bool                            // nothing passes at all
	running sync.WaitGroup
}

// fly opens an airway to the gateway's media until the test has ended.
func fly(t *testing.T, to netip.AddrPort) *airway {
	t.Helper()
	door, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &airway{door: door, to: to, ways: map[netip.AddrPort]*net.UDPConn{}}
	a.running.Go(a.carry)
	t.Cleanup(func() { door.Close(); a.cut(); a.running.Wait() })
	return a
}

func (a *airway) port() uint16 { return a.door.LocalAddr().(*net.UDPAddr).AddrPort().Port() }

// carry takes the page's packets to the gateway, from an address for each of
// the page's.
func (a *airway) carry() {
	var buffer [2048]byte
	for {
		n, from, err := a.door.ReadFromUDPAddrPort(buffer[:])
		if err != nil {
			return
		}
		if sound := buffer[0] >= 128 && buffer[0] < 192; sound && (a.mute.Load() || a.thin.Load() && rand.IntN(10) == 0) {
			continue
		}
		if way := a.way(from); way != nil {
			_, _ = way.Write(buffer[:n])
		}
	}
}

func (a *airway) way(from netip.AddrPort) *net.UDPConn {
	a.mu.Lock()
	defer a.mu.Unlock()
	way, known := a.ways[from]
	if known || a.shut {
		return way
	}
	way, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(a.to))
	if err != nil {
		return nil
	}
	a.ways[from] = way
	a.running.Go(func() { a.back(way, from) })
	return way
}

// back takes the gateway's packets to the page.
func (a *airway) back(way *net.UDPConn, to netip.AddrPort) {
	var buffer [2048]byte
	for {
		n, err := way.Read(buffer[:])
		if err != nil {
			return
		}
		_, _ = a.door.WriteToUDPAddrPort(buffer[:n], to)
	}
}

// cut has every way that there is fall away.
func (a *airway) cut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for from, way := range a.ways {
		if way != nil {
			way.Close()
			a.ways[from] = nil
		}
	}
}

// close lets nothing pass: a firewall that blocks UDP.
func (a *airway) close() {
	a.mu.Lock()
	a.shut = true
	a.mu.Unlock()
	a.cut()
}
