package sip

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// raw is a SIP message as text: the peer in these tests reads and writes bytes
// and shares no code with the edge.
type raw struct {
	start   string
	headers [][2]string
	body    string
	bytes   []byte
}

func parseRaw(b []byte) raw {
	head, body, _ := strings.Cut(string(b), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := raw{start: lines[0], body: body, bytes: bytes.Clone(b)}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		m.headers = append(m.headers, [2]string{name, strings.TrimSpace(value)})
	}
	return m
}

func (m raw) get(name string) string {
	var all []string
	for _, h := range m.headers {
		if strings.EqualFold(h[0], name) {
			all = append(all, h[1])
		}
	}
	return strings.Join(all, "\n")
}

func (m *raw) set(name, value string) {
	for i, h := range m.headers {
		if strings.EqualFold(h[0], name) {
			m.headers[i][1] = value
			return
		}
	}
	m.headers = append(m.headers, [2]string{name, value})
}

func (m *raw) remove(name string) {
	kept := m.headers[:0]
	for _, h := range m.headers {
		if !strings.EqualFold(h[0], name) {
			kept = append(kept, h)
		}
	}
	m.headers = kept
}

func (m raw) String() string {
	var b strings.Builder
	b.WriteString(m.start + "\r\n")
	for _, h := range m.headers {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	return b.String()
}

// isRequest reports whether m is a request, and what: its method, or its
// status.
func (m raw) isRequest() (is bool, what string) {
	first, rest, _ := strings.Cut(m.start, " ")
	if first == "SIP/2.0" {
		return false, rest[:3]
	}
	return true, first
}

// part returns a header, the Request-URI or the body.
func (m raw) part(name string) string {
	switch name {
	case "uri":
		return m.uri()
	case "body":
		return m.body
	}
	return m.get(name)
}

func (m raw) uri() string { return strings.Fields(m.start)[1] }

func (m raw) cseq() (n int, method string) {
	fmt.Sscan(m.get("CSeq"), &n, &method)
	return n, method
}

func (m raw) tag(header string) string {
	_, after, _ := strings.Cut(m.get(header), ";tag=")
	tag, _, _ := strings.Cut(after, ";")
	return tag
}

// contact returns the URI between the angle brackets.
func (m raw) contact() string {
	_, after, _ := strings.Cut(m.get("Contact"), "<")
	uri, _, _ := strings.Cut(after, ">")
	return uri
}

// A wire is the peer's UDP socket.
type wire struct {
	t    testing.TB
	conn *net.UDPConn
	edge netip.AddrPort
	seen map[string]bool // datagrams that came, to know repetitions

	stream *streamWire // where it speaks TCP or TLS instead
}

func newWire(t testing.TB, address string) *wire {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(address)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &wire{t: t, conn: conn, seen: make(map[string]bool)}
}

func (w *wire) addr() netip.AddrPort {
	if w.stream != nil {
		return w.stream.addr()
	}
	return w.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// via is the beginning of the Via of what the peer says.
func (w *wire) via() string {
	if w.stream != nil {
		return "SIP/2.0/" + onTheWire(w.stream.transport) + " " + w.addr().String()
	}
	return "SIP/2.0/UDP " + w.addr().String()
}

func (w *wire) send(text string) {
	w.t.Helper()
	if w.stream != nil {
		w.stream.send(text, w.edge)
		return
	}
	if _, err := w.conn.WriteToUDPAddrPort([]byte(text), w.edge); err != nil {
		w.t.Fatal(err)
	}
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// receive returns the next datagram within d; repeated says that it came
// before, byte for byte.
func (w *wire) receive(d time.Duration) (m raw, repeated, ok bool) {
	w.t.Helper()
	if w.stream != nil {
		b, ok := w.stream.receive(d)
		return parseRaw(b), false, ok
	}
	b := make([]byte, 65536)
	w.conn.SetReadDeadline(time.Now().Add(d))
	n, _, err := w.conn.ReadFromUDPAddrPort(b)
	if err != nil {
		return raw{}, false, false
	}
	m = parseRaw(b[:n])
	repeated = w.seen[string(m.bytes)]
	w.seen[string(m.bytes)] = true
	return m, repeated, true
}
