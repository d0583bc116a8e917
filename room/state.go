package room

import (
	"cmp"
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

	undone      map[int64]bool // what of the whiteboard was taken back, by place
	chat, board share          // what each takes of the room
}

// A share is what some of a room's operations take.
type share struct{ operations, bytes, pictures int }

// Replay is the state that a log gives.
func Replay(log []Operation) *State {
	s := &State{Seen: map[call.LegID]int64{}, known: map[name]int{}, undone: map[int64]bool{}}
	for _, o := range log {
		s.Apply(o)
	}
	return s
}

// Apply does an operation that was accepted and has the next place.
func (s *State) Apply(o Operation) {
	s.known[o.name()] = len(s.Log)
	s.Log = append(s.Log, o)
	takes := &s.chat
	if o.Kind.onBoard() {
		takes = &s.board
	}
	takes.operations++
	takes.bytes += o.size()
	if o.Image != "" {
		takes.pictures++
	}
	switch o.Kind {
	case Read:
		s.Seen[o.By.Leg] = o.Upto
	case Undo:
		s.undone[o.Of] = true
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
	if o.Body, err = s.meant(by, d, l); err != nil {
		return Operation{}, false, err
	}
	if !d.Kind.kept() {
		return o, true, nil
	}
	if i, there := s.known[o.name()]; there {
		return s.again(s.Log[i], o)
	}
	if o.Kind == Read && o.Upto <= s.Seen[by.Leg] {
		return Operation{}, false, nil
	}
	if o.Kind == Undo {
		err = s.undoable(by, o.Of)
	}
	if err = cmp.Or(err, s.fits(&o, l)); err != nil {
		return Operation{}, false, err
	}
	o.Seq = s.Last() + 1
	return o, true, nil
}

// meant is what a draft says, as it is kept, and nothing that its kind does not say.
func (s *State) meant(by Member, d Draft, l Limits) (b Body, err error) {
	switch d.Kind {
	case Message:
		b.Text, err = readable(d.Text, l.Text)
	case Page:
		b.Shown, err = showable(by, d.Shown)
	case File:
		b.Filed = d.Filed
	case Read:
		if b.Upto = d.Upto; b.Upto < 1 || b.Upto > s.Last() {
			err = unfit("Nothing stands at this place of the room yet.")
		}
	case Draw:
		b, err = drawable(d.Body)
	case Sketch:
		b, err = sketched(d.Body)
	case Point:
		b, err = pointed(d.Body)
	case Undo:
		b.Of = d.Of
	}
	return b, err
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
	if o.Kind.onBoard() {
		if s.board.operations >= l.Drawings || s.board.bytes+o.size() > l.DrawnBytes {
			return refused(webtrunk.Exhausted, "This whiteboard is full: go on in another call.")
		}
		if o.Image != "" && s.board.pictures >= l.Pictures {
			return refused(webtrunk.Exhausted, "This whiteboard takes no more pictures.")
		}
		return nil
	}
	if s.chat.operations >= l.Operations || s.chat.bytes+o.size() > l.Bytes {
		return refused(webtrunk.Exhausted, "This chat is full: say the rest, or write it in another call.")
	}
	return nil
}
