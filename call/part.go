package call

import "slices"

// A Part is what a leg takes in the conversation.
type Part string

const (
	Talks    Part = ""        // hears everybody and is heard by everybody
	Listens  Part = "listen"  // hears everybody, and nobody hears it
	Whispers Part = "whisper" // hears everybody, and one party hears it
)

// A Beside is a leg that hears a bridge without being of it: a supervisor.
type Beside struct {
	Leg     LegID
	HeardBy LegID // 0: nobody
}

// fits reports whether a leg may take a part. Who whispers does so to somebody
// who talks.
func (c *Call) fits(leg LegID, p Part, heardBy LegID) bool {
	if p == Whispers {
		return heardBy != leg && slices.Contains(c.talking(), heardBy)
	}
	return heardBy == 0 && (p == Talks || p == Listens)
}

// changePart gives somebody who was invited another part: who listened whispers,
// or talks with all. The others must be able to talk without them.
func (s *step) changePart(in ChangePart) {
	l := s.c.leg(in.Leg)
	if !s.c.connected(in.Leg) || l.Role != Invited || l.Part == in.Part && l.HeardBy == in.HeardBy || !s.c.fits(in.Leg, in.Part, in.HeardBy) {
		return
	}
	others := slices.DeleteFunc(s.c.talking(), func(id LegID) bool { return id == in.Leg })
	if in.Part != Talks && len(others) < 2 {
		return
	}
	s.emit(PartChanged(in))
}

// wantsBeside are those who hear the bridge of hears beside it.
func (c *Call) wantsBeside(hears []LegID) (beside []Beside) {
	if len(hears) == 0 {
		return nil
	}
	for _, l := range c.legs {
		if l.State != Connected || l.Part == Talks || c.prompts[l.ID].number > 0 {
			continue
		}
		b := Beside{Leg: l.ID}
		if slices.Contains(hears, l.HeardBy) {
			b.HeardBy = l.HeardBy
		}
		beside = append(beside, b)
	}
	return beside
}

// newest returns the leg of a bridge, or beside it, that came last.
func (b Bridge) newest() LegID {
	last := slices.Max(b.Legs)
	for _, x := range b.Beside {
		last = max(last, x.Leg)
	}
	return last
}
