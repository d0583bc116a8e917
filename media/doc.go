// Package media moves sound between the two ends of a call. It knows nothing
// of calls, SIP or browsers.
//
// An edge gives each leg a Port: what the leg's network delivers goes in by
// Receive, what the leg shall hear comes out of the port's Sender. Two joined
// ports are driven by their packets: the goroutine that received a packet does
// the work and sends it on, so no clock and no queue adds delay. Equal codecs
// are relayed, unequal ones transcoded; telephone-events (RFC 4733) cross with
// their clock and payload type converted either way. Before a decoder packets are
// put in order: one that is overtaken is waited for, 20 ms at most, where packets
// were overtaken lately; a relay passes them on as they come.
//
// A telephone's RTP goes through a Socket. It hears whom SDP has signalled, and
// where keys were agreed only who has them; nothing is ever sent anywhere else. Of
// several sources there one is heard at a time (Voice), and our own, which a mirror
// sends back, where there is no other. No number is used twice under one key (Spent), and keys are
// pressed no faster than a dialler presses them.
//
// Pictures between two browsers go the same way beside the sound: joined ports
// have their Videos joined. They are passed on and never decoded, and so is what
// their receivers say of them: ask again, begin anew, send less.
//
// What has no packets to drive it is driven by a clock: sounds that are played
// to a leg, and conferences of up to eight. Its hands share the work, one for
// each core, and a conference lives on one of them, so that mixing takes no lock.
// What a party says is decoded as it arrives and waits in a cushion, whose delay
// is what the network makes necessary and always returns to it. A sound that
// panics is over; a conference that does tells its owner, who lets its parties in
// anew. Parties who hear the same mix in Opus are sent one packet, see chorus.
//
// Whatever takes turns in what a leg is sent, the wave does not break. The encoder
// belongs to the stream and goes on whoever has the word, so that the far end's
// decoder always follows it, and the sound before gives way to the sound after.
// Where packets of another encoder come in, a packet of silence lies between.
//
// Taps hear what a leg says and what it hears, in order and decoded for them
// alone, where the packets pass: they must return at once, so that nothing waits for them. One
// that panics is called no more, and counted.
//
// Ownership: a Frame's payload belongs to the caller of Receive or Send and is
// never kept after the call returns. The packet path allocates nothing and
// logs nothing; counters tell what happened.
package media
