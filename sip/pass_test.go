package sip

import (
	"testing"
	"time"
)

// TestConnectionBreaksBehindItsInvite: a peer opens a connection, sends INVITEs
// and is gone before they have transactions. No leg stays behind for that, and
// none of what waits.
func TestConnectionBreaksBehindItsInvite(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.ListenTCP, cfg.Timers.Pass = cfg.Listen, 50*time.Millisecond
	r := newRack(t, cfg)
	c := &carrierWire{wire: w, edge: r.edge, run: 7}
	w.edge = r.edge.Addr()
	for i := range 20 {
		conn := r.connect("127.0.0.1")
		r.send(c.arriving(i).String() + "rubbish\r\n\r\n") // which ends the connection at once
		conn.Close()
	}
	eventually(t, "every INVITE is read", func() bool { return r.edge.Stats().Trunks[0].Arrived == 20 })
	eventually(t, "nothing waits", func() bool {
		r.edge.mu.Lock()
		defer r.edge.mu.Unlock()
		return len(r.edge.open) == 0 && len(r.edge.merges) == 0
	})
	r.sound("a broken connection")
}
