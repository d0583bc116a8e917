// Package load measures whether this process can carry another call, and says
// no before the calls that run would hear it.
//
// A Gauge owns a probe: fifty times a second it writes to a pipe at moments
// that are fixed beforehand, and a second goroutine reads it. How late that
// goroutine runs is how late a packet's would be that came at the same moment:
// both wait for a timer or the poller, for the scheduler and for the kernel.
// Beside it stands the CPU: what the process uses of what it may use, with
// what the calls that were let in and do not talk yet will add. A burst of
// offers is therefore not let in as a whole before the first of it shows.
//
// Setting a call up costs as much CPU as seconds of its talk. What a call and
// what a set-up takes are told apart as they are measured, so that a crowd that
// comes at once makes no call look dear; and each set-up waits its turn, for a
// second at most, so that a crowd does not make running calls late either.
//
// A new call is refused while either passes its limit, and until both have been
// well below it for a while. Running calls are never touched, and a gateway that
// carries only a few never refuses one for load: on a machine that others keep
// busy, a call that suffers is better than none.
//
// The package knows nothing of calls but how many there are. What decides is
// pure; what measures is replaced in tests.
package load
