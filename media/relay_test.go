package media

import "testing"

// A relay that has left a packet out still passes on what was overtaken, however
// long ago that was: numbers roll over.
func TestALatePacketIsPassedOnLongAfterOneWasLeftOut(t *testing.T) {
	t.Parallel()
	for _, passed := range []int{10, 20_000, 33_000, 40_000, 65_500, 70_000} {
		from, to := joined(t, phone, noEvents)
		n := 0
		say := func(f Frame, number int) {
			f.Sequence, f.Timestamp = uint16(number), uint32(number)*160
			from.Receive(f)
		}
		key := Frame{PayloadType: phone.Events, Payload: eventPayload(1, true, 800)}
		for ; n < 5; n++ {
			say(packet20(n), n)
		}
		say(key, n)
		for end := n + passed; n < end; {
			n++
			say(packet20(n), n)
		}
		before := to.Stats()
		say(packet20(n+2), n+2)
		say(packet20(n+1), n+1)
		if s := to.Stats(); s.Sent != before.Sent+2 || s.TooLate != 0 {
			t.Errorf("%d packets after one that was left out: %d of 2 crossed, %+v", passed, s.Sent-before.Sent, s)
		}
	}
}

// A new sequence may begin with a packet that is not passed on. Those after it
// are not late.
func TestASequenceThatBeginsWithAKey(t *testing.T) {
	t.Parallel()
	for _, number := range []uint16{40_000, 990, 1100} {
		from, to := joined(t, phone, noEvents)
		k := newTalker(t, phone)
		k.seq = 1000
		give(from, k.say(t, speech[:1600]))
		from.Anew()
		k.seq, k.ts = number, k.ts+1<<30
		give(from, k.press(5, 5*tick))
		give(from, k.say(t, speech[:1600]))
		frames := to.frames()
		if len(frames) != 20 {
			t.Errorf("after a leap to %d: %d of 20 frames crossed, %+v", number, len(frames), to.Stats())
		}
		for i := 1; i < len(frames); i++ {
			if d := frames[i].Sequence - frames[i-1].Sequence; d != 1 {
				t.Errorf("after a leap to %d: frame %d: number +%d", number, i, d)
			}
		}
	}
}
