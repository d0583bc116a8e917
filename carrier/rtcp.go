package carrier

import (
	"encoding/binary"
	"errors"
	"iter"
	"net"
	"net/netip"
	"time"
)

// RTCP (RFC 3550 §6), as little as a telephone does: a report every interval,
// a look at the other side's.

const (
	rtcpSR   = 200
	rtcpRR   = 201
	rtcpSDES = 202
)

// reportEvery sends a report each interval until the sound has ended. Loop
// only.
func (m *media) reportEvery(interval time.Duration) {
	m.c.clock.after(interval, func() {
		if m.report() {
			m.reportEvery(interval)
		}
	})
}

// report sends one compound packet and reports whether there may be more.
func (m *media) report() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hushed || m.shut {
		return false
	}
	if !m.wire.remote.IsValid() || m.wire.remote.Addr().IsUnspecified() {
		return true
	}
	to := netip.AddrPortFrom(m.wire.remote.Addr(), m.wire.remote.Port()+1)
	_, _ = m.control.WriteToUDPAddrPort(m.compound(time.Now()), to)
	m.counts.ReportsOut++
	return true
}

// compound builds SR or RR with a block about the stream that we hear, and the
// SDES that every compound packet must have.
func (m *media) compound(now time.Time) []byte {
	var b []byte
	block := m.block(now)
	count := byte(len(block) / 24)
	if m.send.packets > 0 {
		b = append(b, 2<<6|count, rtcpSR, 0, byte(6+len(block)/4))
		b = binary.BigEndian.AppendUint32(b, m.send.ssrc)
		b = binary.BigEndian.AppendUint64(b, ntp(now))
		b = binary.BigEndian.AppendUint32(b, m.send.ts)
		b = binary.BigEndian.AppendUint32(b, m.send.packets)
		b = binary.BigEndian.AppendUint32(b, m.send.octets)
	} else {
		b = append(b, 2<<6|count, rtcpRR, 0, byte(1+len(block)/4))
		b = binary.BigEndian.AppendUint32(b, m.send.ssrc)
	}
	b = append(b, block...)

	// CNAME "carrier": type 1, length 7, and zeros to the word boundary.
	b = append(b, 2<<6|1, rtcpSDES, 0, 4)
	b = binary.BigEndian.AppendUint32(b, m.send.ssrc)
	b = append(b, 1, 7)
	b = append(b, "carrier"...)
	return append(b, 0, 0, 0)
}

// block is the report about what we hear (§6.4.1), empty when we hear nothing.
func (m *media) block(now time.Time) []byte {
	r := &m.source
	if !r.started {
		return nil
	}
	wanted := r.top - r.base + 1
	fraction := byte(0)
	if dw, ds := wanted-r.priorWanted, r.seen-r.priorSeen; dw > ds && dw > 0 {
		fraction = byte(min(255, (dw-ds)*256/dw))
	}
	r.priorWanted, r.priorSeen = wanted, r.seen
	var b []byte
	b = binary.BigEndian.AppendUint32(b, r.ssrc)
	b = binary.BigEndian.AppendUint32(b, uint32(fraction)<<24|uint32(min(r.lost(), 1<<23-1)))
	b = binary.BigEndian.AppendUint32(b, r.top-1<<16)
	b = binary.BigEndian.AppendUint32(b, uint32(r.jitter))
	b = binary.BigEndian.AppendUint32(b, r.lastSR)
	var since uint32 // in 1/65536 s
	if r.lastSR != 0 {
		since = uint32(now.Sub(r.lastSRAt) * 65536 / time.Second)
	}
	return binary.BigEndian.AppendUint32(b, since)
}

// ntp is a time as RTCP writes it: seconds since 1900 in 32.32 bits (§4).
func ntp(t time.Time) uint64 {
	const seconds1900 = 2208988800
	s := uint64(t.Unix()) + seconds1900
	return s<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// receiveControl reads RTCP until the port is closed.
func (m *media) receiveControl() {
	buf := make([]byte, 2048)
	for {
		n, peer, err := m.control.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			m.reported(buf[:n], unmapped(peer))
		}
	}
}

// reported reads the other side's report: its clock, and what it lost of ours.
func (m *media) reported(packet []byte, peer netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if peer.Addr() != m.wire.remote.Addr() || m.hushed {
		return
	}
	for header, body := range rtcpPackets(packet) {
		kind, count := int(header[1]), int(header[0]&31)
		switch {
		case kind == rtcpSR && len(body) >= 24:
			m.source.lastSR, m.source.lastSRAt = binary.BigEndian.Uint32(body[6:]), time.Now()
			m.blocks(count, body[24:])
		case kind == rtcpRR && len(body) >= 4:
			m.blocks(count, body[4:])
		default:
			continue
		}
		m.counts.ReportsIn++
	}
	m.changed()
}

func (m *media) blocks(count int, body []byte) {
	for ; count > 0 && len(body) >= 24; count, body = count-1, body[24:] {
		if binary.BigEndian.Uint32(body) == m.send.ssrc {
			m.counts.PeerLost = float64(body[4]) / 256
		}
	}
}

// rtcpPackets walks a compound packet: the common header of each part and the
// body after it. It stops at the first part that is wrong.
func rtcpPackets(b []byte) iter.Seq2[[4]byte, []byte] {
	return func(yield func([4]byte, []byte) bool) {
		for len(b) >= 4 && b[0]>>6 == 2 {
			size := 4 + 4*int(binary.BigEndian.Uint16(b[2:]))
			if size > len(b) || !yield([4]byte(b), b[4:size]) {
				return
			}
			b = b[size:]
		}
	}
}
