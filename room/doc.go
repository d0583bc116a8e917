// Package room keeps what the people in a call share beside their voices: what they
// write to each other, how far each has read, the pages that a visitor is shown, and
// what they draw on a whiteboard.
//
// A call's room is an ordered log of operations. Whoever is in the room asks for an
// operation; the room decides (State.Accept), gives it the next place, keeps it in
// the database, applies it (State.Apply, the only writer) and tells everybody who is
// there, in order. So all see the same, the record of the call is what they saw, and
// applying the log once more gives the same room.
//
// An operation is named by the leg that asks and by an ID of its page's own. Asked for
// twice, because a connection was lost before the answer came, it is there once: the
// second time the asker is told where it stands, and nobody else hears of it.
//
// Typing is told to the others and forgotten. What a room holds is bounded, and how
// often a member may ask; whoever goes past a bound is told by a sentence, and the
// room goes on for all.
//
// A room works only while somebody asks something of it: it has no goroutine, and
// nothing is read from the database, until two pages are in the call or one writes.
// It is of a call that runs; what was said is read with Chat, and erased with Forget
// and Prune.
package room
