package signaling

import (
	"net"
	"testing"
	"time"
)

// An address has two connections at once; one that ends makes room, and
// closing the gate ends them all.
func TestTheGateLetsAFewIn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(l, 2)
	in := make(chan net.Conn)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := g.Accept()
			if err != nil {
				return
			}
			in <- c
		}
	}()
	knock := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetReadDeadline(time.Now().Add(time.Minute))
		return c
	}
	shut := func(c net.Conn) bool {
		_, err := c.Read(make([]byte, 1))
		e, late := err.(net.Error)
		return err != nil && !(late && e.Timeout())
	}
	first := knock()
	inside := <-in
	second := knock()
	<-in
	if !shut(knock()) {
		t.Error("a third was let in")
	}
	inside.Close()
	inside.Close() // twice is once
	if !shut(first) {
		t.Error("closing did not close")
	}
	third := knock()
	<-in
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if !shut(second) || !shut(third) {
		t.Error("the gate is closed, its connections are not")
	}
	<-done
}
