//go:build e2e

package main

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"
)

// A cable carries a page's connections to the gateway, and can be cut, or stall: then
// what is said arrives once it flows again. Sound goes its own way over UDP.
type cable struct {
	listener net.Listener
	to       string

	mu      sync.Mutex
	ends    []net.Conn
	broken  bool
	stalled chan struct{} // until it is closed; nil: it flows
	running sync.WaitGroup
}

// lay lays a cable to an address until the test has ended.
func lay(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: to}
	c.running.Go(c.accept)
	t.Cleanup(func() { l.Close(); c.flow(); c.cut(); c.running.Wait() })
	return c
}

func (c *cable) url() string { return "http://" + c.listener.Addr().String() }

func (c *cable) accept() {
	for {
		page, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.running.Go(func() { c.carry(page) })
	}
}

// carry moves bytes both ways until either side ends.
func (c *cable) carry(page net.Conn) {
	defer page.Close()
	gateway, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer gateway.Close()
	if !c.plug(page, gateway) {
		return
	}
	defer c.unplug(page, gateway)
	c.running.Go(func() { _, _ = io.Copy(end{c, gateway}, page); gateway.Close() })
	_, _ = io.Copy(end{c, page}, gateway)
}

// plug reports whether the cable still carries.
func (c *cable) plug(ends ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.broken {
		c.ends = append(c.ends, ends...)
	}
	return !c.broken
}

func (c *cable) unplug(ends ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends = slices.DeleteFunc(c.ends, func(e net.Conn) bool { return slices.Contains(ends, e) })
}

// cut ends every connection; nothing passes until the cable is mended.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = true
	for _, e := range c.ends {
		e.Close()
	}
}

// An end of a cable takes what is said when it flows.
type end struct {
	cable *cable
	net.Conn
}

func (e end) Write(b []byte) (int, error) {
	e.cable.mu.Lock()
	stalled := e.cable.stalled
	e.cable.mu.Unlock()
	if stalled != nil {
		<-stalled
	}
	return e.Conn.Write(b)
}

// stall holds back what is said from now on, both ways.
func (c *cable) stall() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stalled = make(chan struct{})
}

func (c *cable) flow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stalled != nil {
		close(c.stalled)
		c.stalled = nil
	}
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = false
}
