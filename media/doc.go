// Package media moves sound between the two ends of a call. It knows nothing
// of calls, SIP or browsers.
//
// An edge gives each leg a Port: what the leg's network delivers goes in by
// Receive, what the leg shall hear comes out of the port's Sender. Two joined
// ports are driven by their packets: the goroutine that received a packet does
// the work and sends it on, so no clock and no queue adds delay. Equal codecs
// are relayed, unequal ones transcoded; telephone-events (RFC 4733) cross with
// their clock and payload type converted either way.
//
// A telephone's RTP goes through a Socket. It hears whom SDP has signalled, and
// where keys were agreed only who has them; nothing is ever sent anywhere else.
//
// Ownership: a Frame's payload belongs to the caller of Receive or Send and is
// never kept after the call returns. The packet path allocates nothing and
// logs nothing; counters tell what happened.
package media
