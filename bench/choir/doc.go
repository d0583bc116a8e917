// Package choir makes the sound of hundreds of calls from four goroutines, and
// hears what becomes of it.
//
// A choir has two rows. The pages' row sends what browsers send: STUN, DTLS and
// SRTP, each line from an address of its own. The telephones' row sends RTP. A
// row has one socket for all of its lines, a conductor that sends each line's
// next packet when it is due, to the fraction of a millisecond, and a listener.
// Speech is encoded once; every line sings the same loop from another place, at
// another moment of the 20 ms.
//
// What comes is timed by the kernel, so that a listener who is late does not
// make packets late. Which packet that came is which that was sent is found by
// the sound itself: the first two seconds of each line are decoded and looked
// for in what its partner said. So a line is counted only after the right
// speech was heard on it, and from then on each packet has its time on the way.
//
// A page of the choir can lose its path and find another: from another address, by
// ICE's checks alone or by a restart, by TCP where no UDP passes, or as a page that
// was loaded again. A Watch then finds in the sound when each end hears its partner
// again.
//
// A choir never leaves 127.0.0.0/8, and Close leaves nothing behind.
package choir
