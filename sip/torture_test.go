package sip

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/trunk"
)

// torture is what becomes of each message of RFC 4475: the status that answers
// it, or "" where nothing may. Over TCP, where a message's length cannot be
// believed, the connection ends instead.
var torture = []struct {
	name, section, want, overTCP string
}{
	{"wsinv", "3.1.1.1", "481", ""}, // read in full: it is inside a dialog that is none of ours
	{"intmeth", "3.1.1.2", "501", ""},
	{"esc01", "3.1.1.3", "404", ""}, // the user is no sips URI and no number
	{"escnull", "3.1.1.4", "405", ""},
	{"esc02", "3.1.1.5", "501", ""}, // no REGISTER: escapes mean nothing in a method
	{"lwsdisp", "3.1.1.6", "200", ""},
	{"longreq", "3.1.1.7", "404", ""},
	{"dblreq", "3.1.1.8", "405", "404 405"}, // a datagram's second request is no part of it
	{"semiuri", "3.1.1.9", "200", ""},
	{"transports", "3.1.1.10", "200", ""},
	{"mpart01", "3.1.1.11", "405", ""},
	{"unreason", "3.1.1.12", "", ""}, // an answer to nothing of ours
	{"noreason", "3.1.1.13", "", ""},
	{"badinv01", "3.1.2.1", "400", ""},
	{"clerr", "3.1.2.2", "400", "silence"}, // its body is still to come
	{"ncl", "3.1.2.3", "400", "closed"},
	{"scalar02", "3.1.2.4", "400", ""},
	{"scalarlg", "3.1.2.5", "", ""},
	{"quotbal", "3.1.2.6", "400", ""},
	{"ltgtruri", "3.1.2.7", "400", ""},
	{"lwsruri", "3.1.2.8", "400", ""},
	{"lwsstart", "3.1.2.9", "400", ""},
	{"trws", "3.1.2.10", "400", ""},
	{"escruri", "3.1.2.11", "400", ""},
	{"baddate", "3.1.2.12", "400", ""},
	{"regbadct", "3.1.2.13", "400", ""},
	{"badaspec", "3.1.2.14", "400", ""},
	{"baddn", "3.1.2.15", "400", "closed"}, // the file has no empty line: what follows is part of it, and has a length too
	{"badvers", "3.1.2.16", "505", ""},
	{"mismatch01", "3.1.2.17", "400", ""},
	{"mismatch02", "3.1.2.18", "400", ""},
	{"bigcode", "3.1.2.19", "", ""},
	{"badbranch", "3.2.1", "200", ""},
	{"insuf", "3.3.1", "400", ""},
	{"unkscm", "3.3.2", "416", ""},
	{"novelsc", "3.3.3", "416", ""},
	{"unksm2", "3.3.4", "405", ""}, // we are no registrar, whoever registers
	{"bext01", "3.3.5", "420", ""},
	{"invut", "3.3.6", "415", ""},
	{"regaut01", "3.3.7", "405", ""},
	{"multi01", "3.3.8", "400", ""},
	{"mcl01", "3.3.9", "400", "closed"},
	{"bcast", "3.3.10", "", ""},
	{"zeromf", "3.3.11", "200", ""}, // it has arrived and goes no further
	{"cparam01", "3.3.12", "405", ""},
	{"cparam02", "3.3.13", "405", ""},
	{"regescrt", "3.3.14", "405", ""},
	{"sdp01", "3.3.15", "406", ""},
	{"inv2543", "3.4.1", "400", "closed"}, // RFC 2543 had no tags; over TCP it has no length either
}

// readTorture returns a message of RFC 4475 from the library's own test data.
func readTorture(t *testing.T) func(name string) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/emiago/sipgo").Output()
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(strings.TrimSpace(string(dir)), "sip/testdata/torture")
	return func(name string) string {
		files, _ := filepath.Glob(filepath.Join(at, "*", name+".dat"))
		if len(files) != 1 {
			t.Fatalf("%s is not there", name)
		}
		b, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

// A rack is an edge that one message of RFC 4475 is sent to, and whose desk
// knows none of the numbers in them.
type rack struct {
	t    *testing.T
	edge *Edge
	send func(text string)
	in   chan string // what came back; closed with the connection
}

func newRack(t *testing.T, cfg Config) *rack {
	d := &desk{refuse: &webtrunk.Error{Kind: webtrunk.NotFound}}
	return &rack{t: t, edge: d.start(t, cfg)}
}

const control = "OPTIONS sip:us@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.4.75;branch=z9hG4bKcontrol;rport\r\nFrom: <sip:them@127.0.0.1>;tag=p\r\n" +
	"To: <sip:us@127.0.0.1>\r\nCall-ID: control\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

// answers sends a message and returns what answers it: as many as are wanted,
// and what else comes until a control request behind it is answered, or the
// connection ends, or nothing comes.
func (r *rack) answers(text, want string) string {
	r.t.Helper()
	wanted := strings.Fields(want)
	wait := patience
	switch want {
	case "silence":
		wait, wanted = 200*time.Millisecond, nil
	case "closed":
		wanted = nil
	}
	var got []string
	r.send(text)
	for asked := false; ; {
		if len(got) >= len(wanted) && !asked {
			asked = true
			r.send(control)
		}
		select {
		case text, ok := <-r.in:
			if !ok {
				return strings.Join(append(got, "closed"), " ")
			}
			if text == "\r\n" {
				continue // a ping was answered
			}
			m := parseRaw([]byte(text))
			request, what := m.isRequest()
			_, of := m.cseq()
			switch {
			case request:
				r.t.Errorf("the edge asks:\n%s", text)
			case m.get("Call-ID") == "control":
				return strings.Join(got, " ")
			case what != "100":
				got = append(got, what)
				slices.Sort(got) // two requests are answered in either order
				if of == "INVITE" {
					r.send(ackOf(m).String())
				}
			}
		case <-time.After(wait):
			return strings.Join(append(got, "silence"), " ")
		}
	}
}

// ackOf acknowledges a refusal.
func ackOf(res raw) raw {
	ack := raw{start: "ACK sip:user@example.com SIP/2.0"}
	via, _, _ := strings.Cut(res.get("Via"), "\n")
	ack.set("Via", via)
	for _, name := range []string{"From", "To", "Call-ID"} {
		ack.set(name, res.get(name))
	}
	n, _ := res.cseq()
	ack.set("CSeq", fmt.Sprintf("%d ACK", n))
	return ack
}

// sound checks that the edge has survived and holds nothing open.
func (r *rack) sound(name string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.edge.quiet(ctx); err != nil {
		r.t.Errorf("%s: %d legs are left", name, r.edge.Stats().Legs)
	}
	if n := r.edge.Stats().Panics; n != 0 {
		r.t.Errorf("%s: %d panics", name, n)
	}
	r.edge.Close()
}

// TestTortureUDP sends the 49 messages of RFC 4475 in datagrams, each to an edge
// of its own, for they share branches. Each is answered as the table says, once,
// and the edge is sound afterwards.
func TestTortureUDP(t *testing.T) {
	t.Parallel()
	read := readTorture(t)
	if len(torture) != 49 {
		t.Fatalf("%d messages", len(torture))
	}
	// Answers go to the port in a Via: SIP's own in most of them, 5050 in one.
	in := make(chan string, 100)
	source, other := newWire(t, "127.0.4.75:5060"), newWire(t, "127.0.4.75:5050")
	var readers sync.WaitGroup
	for _, w := range []*wire{source, other} {
		readers.Go(func() {
			b := make([]byte, 65536)
			for {
				n, _, err := w.conn.ReadFromUDPAddrPort(b)
				if err != nil {
					return
				}
				in <- string(b[:n])
			}
		})
	}
	defer readers.Wait()
	defer other.conn.Close()
	defer source.conn.Close()
	for _, c := range torture {
		r := newRack(t, testConfig(t, source.addr()))
		source.edge = r.edge.Addr()
		r.send, r.in = source.send, in
		if got := r.answers(read(c.name), c.want); got != c.want {
			t.Errorf("%s (RFC 4475 §%s) is answered %q, want %q", c.name, c.section, got, c.want)
		}
		r.sound(c.name)
	}
}

// TestTortureTCP sends them over connections.
func TestTortureTCP(t *testing.T) {
	t.Parallel()
	read := readTorture(t)
	for _, c := range torture {
		want := c.want
		if c.overTCP != "" {
			want = c.overTCP
		}
		cfg := testConfig(t, netip.MustParseAddrPort("127.0.4.76:5060"))
		cfg.ListenTCP = cfg.Listen
		cfg.Network.Trunks[0].Transport = trunk.TCP
		r := newRack(t, cfg)
		conn := r.connect("127.0.4.76")
		text := read(c.name)
		if c.name == "dblreq" {
			text = text[:len(text)-5] // it is longer than its second Content-Length says
		}
		if got := r.answers(text, want); got != want {
			t.Errorf("%s (RFC 4475 §%s) is answered %q, want %q", c.name, c.section, got, want)
		}
		conn.Close()
		r.sound(c.name)
	}
}

// connect has a rack speak over a connection from an address.
func (r *rack) connect(from string) net.Conn {
	r.t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	conn, err := dialer.Dial("tcp4", r.edge.AddrOf(trunk.TCP).String())
	if err != nil {
		r.t.Fatal(err)
	}
	r.send = func(text string) { _, _ = conn.Write([]byte(text)) } // the edge may have closed it
	in := make(chan string, 100)
	r.in = in
	go func() {
		defer close(in)
		for b := bufio.NewReader(conn); ; {
			m, err := readFramed(b)
			if err != nil {
				return
			}
			in <- string(m)
		}
	}()
	return conn
}
