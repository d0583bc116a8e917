// Package switchboard runs calls.
//
// Each call has one goroutine, which owns it, and one unbounded mailbox, into
// which edges, timers and features put inputs without ever blocking. The
// goroutine steps the call, has its events kept by the Journal, and carries
// out its orders: it asks the Admitters and the Router, dials through the
// edges, joins media ports, runs timers. What cannot be carried out returns to
// the call as call.OrderFailed.
//
// Write before acting, with one exception: orders that start something wait
// for their events to be kept, orders that end something never wait. The call
// itself waits for neither: while an order waits for the record, whoever hangs
// up is heard (see waiting).
//
// When a process has died, Recover ends the calls that it left.
package switchboard
