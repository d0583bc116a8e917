// Package dispatch keeps who answers which calls: queues, the agents that work
// at them, opening hours, the rules by which a call finds its queue, and the
// words that agents choose from for what they do and what came of a call.
//
// All of it belongs to an account, in one of its modes, and is rows: each change
// is kept with its event in one transaction, or not at all. What one row names
// of another is there and of the same account and mode, and is not deleted
// while it is named. What calls a queue has, and who is free, is none of the
// rows: that is known where they are run, and after a restart found out anew.
//
// A Book answers one question while a call is routed (Book.Way): which queue it
// waits in, or what a caller is told while nobody works. It decides by what
// dispatch/rules and dispatch/hours make of the rows, which are pure.
package dispatch
