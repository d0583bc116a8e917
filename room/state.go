package room

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A State is what a room holds. It is pure: Accept decides and changes nothing, Apply
// alone changes, and the same operations always give the same State.
type State struct {
	Log   []Operation          // in order; the place of Log[i] is i+1
	Seen  map[call.LegID]int64 // how far each leg has read
	known map[name]int         // where each operation stands in Log
	bytes int                  // of text
}

// Replay is the state that a log gives.
func Replay(log []Operation) *State {
	s := &State{Seen: map[call.LegID]int64{}, known: map[name]int{}}
	for _, o := range log {
		s.Apply(o)
	}
	return s
}

// Apply does an operation that was accepted and has the next place.
func (s *State) Apply(o Operation) {
	s.known[o.name()] = len(s.Log)
	s.Log = append(s.Log, o)
	s.bytes += o.size()
	if o.Kind == Read {
		s.Seen[o.By.Leg] = o.Upto
	}
}

// Last is the place of the last operation, 0 in an empty room.
func (s *State) Last() int64 { return int64(len(s.Log)) }

// After are the operations behind a place.
func (s *State) After(seq int64) []Operation {
	return s.Log[min(max(seq, 0), s.Last()):]
}

// Accept decides about a draft. The operation is what becomes of it; fresh says that
// it is to be kept and applied, or, of a kind that is not kept, to be told. Of one that is
// there already, and of a mark that has nothing new to say, fresh is false, and the
// operation is what there is; an old mark may have none.
func (s *State) Accept(by Member, d Draft, now time.Time, l Limits) (o Operation, fresh bool, err error) {
	by.Name = "" // which the call's record knows
	o = Operation{ID: d.ID, By: by, Kind: d.Kind, At: now}
	switch d.Kind {
	case Typing:
		return o, true, nil
	case Message:
		if o.Text, err = readable(d.Text, l.Text); err != nil {
			return Operation{}, false, err
		}
	case Page:
		if o.Shown, err = showable(by, d.Shown); err != nil {
			return Operation{}, false, err
		}
	case Read:
		if o.Upto = d.Upto; o.Upto < 1 || o.Upto > s.Last() {
			return Operation{}, false, unfit("Nothing stands at this place of the room yet.")
		}
	}
	if i, there := s.known[o.name()]; there {
		return s.again(s.Log[i], o)
	}
	if o.Kind == Read && o.Upto <= s.Seen[by.Leg] {
		return Operation{}, false, nil
	}
	if err := s.fits(&o, l); err != nil {
		return Operation{}, false, err
	}
	o.Seq = s.Last() + 1
	return o, true, nil
}

// again is the answer to who asks for an operation once more.
func (s *State) again(there, asked Operation) (Operation, bool, error) {
	asked.Beside = there.Beside // which the account may have decided anew
	if there.Kind != asked.Kind || there.Body != asked.Body {
		return Operation{}, false, refused(webtrunk.Conflict, "Another operation has this id already: each has its own.")
	}
	return there, false, nil
}

// fits holds an operation against what a room may hold.
func (s *State) fits(o *Operation, l Limits) error {
	if len(s.Log) >= l.Operations || s.bytes+o.size() > l.Bytes {
		return refused(webtrunk.Exhausted, "This chat is full: say the rest, or write it in another call.")
	}
	return nil
}
