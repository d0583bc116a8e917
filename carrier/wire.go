package carrier

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// Direction says which way a message went, seen from the carrier.
type Direction int

// In came to the carrier; Out left it.
const (
	In Direction = iota
	Out
)

// String returns the arrow of a SIP ladder with the carrier on the right.
func (d Direction) String() string {
	if d == In {
		return "→"
	}
	return "←"
}

// read carries datagrams from the socket to the loop until the socket closes.
func (c *Carrier) read() {
	buf := make([]byte, 64<<10)
	for {
		n, peer, err := c.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error about something that we sent
		}
		raw, peer := bytes.Clone(buf[:n]), unmapped(peer)
		if !c.post(func() { c.arrive(raw, peer) }) {
			return
		}
	}
}

// arrive lets a datagram suffer the configured losses and delays, then
// receives it.
func (c *Carrier) arrive(raw []byte, peer netip.AddrPort) {
	lost, delay := c.spoiled.fate()
	switch {
	case lost:
	case delay > 0:
		c.clock.after(delay, func() { c.receive(raw, peer) })
	default:
		c.receive(raw, peer)
	}
}

// receive is the border: bytes of strangers become messages, or are ignored.
func (c *Carrier) receive(raw []byte, peer netip.AddrPort) {
	if len(bytes.Trim(raw, "\r\n\x00 ")) == 0 {
		return // keep-alive, RFC 5626 §3.5.1
	}
	if c.cfg.OnMessage != nil {
		c.cfg.OnMessage(In, peer, raw)
	}
	msg, err := parse(raw)
	if err != nil {
		c.book.count(func(s *Stats) { s.Malformed++ })
		c.log.Debug("ignored a malformed message", "peer", peer, "err", err)
		return
	}
	c.record(In, msg, raw)
	switch m := msg.(type) {
	case *sip.Request:
		c.receiveRequest(m, raw, peer)
	case *sip.Response:
		c.receiveResponse(m, peer)
	}
}

// parse reads one message and insists on the headers that everything here
// relies on (RFC 3261 §8.1.1).
func parse(raw []byte) (msg sip.Message, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parser panicked: %v", p)
		}
	}()
	msg, err = sip.ParseMessage(raw)
	if err != nil {
		return nil, err
	}
	switch {
	case msg.Via() == nil, msg.CallID() == nil, msg.CSeq() == nil:
		return nil, errors.New("no Via, Call-ID or CSeq")
	case msg.From() == nil, msg.To() == nil:
		return nil, errors.New("no From or To")
	}
	if req, ok := msg.(*sip.Request); ok && req.CSeq().MethodName != req.Method {
		return nil, errors.New("CSeq is of another method")
	}
	return msg, nil
}

// transmit sends a message and notes it.
func (c *Carrier) transmit(msg sip.Message, to netip.AddrPort) {
	raw := []byte(msg.String())
	if c.cfg.OnMessage != nil {
		c.cfg.OnMessage(Out, to, raw)
	}
	c.record(Out, msg, raw)
	lost, delay := c.spoiled.fate()
	switch {
	case lost:
	case delay > 0:
		c.clock.after(delay, func() { c.write(raw, to) })
	default:
		c.write(raw, to)
	}
}

func (c *Carrier) write(raw []byte, to netip.AddrPort) {
	// A datagram that cannot be sent is a datagram lost: retransmission and
	// time-outs deal with it.
	if _, err := c.conn.WriteToUDPAddrPort(raw, to); err != nil {
		c.log.Debug("could not send", "peer", to, "err", err)
	}
}
