// Package floor decides who gets which call, as a pure function.
//
// A Floor is the state of one account's desks: queues, the agents who serve
// them, the callers who wait, and the offers that ring. Step takes an Input
// (something happened) at a moment and returns Outputs: orders (ring these
// agents, stop those, give this caller up) and facts (an offer was declined, a
// caller left). It reads no clock, starts no goroutine, throws no dice: the same
// inputs at the same moments give the same outputs, and testdata/*.txt tells
// every rule as a transcript. A Floor is never stored. After a restart it is
// built again from the rows of queues and agents, and from the calls that wait.
//
// # Promises
//
//   - Nobody is lost: each entry that joined leaves exactly once, and says why.
//   - Nobody gets two calls: an agent has at most one pending offer, and none
//     while they are in a call; an entry has at most one pending offer.
//   - Order is kept. Queues of a larger priority come first, in a queue callers
//     of a larger priority, and among these whoever waits longest. A later caller
//     is offered earlier only to an agent who cannot have the earlier one: who
//     lacks the skill, or has just declined; or where whoever runs the desk gives
//     them to an agent by hand.
//   - Every offer ends, and for each of its agents exactly once: accepted,
//     declined, timed_out or rescinded. If nobody reports the end of one, it is
//     overdue five seconds after its time.
//   - An input that no longer fits is ignored, never an error; a call that an agent
//     has answered is believed whatever the floor thought of it.
//
// # Who is chosen
//
// An agent can have a call if they serve its queue, have each skill that the
// caller needs at its level or above, and have not declined this caller in the
// last 30 s. Where nobody else on duty could take it, 5 s must do. Levels needed
// fall while a caller waits, as the queue's Relax has it. Of those who can, the
// strategy chooses:
//
//   - longest_idle: whoever had no call for longest;
//   - round_robin: the next after the one chosen last, in the order of their IDs;
//   - ring_all: all of them, and the first to answer wins;
//   - skills: whoever has least beyond what the caller needs, which leaves others for
//     callers who need more; then longest idle.
//
// # Waiting
//
// What is about the caller counts from when they first began to wait: their
// place, and the levels they need. What is about the queue counts from when they
// came into it: overflow and the longest wait. A queue that is closed is not
// overflowed into: the next of the list is, or that one once it opens. Nobody is moved to a queue they
// have been in but by hand, so that no ring of queues keeps a caller for ever. Who is
// to be called back keeps the place, and has no longest wait but twelve hours. A
// queue promises that to as many as may wait in it, or to a hundred.
//
// # The estimated wait
//
// For each of a queue's last ten callers who had to wait and were answered in the
// last hour, three things are known: how long they waited (w), at which place they
// began (p), and how many agents were on duty when they were answered (a). A caller
// at place n with A agents on duty now is told
//
//	n × mean(w/p) × mean(a) / A
//
// rounded up to a full minute: what a place took lately, more or less as there
// are fewer or more agents than then. It is unknown until three callers are known, and while
// nobody is on duty. Callers who found a free agent at once say nothing of how
// long waiting takes, and are left out.
package floor
