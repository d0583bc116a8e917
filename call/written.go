package call

import "slices"

// A call can begin in writing: the caller's page has no sound, and what is said stands in
// the call's room. It waits, rings and is handed on as any call; nothing is played to who
// only writes, nobody hears them, and only pages can be reached for them. Each page that
// opens its microphone has sound from then on (LegSpeaks); those that still write are asked
// to do so, and once two have sound they talk. Any of them may end the sound and write on
// (WriteOn), as long as all of them are pages.

// nobodyReads is what a writer reads where only a telephone, or a mailbox, is to be had.
const nobodyReads = "Nobody is here to read this at the moment."

// writes reports whether the caller only writes so far.
func (c *Call) writes() bool {
	caller := c.leg(1)
	return caller != nil && caller.Written
}

// silent reports whether a leg has no sound.
func (c *Call) silent(id LegID) bool {
	l := c.leg(id)
	return l != nil && l.Written
}

// soundAdded takes it that a page has sound from now on.
func (s *step) soundAdded(id LegID) {
	if s.c.silent(id) && s.c.live(id) {
		s.emit(SoundAdded{Leg: id})
	}
}

// readable are the targets of a stage that can be reached: for who only writes, pages.
func (c *Call) readable(all []Target) []Target {
	if !c.writes() {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(t Target) bool { return KindOf(t.Address) != WebRTC })
}

// unread gives a reason to a hunt that has reached nobody because the caller writes.
func (c *Call) unread(why LegLeft) LegLeft {
	if c.writes() && why.Cause == "" {
		why.Cause, why.Message = Unreachable, nobodyReads
	}
	return why
}

// wantsAsked are the pages that only write while somebody whom they would hear has sound.
// Nobody hears who listens beside the others: nobody is asked for their sake, nor told of them.
func (c *Call) wantsAsked() []LegID {
	talk := c.group()
	beside := c.legsWhere(func(l Leg) bool { return l.Part != Talks })
	return slices.DeleteFunc(slices.Concat(talk, beside), func(id LegID) bool {
		heard := func(other LegID) bool {
			return other != id && !c.silent(other) && (slices.Contains(talk, other) || c.leg(other).HeardBy == id)
		}
		return !c.silent(id) || !c.connected(id) || !slices.ContainsFunc(slices.Concat(talk, beside), heard)
	})
}

// tellsAsked are the orders that ask pages to talk, once each time.
func (w wants) tellsAsked(to wants) (orders []Order) {
	for _, id := range to.asked {
		if !slices.Contains(w.asked, id) {
			orders = append(orders, AskToTalk{id})
		}
	}
	return orders
}

// writeOn ends the sound of a call in which all can read.
func (s *step) writeOn(by LegID) {
	group := s.c.talking()
	if !s.c.answered || s.c.transfer != nil || !slices.Contains(group, by) || s.c.silent(by) {
		return
	}
	if slices.ContainsFunc(group, func(id LegID) bool { return s.c.leg(id).Kind != WebRTC }) {
		s.order(TellWriting{Leg: by, Refused: true})
		return
	}
	for _, id := range s.c.legsWhere(func(l Leg) bool { return l.State == Connected && !l.Written }) {
		s.emit(SoundRemoved{Leg: id})
		s.order(TellWriting{Leg: id})
	}
}
