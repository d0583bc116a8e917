package studio

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"webtrunk/media"
	"webtrunk/transcode"
)

// A node has calls and records them.
type node struct {
	sockets *media.Sockets
	disk    *smallDisk
	calls   []*call
	left    []*take // that were closed while their disks hung
	over    []*take // that have ended
}

// A call is two telephones that hear each other, one of which is recorded.
type call struct {
	number int
	legs   [2]*media.Socket
	unjoin func()
	take   *take // nil while it is not recorded
}

// room is how large the small disk is: the recordings of a hundred calls for
// some minutes.
const room = 64 << 20

func newNode() (*node, error) {
	disk, err := newSmallDisk(room)
	if err != nil {
		return nil, err
	}
	sockets, err := media.NewSockets(loopback, 33000, 36999)
	if err != nil {
		return nil, errors.Join(err, disk.close())
	}
	return &node{sockets: sockets, disk: disk}, nil
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// open makes a call of each two telephones.
func (n *node) open(phones [][2]uint16) (ports [][2]uint16, err error) {
	for i, pair := range phones {
		c := &call{number: i + 1}
		n.calls = append(n.calls, c)
		for k, phone := range pair {
			if c.legs[k], err = n.sockets.Open(fmt.Sprintf("call %d, %d", c.number, k+1)); err != nil {
				return nil, err
			}
			c.legs[k].Port().SetFormat(media.Format{Codec: transcode.PCMU})
			c.legs[k].SetRemotes(netip.AddrPortFrom(loopback, phone), netip.AddrPort{})
		}
		if c.unjoin, err = media.Join(c.legs[0].Port(), c.legs[1].Port()); err != nil {
			return nil, err
		}
		ports = append(ports, [2]uint16{c.legs[0].LocalPort(), c.legs[1].LocalPort()})
	}
	return ports, nil
}

// record records calls on the small disk.
func (n *node) record(calls []*call) error {
	for _, c := range calls {
		f, err := n.disk.create(fmt.Sprintf("call%d.opus", c.number))
		if err != nil {
			return err
		}
		if c.take, err = newTake(c, f, f.Name()); err != nil {
			return err
		}
	}
	return nil
}

// ended waits until all recordings have ended by themselves.
func (n *node) ended() (takes []Take, err error) {
	for _, c := range n.calls {
		ctx, done := context.WithTimeout(context.Background(), 20*time.Second)
		err = errors.Join(err, c.take.wait(ctx))
		takes = append(takes, n.finish(ctx, c))
		done()
	}
	return takes, err
}

// stick records all calls, each on a disk that hangs.
func (n *node) stick() error {
	for _, c := range n.calls {
		s, err := newStuckDisk(n.disk.dir, c.number)
		if err != nil {
			return err
		}
		if c.take, err = newTake(c, s.in, s.path); err != nil {
			return errors.Join(err, s.in.Close())
		}
		c.take.stuck = s
	}
	return nil
}

// leave ends the recordings of the first half of the calls.
func (n *node) leave() (takes []Take) {
	for _, c := range n.calls[:len(n.calls)/2] {
		ctx, done := context.WithTimeout(context.Background(), 100*time.Millisecond)
		takes = append(takes, n.finish(ctx, c))
		done()
	}
	return takes
}

// mend gives all disks room and lets them answer. Calls that are not recorded
// any more are so again.
func (n *node) mend() error {
	if err := n.disk.empty(); err != nil {
		return err
	}
	for _, t := range n.left {
		if err := t.stuck.thaw(); err != nil {
			return err
		}
	}
	var bare []*call
	for _, c := range n.calls {
		if c.take == nil {
			bare = append(bare, c)
		} else if err := c.take.stuck.thaw(); err != nil {
			return err
		}
	}
	return n.record(bare)
}

// caughtUp waits until the recordings of calls that are over are written.
func (n *node) caughtUp() error {
	ctx, done := context.WithTimeout(context.Background(), 20*time.Second)
	defer done()
	for _, t := range n.left {
		if err := t.wait(ctx); err != nil {
			return err
		}
		t.forget()
	}
	return nil
}

// end ends all calls, and plays what was recorded.
func (n *node) end() (takes []Take, err error) {
	ctx, done := context.WithTimeout(context.Background(), 20*time.Second)
	defer done()
	for _, t := range n.left {
		err = errors.Join(err, t.wait(ctx), t.release())
	}
	for _, c := range n.calls {
		n.finish(ctx, c)
		c.unjoin()
		for _, l := range c.legs {
			l.Close()
		}
	}
	for _, t := range append(n.over, n.left...) {
		err = errors.Join(err, t.play())
		takes = append(takes, t.Take)
	}
	n.calls, n.left, n.over = nil, nil, nil
	return takes, err
}

// finish ends a call's recording.
func (n *node) finish(ctx context.Context, c *call) Take {
	t := c.take
	c.take = nil
	if t == nil {
		return Take{}
	}
	if hangs := t.close(ctx); hangs {
		n.left = append(n.left, t)
	} else {
		n.over = append(n.over, t)
	}
	return t.Take
}

func (n *node) close() {
	n.sockets.Close()
	if err := n.disk.close(); err != nil {
		fmt.Fprintln(os.Stderr, "studio:", err)
	}
}
