package carrier

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAlarmsRingInOrderAndNotAfterTheyWereStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newClock()
		var rang []string
		note := func(name string) func() { return func() { rang = append(rang, name) } }
		k.after(30*time.Millisecond, note("c"))
		k.after(10*time.Millisecond, note("a"))
		stopped := k.after(20*time.Millisecond, note("stopped"))
		k.after(20*time.Millisecond, func() {
			note("b")()
			k.after(5*time.Millisecond, note("b+5"))
		})
		stopped.stop()
		stopped.stop() // twice does no harm
		(*alarm)(nil).stop()

		began := time.Now()
		for len(k.alarms) > 0 {
			<-k.timer.C
			k.ringDue(func(f func()) { f() })
		}
		if want := []string{"a", "b", "b+5", "c"}; !slices.Equal(rang, want) {
			t.Errorf("rang %v, want %v", rang, want)
		}
		if d := time.Since(began); d != 30*time.Millisecond {
			t.Errorf("took %v, want 30ms", d)
		}
	})
}

func TestAnAlarmThatPanicsDoesNotSilenceTheNext(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	rang := make(chan bool)
	c.do(func() {
		c.clock.after(time.Millisecond, func() { panic("sparks") })
		c.clock.after(2*time.Millisecond, func() { close(rang) })
	})
	<-rang
	if got := c.Stats().Panics; got != 1 {
		t.Errorf("%d panics counted, want 1", got)
	}
	c.book.count(func(s *Stats) { s.Panics = 0 })
}
