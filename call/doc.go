// Package call is one call's life as a pure state machine.
//
// A Call takes an Input (something happened) and returns an Output: Events
// (facts, already applied to the call) and Orders (what the call wants done).
// It reads no clock, starts no goroutine and touches no network, so that every
// behaviour of a call is a transcript that can be read, and tested, in
// testdata/*.txt. Folding a call's events with Apply gives the same state
// again: that is how a call is recovered after its process died.
//
// Promises, held for any sequence of inputs:
//
//   - exactly one CallEnded, as the last event;
//   - no order names a leg that has left, save the HangUpLeg that it leaves with;
//   - an input that no longer fits is ignored, never an error;
//   - whatever cannot be carried out ends in a sentence a person understands.
//
// The call never learns what carries a leg. The switchboard runs calls and
// takes their orders to the edges, to the media loop and to the clock.
package call
