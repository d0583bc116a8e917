package media

import (
	"reflect"
	"testing"
)

// The totals count each port's packets once, while it is open and after it has
// closed, also if it is closed twice.
func TestTotals(t *testing.T) {
	before, openBefore := Totals()
	p := NewPort("a", new(deaf))
	for range 3 {
		p.Receive(Frame{})
	}
	while, open := Totals()
	if while.Received-before.Received != 3 || while.Dropped-before.Dropped != 3 || open != openBefore+1 {
		t.Errorf("while it is open: %+v after %+v, %d ports", while, before, open)
	}
	p.Close()
	p.Close()
	after, open := Totals()
	if after != while || open != openBefore {
		t.Errorf("after it has closed: %+v, want %+v, %d ports", after, while, open)
	}
}

type deaf struct{}

func (*deaf) Send(Frame) {}

// Every counter is added up.
func TestStatsAdd(t *testing.T) {
	var one, sum Stats
	enumerate(&one)
	sum.add(one)
	if sum != one {
		t.Errorf("added %+v, got %+v", one, sum)
	}
	var seen, all VideoStats
	enumerate(&seen)
	all.add(seen)
	if all != seen {
		t.Errorf("added %+v, got %+v", seen, all)
	}
}

// enumerate gives each counter of a struct a number of its own.
func enumerate(counters any) {
	v := reflect.ValueOf(counters).Elem()
	for i := range v.NumField() {
		v.Field(i).SetUint(uint64(i + 1))
	}
}

// Pictures are added up while their leg is there, and after it has gone.
func TestVideoTotals(t *testing.T) {
	a, _, sa, _, _ := watched(t, chromiumVideo, firefoxVideo)
	before, streams := VideoTotals()
	a.Receive(sa, picture(chromiumVideo, 100))
	while, _ := VideoTotals()
	if while.Received-before.Received != 1 || while.Sent-before.Sent != 1 || streams < 2 {
		t.Errorf("%+v after %+v, of %d streams", while, before, streams)
	}
}
