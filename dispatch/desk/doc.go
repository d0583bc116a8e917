// Package desk runs the queues: it brings callers who wait and agents who are
// free together.
//
// A Desk is one per process. For each account and mode that has queues or agents
// it keeps a room: a floor.Floor, which decides, and one goroutine, which owns it.
// A room hears three things. Calls tell it what happens in them (Desk.Saw, by the
// switchboard, on the call's own goroutine, in order and at once). Pages of agents
// come and go (Desk.Here). And rows change, which it hears from the live log and
// reads anew. What the floor then orders goes to the call by its Commander: ring
// these agents, stop those, tell this caller their place, let them leave a message.
//
// What happened is recorded: offers, presence, and who waited how long are events of
// the account, written with their rows in one transaction by the room's scribe,
// so that no caller waits for a disk. These events name their call in their data. They
// are not in the call's own stream, whose last is call.ended: that a caller who hung up
// has left the queue is known only after it.
//
// Nobody is lost where news is: a room compares its floor with the calls that run
// when it begins, and every few seconds while anybody waits or talks.
package desk
