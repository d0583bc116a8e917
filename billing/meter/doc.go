// Package meter counts the seconds of one call that may be charged.
//
// A Meter is told what is so (Facts) and what somebody says (Accept, Decline), each with the
// time on a clock that only goes forward, and adds up. A second is charged only while both
// sides have sound, nobody of the seller's side holds the call, everybody who is recorded has
// agreed, the free time is over, the price was accepted at least Grace ago, and money for it
// is set aside. Each other second has a Reason, and both are kept as Intervals: what the
// payer is shown, and what a dispute is decided by.
//
// What can be derived is not decided: the reason of a second, the state, and when something
// is due follow from the facts. A Meter is pure: no clock, no goroutine, no I/O.
package meter
