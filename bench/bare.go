package main

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A bare path is what the gateway's is compared with: as many packets as the
// calls send, at the same pace, read and sent on by a socket of this process
// that does nothing else. What is late on it is the machine's doing.
type bare struct {
	meter    *meter
	near     *net.UDPConn
	far      *net.UDPConn
	stop     context.CancelFunc
	carrying sync.WaitGroup
}

// layBare begins to send n packets every 20 ms each way.
func layBare(m *meter, n int) (*bare, error) {
	near, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	far, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		near.Close()
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	b := &bare{meter: m, near: near, far: far, stop: stop}
	b.carrying.Go(b.relay)
	b.carrying.Go(b.receive)
	b.carrying.Go(func() { b.send(ctx, 2*n) })
	return b, nil
}

func (b *bare) close() {
	b.stop()
	b.near.Close()
	b.far.Close()
	b.carrying.Wait()
}

// relay stands where the gateway does.
func (b *bare) relay() {
	packet := make([]byte, 1500)
	for {
		n, from, err := b.far.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		_, _ = b.far.WriteToUDPAddrPort(packet[:n], from) // what is lost is not timed
	}
}

func (b *bare) receive() {
	packet := make([]byte, 1500)
	for {
		if _, _, err := b.near.ReadFromUDPAddrPort(packet); err != nil {
			return
		}
		b.meter.bare(time.Since(time.Unix(0, int64(binary.BigEndian.Uint64(packet)))))
	}
}

// send spreads the packets over each 20 ms, as calls that began at different
// times do.
func (b *bare) send(ctx context.Context, n int) {
	to := b.far.LocalAddr().(*net.UDPAddr).AddrPort()
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	packet := make([]byte, 172)
	tick := time.NewTicker(20 * time.Millisecond / time.Duration(n))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		binary.BigEndian.PutUint64(packet, uint64(time.Now().UnixNano()))
		_, _ = b.near.WriteToUDPAddrPort(packet, to)
	}
}
