package call

import "cmp"

// Names under which what is said of a transfer travels with the call, in place of what
// was said of the one before. A call is handed on when whoever has it lets go of it: who
// consults has only asked, and a transfer that fails or is taken back leaves no trace.
const (
	HandedBy   = "transfer.by"
	HandedNote = "transfer.note"
	AskedBy    = "transfer.asked_by" // who consults, until they hand the call on
)

// said is what was said of the transfer before the one that runs.
type said struct{ by, note string }

func (c *Call) said() said { return said{c.context[HandedBy], c.context[HandedNote]} }

// sayWhoHands notes who hands the call on, or asks whether somebody takes it.
func (s *step) sayWhoHands(in Transfer) {
	more := map[string]string{HandedBy: in.Name, HandedNote: in.Note}
	if in.Consult {
		more = map[string]string{HandedBy: "", AskedBy: in.Name, HandedNote: in.Note}
	}
	s.annotate(more)
}

// handed notes that who asked has handed the call on.
func (s *step) handed() {
	s.annotate(map[string]string{HandedBy: cmp.Or(s.c.context[AskedBy], s.c.context[HandedBy]), AskedBy: ""})
}

// notHanded takes back what was said of a transfer that came to nothing, while whoever
// asked for it still has the call.
func (s *step) notHanded(by LegID) {
	if s.c.connected(by) {
		s.annotate(map[string]string{HandedBy: s.c.before.by, HandedNote: s.c.before.note, AskedBy: ""})
	}
}
