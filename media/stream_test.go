package media

import "testing"

const hour = 180_000 // packets of 20 ms

// uncoded are the paths without an encoder: a test runs an hour of them at once.
var uncoded = map[string][2]Format{"passed through": {phone, noEvents}, "A-law to µ-law": {phoneA, phone}}

// between joins two ports; what leaves the second goes to out.
func between(t *testing.T, pair [2]Format, out Sender) (from, to *Port) {
	t.Helper()
	from, to = NewPort("from", &quiet{}), NewPort("to", out)
	t.Cleanup(func() { from.Close(); to.Close() })
	from.SetFormat(pair[0])
	to.SetFormat(pair[1])
	if _, err := Join(from, to); err != nil {
		t.Fatal(err)
	}
	atOnce(from)
	atOnce(to)
	return from, to
}

// Every kind of path goes on for an hour: numbers of 16 bits roll over three
// times meanwhile, and nothing is taken for late.
func TestACallOfAnHourLosesNothing(t *testing.T) {
	for name, pair := range uncoded {
		out := &quiet{}
		from, to := between(t, pair, out)
		f := packet20(0)
		f.PayloadType = pair[0].PayloadType
		for range hour {
			from.Receive(f)
			f.Sequence++
			f.Timestamp += 160
		}
		if s := to.Stats(); out.packets != hour || s.TooLate != 0 {
			t.Errorf("%s: %d of %d packets left, %d were taken for late", name, out.packets, hour, s.TooLate)
		}
	}
}

// A packet that is late by less than that is still sent, and one from before a
// digit of ours is not, also after numbers have rolled over.
func TestTheBarrierFollows(t *testing.T) {
	from, to := joined(t, phone, noEvents)
	for n := range 100_000 {
		if n == 99_996 || n == 99_998 {
			continue
		}
		from.Receive(packet20(n))
	}
	before := to.Stats().Sent
	from.Receive(packet20(99_998))
	if n := to.Stats().Sent; n != before+1 {
		t.Errorf("a packet that was overtaken by one is not sent: %+v", to.Stats())
	}
	to.out.beginEvent(8000)
	from.Receive(packet20(100_000))
	to.out.endEvent(0)
	from.Receive(packet20(99_996))
	if s := to.Stats(); s.TooLate != 1 {
		t.Errorf("%+v, want the one from before the silence too late", s)
	}
}
