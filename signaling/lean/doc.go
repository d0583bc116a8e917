// Package lean is a browser's transport for sound and for nothing else: ICE,
// DTLS, SRTP and RTCP of one audio stream either way, without a
// PeerConnection.
//
// A Door is the port on which browsers' media arrives. It owns its sockets, one
// goroutine that reads each of them, and one that keeps everybody's time. What
// a packet is, its first byte says (RFC 7983); whose it is, its source says,
// once that source has shown by a connectivity check that it belongs to a
// session. Whatever is nobody's here is handed on to Strangers: the same port
// serves PeerConnections too.
//
// A Session is one page's transport. We are ICE-lite (RFC 8445 §2.5): the page
// checks, we answer, and send to where it nominates; no packet of ours goes to
// an address that has not asked for it. The page begins the DTLS handshake, its
// certificate must be the one that its offer named (RFC 8122), and the keys for
// SRTP come from it (RFC 5764). Then the association sleeps until somebody says
// goodbye, and costs no goroutine.
//
// Sound under AES-GCM is protected here, for a packet should need few lines of memory:
// most were last used a hundred packets of other calls ago. What is rare, and AES-CM
// with HMAC-SHA1, is pion/srtp's.
//
// A packet is read, decrypted and handed to the session's Ear by one goroutine,
// without a queue and without an allocation; a packet to the page is written in
// the session's own buffer, encrypted there and sent.
//
// A check is proved by its password but may have been overheard and sent again by
// somebody else. So the ways that checks make are bounded, the longest unused making
// room, and a page that speaks is sent to where it speaks from.
//
// What this package never does: read SDP, keep a packet after the call that
// brought it, answer whoever does not know a session's password, or send more
// than it was sent to an address that is not proved.
package lean
