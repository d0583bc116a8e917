// Package signaling is the gateway's edge towards browsers: sessions over
// WebSocket, as doc/signaling.md describes them, and the WebRTC media legs of
// their calls.
//
// A page's socket comes and goes; its session stays. Each session is one
// goroutine with a mailbox, and it alone touches the session's state: the
// numbered messages, the call that the page has, that call's peer.
// Sockets, the switchboard, pion's callbacks and timers only post to the
// mailbox, which never blocks them, so there is no lock to be taken in an
// order. The few locks that exist guard one map or one slice each and are
// never held while anything else is called.
//
// A session has at most one call, ringing or running. A leg belongs to the
// call's side of the switchboard; it knows which sessions ring for it and
// which one won.
//
// A peer is a leg's media connection to its page, of one of two kinds that a
// call cannot tell apart. Sound alone goes by the lean transport (package lean);
// an offer with pictures gets a PeerConnection. Both answer on one port, whose
// sockets the lean transport reads; what is not its own it hands on to pion.
//
// Nothing of a stranger's SDP reaches pion: the offer is parsed within limits
// and written anew from the few values that were understood. The gateway is
// ICE-lite, so the page's candidates are counted, checked and left unused: its
// connectivity checks come to us.
//
// A page may probe its network before a call (probe.go): a lean transport sends it its
// own packets back, within bounds that all pages share (probes.go). That is no leg.
//
// What a page speaks may change while it talks: once a second each call is looked
// at (keeper.go), a pure choice is made of what is known (tongue.go), and where it
// differs the page is asked to offer anew.
//
// What this package never does: decide who may call whom (the Authenticator
// and the switchboard's seams do), touch sound (media does), or keep anything
// after a session's grace is over.
package signaling
