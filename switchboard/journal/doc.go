// Package journal keeps calls on record: it is the switchboard's Journal over
// the durable event log, and reads back what it wrote.
//
// Each event of a call becomes a record, which holds it twice: in Private
// exactly as it was, so that a call can be replayed after its process died, and
// in Data as the outside may read it (see Data). What only the machine needs is
// no event to the outside and makes no record of its own: which stage of a plan
// is tried, each digit that a prompt collects and the dialog by which an edge
// could hang up travel in the Private of the call's next record. So the
// call_seq of the outside has no gaps, and no event is without meaning. Only a
// dialog that changes while its leg talks has no next record to wait for: it
// is told as "leg.updated".
//
// Promises:
//
//   - the records of a call are kept in their order, numbered from 1;
//   - Append returns nil only when its records are durable;
//   - a call whose first records cannot be kept never was: they are withdrawn,
//     and so are its later ones;
//   - a call that is on record is recorded to its end, also while the database
//     is away: its records wait, and are kept when it is back. Meanwhile Ready
//     says so, and no new calls are begun;
//   - a call that a dead process left is ended at the next start, also if its
//     records cannot be read any more (see Bury);
//   - a process that is no longer its node's is told so by the log. It gives
//     its calls up (see Config.Fenced).
//
// One goroutine appends for all calls, as many records at once as there are.
package journal
