package choir

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// A line whose path was cut is heard again once it speaks from elsewhere, and
// not before, however much comes meanwhile.
func TestALineIsHeardAgain(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	call := direct(t, c)
	call.Page.speakTo(call.Telephone)
	call.Telephone.speakTo(call.Page)
	call.Sing()
	if _, _, err := call.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := call.Page.Addr()
	call.Cut()
	soon, done := context.WithTimeout(t.Context(), 2*lookAgain)
	defer done()
	if at, err := call.Telephone.Watch().Back(soon); err == nil || !strings.Contains(err.Error(), "not heard again") {
		t.Errorf("a line that is cut is heard at %v: %v", at, err)
	}
	page, telephone := call.Page.Watch(), call.Telephone.Watch()
	begun := time.Now()
	call.Page.settle(call.Page.elsewhere())
	call.Telephone.speakTo(call.Page)
	if call.Page.Addr() == before || !call.Page.Home().IsLoopback() {
		t.Errorf("the page has moved from %v to %v", before, call.Page.Addr())
	}
	for _, w := range []*Watch{page, telephone} {
		if at, err := w.Back(t.Context()); err != nil || at.Before(begun) || at.Sub(begun) > 20*time.Second {
			t.Errorf("heard again %v after it spoke from elsewhere, %v", at.Sub(begun), err)
		}
	}
}

// A line has eight homes, each of which is its own, and then the first again.
func TestALineNeverTakesAnothersHome(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	one, other := direct(t, c), direct(t, c)
	seen := map[string]bool{}
	for range homes {
		for _, l := range []*Line{one.Page, other.Page} {
			seen[l.Home().String()] = true
			l.leave()
			l.settle(l.elsewhere())
		}
	}
	if len(seen) != 2*homes || !seen[one.Page.Home().String()] {
		t.Errorf("two lines have had %d homes", len(seen))
	}
}

// By a pipe packets go and come behind their lengths; one without a candidate or
// a listener is an error.
func TestAPipeCarriesPackets(t *testing.T) {
	t.Parallel()
	c := open(t, PCMU, PCMU)
	call := direct(t, c)
	call.Page.speakTo(call.Telephone)
	far, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	to := far.Addr().(*net.TCPAddr).AddrPort()
	p := call.Page.elsewhere()
	if err := call.Page.dial(t.Context(), p, Answer{}.TCP); err == nil || !strings.Contains(err.Error(), "no candidate for TCP") {
		t.Errorf("nowhere to connect to: %v", err)
	}
	if err := call.Page.dial(t.Context(), p, to); err != nil {
		t.Fatal(err)
	}
	call.Page.settle(p)
	conn, err := far.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if from := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr(); from != call.Page.Home() {
		t.Errorf("it comes from %v, want %v", from, call.Page.Home())
	}
	if err := call.Page.send([]byte("check")); err != nil {
		t.Fatal(err)
	}
	call.Page.Sing()
	in := bufio.NewReader(conn)
	for i, want := range []int{5, 12 + frameSamples} {
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			t.Fatal(err)
		}
		packet := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(in, packet); err != nil || len(packet) != want {
			t.Errorf("packet %d: %d bytes, %v, want %d", i, len(packet), err, want)
		}
	}
	sound := append([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9}, make([]byte, frameSamples)...)
	if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(sound))), sound...)); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(10 * time.Second); call.Page.First().IsZero() && time.Now().Before(until); time.Sleep(time.Millisecond) {
	}
	if call.Page.First().IsZero() {
		t.Error("nothing was heard by the pipe")
	}
	call.Cut() // closes the pipe, and with it the other end
	if _, err := io.Copy(io.Discard, in); err != nil {
		t.Error(err)
	}
}

// What answers a check of the generation before does not connect the next one.
func TestAnswersAreOfOneGeneration(t *testing.T) {
	g := newGeneration()
	g.answer.Password = "the gateway's new password"
	for _, password := range []string{"the gateway's old password", g.answer.Password} {
		m, err := stun.Build(stun.TransactionID, stun.BindingSuccess, stun.NewShortTermIntegrity(password), stun.Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		g.answered(m)
		connected := false
		select {
		case <-g.connected:
			connected = true
		default:
		}
		if connected != (password == g.answer.Password) {
			t.Errorf("an answer under %q: connected is %v", password, connected)
		}
	}
	g.answered(stun.New()) // once is enough
	if again := g.again(); again.ufrag != g.ufrag || again.password != g.password {
		t.Error("the same generation has other credentials elsewhere")
	}
}
