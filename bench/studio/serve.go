package studio

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"

	"webtrunk/media"
)

// What a studio is ordered.
const (
	Open   = "open"   // calls between Phones, and tell their ports
	Record = "record" // all calls, on the small disk
	Fill   = "fill"   // that disk
	Ended  = "ended"  // wait until what was recorded there has ended by itself
	Stick  = "stick"  // record all calls anew, each on a disk that hangs
	Leave  = "leave"  // end half of these recordings while their disks hang
	Mend   = "mend"   // all disks, and record the others anew
	End    = "end"    // all recordings and calls, and play what there is
	Weigh  = "weigh"  // say what the process holds, once calls that are over are written
)

// An Order is one of those above.
type Order struct {
	Do     string
	Phones [][2]uint16 // of Open: the ports on loopback where each call's telephones are
}

// A Report answers an order.
type Report struct {
	Ports  [][2]uint16 // of Open: where each call's telephones send to
	Takes  []Take      // the recordings that have ended with this order
	Weight Weight      // of Weigh
	Failed string      // why the order could not be carried out
}

// A Weight is what the process holds.
type Weight struct {
	Heap       int64 // bytes in use, after garbage was collected
	Goroutines int
	Stale      uint64 // packets so far that were not passed on, because the process was late by more than jitter
}

// Serve carries out orders until in ends.
func Serve(in io.Reader, out io.Writer) error {
	n, err := newNode()
	if err != nil {
		return err
	}
	defer n.close()
	orders, reports := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var o Order
		if err := orders.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := reports.Encode(n.report(o)); err != nil {
			return err
		}
	}
}

// report carries an order out.
func (n *node) report(o Order) (r Report) {
	if err := n.carryOut(o, &r); err != nil {
		r.Failed = fmt.Sprintf("%s: %v", o.Do, err)
	}
	return r
}

func (n *node) carryOut(o Order, r *Report) (err error) {
	switch o.Do {
	case Open:
		r.Ports, err = n.open(o.Phones)
	case Record:
		err = n.record(n.calls)
	case Fill:
		err = n.disk.fill()
	case Ended:
		r.Takes, err = n.ended()
	case Stick:
		err = n.stick()
	case Leave:
		r.Takes = n.leave()
	case Mend:
		err = n.mend()
	case End:
		r.Takes, err = n.end()
	case Weigh:
		err = n.caughtUp()
		r.Weight = weigh()
	default:
		err = errors.New("there is no such order")
	}
	return err
}

func weigh() Weight {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	sum, _ := media.Totals()
	return Weight{int64(m.HeapAlloc), runtime.NumGoroutine(), sum.Stale}
}
