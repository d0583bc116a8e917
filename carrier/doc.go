// Package carrier is a telephone network in a box: a small telephone company
// that speaks real SIP and RTP over UDP, on loopback, inside one process.
//
// It owns numbers that behave: one echoes, one talks, one is busy, one rings
// for ever, one hangs up on you ([Numbers] lists them). A gateway that is
// pointed at it can make every kind of call that a trunk would bring, and the
// tests, the benchmarks and the demo do. It also calls: [Carrier.Call] places
// a telephone call to the gateway, and the returned [Call] is the telephone.
//
// # What it promises
//
// It keeps RFC 3261 by itself. Transactions, dialogs, sockets and SDP are
// written here and nowhere shared with the gateway's own SIP edge, so that the
// two can disagree: a mistake made twice in the same code would never show.
// Only the message parser, sipgo's, is common ground. What it says on the wire
// is right unless a behaviour asks for an oddity by name (see
// [Call.AnswerForked] and its neighbours).
//
// It sees everything. Each call keeps its messages in order, the INVITE as it
// came, the digits, what was heard and the packet counts; tests wait for facts
// ([Carrier.WaitCall], [Call.Wait]) and never for time to pass.
//
// It leaves nothing behind: [Carrier.Close] returns when every goroutine it
// started has ended, every socket is closed and every call is over.
//
// # How it is built
//
// One goroutine, the signalling loop, owns all transactions and dialogs; a
// datagram, a timer and a script's wish reach it one at a time, so SIP state
// needs no locks and messages are handled in the order in which they came.
// Each call has a script (a [Behaviour]) on a goroutine of its own, and its
// [media] has three: one that reads RTP, one that reads RTCP, and one that
// speaks at 20 ms a packet, asleep while there is nothing to say.
//
// It never leaves loopback by itself, learns no media address from packets,
// and never imports the gateway's packages.
package carrier

//go:generate audio/make.sh
