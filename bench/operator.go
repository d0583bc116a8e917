package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// An operator is the telephones' side of a load: who is called answers at once,
// with an address for sound that is the choir's. It speaks just the SIP that
// this takes (RFC 3261 §8.2), so that it costs the generator next to nothing.
type operator struct {
	conn    *net.UDPConn
	answer  func(number, offer string) (sdp string, err error)
	serving sync.WaitGroup

	mu      sync.Mutex
	failed  error
	answers map[string]string // by Call-ID: what a call was answered with
}

// startOperator answers at an address of its own.
func startOperator(answer func(number, offer string) (sdp string, err error)) (*operator, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 13)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(1 << 20) // who is not root has less
	o := &operator{conn: conn, answer: answer, answers: map[string]string{}}
	o.serving.Go(o.serve)
	return o, nil
}

func (o *operator) addr() netip.AddrPort { return o.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// close returns what went wrong.
func (o *operator) close() error {
	o.conn.Close()
	o.serving.Wait()
	return o.failed
}

func (o *operator) serve() {
	buffer := make([]byte, 1<<16)
	for {
		n, from, err := o.conn.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if reply := o.reply(string(buffer[:n])); reply != "" {
			_, _ = o.conn.WriteToUDPAddrPort([]byte(reply), from) // who misses it asks again
		}
	}
}

// reply is the response to a request, empty to what takes none.
func (o *operator) reply(message string) string {
	head, body, _ := strings.Cut(message, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	switch method {
	case "ACK", "SIP/2.0":
		return ""
	case "INVITE":
		uri, _, _ := strings.Cut(rest, " ")
		number, _, _ := strings.Cut(strings.TrimPrefix(uri, "sip:"), "@")
		sdp, err := o.answered(number, header(lines, "call-id"), body)
		if err != nil {
			return response("488 Not Acceptable Here", lines[1:], o.addr(), "")
		}
		return response("200 OK", lines[1:], o.addr(), sdp)
	case "BYE":
		o.mu.Lock()
		delete(o.answers, header(lines, "call-id"))
		o.mu.Unlock()
	}
	return response("200 OK", lines[1:], o.addr(), "")
}

// answered is what a call is answered with: the first time what who is called
// says, and the same again when the call is refreshed (RFC 4028 §7.4) or asked
// twice.
func (o *operator) answered(number, call, offer string) (string, error) {
	o.mu.Lock()
	sdp, again := o.answers[call]
	o.mu.Unlock()
	if again {
		return sdp, nil
	}
	sdp, err := o.answer(number, offer)
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.failed = errors.Join(o.failed, fmt.Errorf("calling %s: %w", number, err))
		return "", err
	}
	o.answers[call] = sdp
	return sdp, nil
}

// header is the value of a request's first header of a name.
func header(lines []string, name string) string {
	for _, line := range lines {
		if key, value, _ := strings.Cut(line, ":"); strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// response copies what a response has of its request (RFC 3261 §8.2.6.2).
func response(status string, headers []string, at netip.AddrPort, sdp string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	for _, h := range headers {
		name, _, _ := strings.Cut(h, ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "via", "v", "from", "f", "call-id", "i", "cseq", "record-route":
			b.WriteString(h + "\r\n")
		case "to", "t":
			if !strings.Contains(h, ";tag=") {
				h += ";tag=operator"
			}
			b.WriteString(h + "\r\n")
		}
	}
	fmt.Fprintf(&b, "Contact: <sip:operator@%s>\r\n", at)
	if sdp != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(sdp), sdp)
	return b.String()
}
