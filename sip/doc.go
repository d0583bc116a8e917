// Package sip is the edge to the telephone network: it dials telephones over
// the operator's trunks, takes the calls that trunks bring, and keeps every
// SIP dialog of RFC 3261 itself.
//
// The library sipgo parses messages, moves them over UDP and runs their
// transactions; everything above is here, because there the ghosts live: a
// CANCEL that crosses the answer, a second phone that answers a forked call, a
// BYE that is challenged, a re-INVITE that moves its sender. Whatever happens,
// a call that a carrier believes to be up is one that we believe to be up, or
// it is hung up.
//
// # The way of a message in
//
// The front door (frontdoor.go) reads the socket. A datagram from an address
// that no trunk trusts, one over 16 KiB or one with stray control characters
// is dropped and counted there, before any parser sees it, and nothing is ever
// sent to a stranger. The library parses what is left, on the one goroutine
// that reads; there the gate (gate.go) takes the message's place in the queue
// of its leg. The library starts a goroutine a message and so loses their
// order; a leg handles its messages in the order of that queue, and a request
// waits in it until the library has made the request's transaction.
//
// # A leg
//
// A leg is one party reached over SIP: an INVITE and the dialog that comes of
// it. At most one goroutine runs for a leg, only while something is to be
// done, and owns all of its state (mailbox.go). Messages, timers and the
// wishes of the call reach it one at a time; the methods of switchboard.Leg
// only post a wish and return. A panic in a leg ends that leg, politely.
//
// # What it promises
//
//   - Messages of one dialog are handled in the order in which they came.
//   - A leg reports call.LegEnded once at most, as its last report, and after
//     Hangup it reports nothing.
//   - After Hangup the leg finishes by itself: CANCEL, a final response or BYE
//     goes out, is repeated, authenticated and waited for within bounds, then
//     socket and state are given back.
//   - A 2xx to an INVITE that nobody wants any more is acknowledged and hung
//     up, however late it comes within 64*T1.
//   - No header of ours holds a control character or bytes that are not UTF-8:
//     checked where metadata comes in and again on every message that goes out.
//   - Only our own Via, Contact, From and SDP reach a trunk; nothing that
//     another peer wrote in those is passed on.
//
// What it does not do: it never resolves a name (trunks are addresses),
// never follows a redirection (3xx) or a REFER, and offers no reliable
// provisional responses, session timers or SRTP.
package sip
