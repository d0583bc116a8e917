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
	v := reflect.ValueOf(&one).Elem()
	for i := range v.NumField() {
		v.Field(i).SetUint(uint64(i + 1))
	}
	sum.add(one)
	if sum != one {
		t.Errorf("added %+v, got %+v", one, sum)
	}
}
