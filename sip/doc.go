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
// that no trunk trusts, or only over TLS, one over 16 KiB or one with stray control characters
// is dropped and counted there, before any parser sees it, and nothing is ever
// sent to a stranger. The head of what is left is judged (head.go, syntax.go):
// what RFC 3261 forbids is refused without state (stateless.go), what it allows
// and the library does not read is tidied (tidy.go). The library parses the rest, on the one goroutine
// that reads; there the gate (gate.go) takes the message's place in the queue
// of its leg. The library starts a goroutine a message and so loses their
// order; a leg handles its messages in the order of that queue, and a request
// waits in it until the library has made the request's transaction.
//
// Over TCP and TLS a stranger's connection is reset as it is accepted, before
// TLS and without a byte (welcome.go). A peer's is counted, has a deadline to
// agree on TLS, and becomes a connection (connection.go): the only thing that
// the library reads from, and it yields whole messages that can be parsed. A
// message has an absolute deadline from its first byte, a bound of 64 KiB and
// one Content-Length that can be believed (frame.go), or its connection ends.
// From there on the way is the same: each connection is read on a goroutine of
// its own, and the gate knows a message's source by its connection. Whatever
// the transport, one address may send so many messages a second (bounds.go).
//
// # The way of a message out
//
// A line (line.go) is one trunk as the edge carries it out. Its proxy is an
// address, or a name that DNS is asked for now and then (resolve.go); of the
// addresses that a name leads to, those that failed of late come last
// (whereabouts.go), and a call that one of them does not take goes on to the
// next (peers.go). Over TCP and TLS a line keeps a connection to each address
// that it uses and dials again when it is gone (link.go); the library never
// dials, for it is handed each connection under a label (origin.go, doorway.go)
// and sends to that. A request waits for its name and connection beside its leg,
// which goes on meanwhile (reach.go). A connection that breaks ends the
// transactions over it at once, and no call: what is said next opens another.
//
// # A leg
//
// A leg is one party reached over SIP: an INVITE and the dialog that comes of
// it. At most one goroutine runs for a leg, only while something is to be
// done, and owns all of its state (mailbox.go). Messages, timers and the
// wishes of the call reach it one at a time; the methods of switchboard.Leg
// only post a wish and return. A panic in a leg ends that leg, politely.
//
// # The life of a trunk
//
// A call that we make goes over one trunk after the other (hunt.go): each
// attempt is a leg of its own, all of them one leg to the call, and the next
// begins where the one before failed on 5xx, 408 or silence and nobody can have
// heard a telephone ring. How a line fares is judged by trunk.Health from the
// responses to all that it is asked (health.go): one that is down is passed
// over, comes back by OPTIONS (keepalive.go) and is told of once each way. A
// line whose trunk registers keeps its binding at the registrar (register.go,
// binding.go), by which its calls find it even where several accounts share a
// carrier. A trunk that is changed gets another line, which takes the binding
// over; one that is removed lives until its last call is over.
//
// # What two ends agree on
//
// There is one offer on the way at most, whatever carries it: INVITE, 2xx and
// ACK, a reliable provisional response and its PRACK, or UPDATE (hold.go,
// update.go). Before the answer each telephone that a call rings has a dialog
// of its own (early.go), and what it has described reliably is settled (prack.go;
// towards callers reliable.go). A call that is up has a session timer (watch.go,
// expiry.go): one side proves to the other, again and again, that it is there.
//
// # Transfers
//
// Where a trunk allows it, its far side may hand the other party on by REFER
// (referral.go): the number that it names becomes the call's wish, which goes
// where the call's router lets it, and the far side is told of it by NOTIFY. And
// we may ask it to call somebody itself (refer.go). A REFER is never followed to
// a host: only the number in it is dialled.
//
// What a call knows of a party is its seat (seat.go): the leg that sits there may
// change. An INVITE that names a dialog of ours over the same trunk gets the seat of
// that dialog's leg (replace.go, RFC 3891). A telephone that hands the party of one
// call to that of another one of ours leaves two seats, which are set back to back
// (joint.go): nobody is dialled, sound goes from socket to socket on this machine,
// holds, keys and the end from call to call. Both calls must be of one account.
//
// # Diagnosis
//
// The messages of recent legs are kept in memory, within bounds (ladder.go); what
// is secret, and every key that people press, is taken out before that
// (redact.go). A probe (probe.go) is a call that an operator makes to see whether
// a trunk works: it tells what each of its messages means, and whether sound
// comes and goes.
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
//   - A call whose far side is not heard of for a session interval is hung up,
//     unless the trunk has no session timers.
//   - No header of ours holds a control character or bytes that are not UTF-8:
//     checked where metadata comes in and again on every message that goes out.
//   - Where a trunk requires encrypted sound (SRTP, keyed by SDES, RFC 4568),
//     there is no call without; no key is used for two calls, and none is
//     logged.
//   - A key that the far side says by telephone-events and by SIP INFO is
//     reported once.
//   - Only our own Via, Contact, From and SDP reach a trunk; nothing that
//     another peer wrote in those is passed on.
//   - A call that goes on to another telephone may go one hop less far than it
//     came with, so that numbers forwarded to each other do not call for ever.
//
// What it does not do: it asks DNS for SRV and address records but no NAPTR,
// opens a call by no other transport than its trunk's, and never follows a
// redirection (3xx) to a host that its trunk does not list. It joins no calls
// of which one still rings, nor any over two trunks. Of a body of several parts
// none is read (415).
package sip
