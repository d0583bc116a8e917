// Package signaling is the gateway's edge towards browsers: sessions over
// WebSocket, as doc/signaling.md describes them, and the WebRTC media legs of
// their calls.
//
// A page's socket comes and goes; its session stays. Each session is one
// goroutine with a mailbox, and it alone touches the session's state: the
// numbered messages, the call that the page has, that call's PeerConnection.
// Sockets, the switchboard, pion's callbacks and timers only post to the
// mailbox, which never blocks them, so there is no lock to be taken in an
// order. The few locks that exist guard one map or one slice each and are
// never held while anything else is called.
//
// A session has at most one call, ringing or running. A leg belongs to the
// call's side of the switchboard; it knows which sessions ring for it and
// which one won.
//
// Nothing of a stranger's SDP reaches pion: the offer is parsed within limits
// and written anew from the few values that were understood. The gateway is
// ICE-lite, so the page's candidates are counted, checked and left unused: its
// connectivity checks come to us.
//
// What this package never does: decide who may call whom (the Authenticator
// and the switchboard's seams do), touch sound (media does), or keep anything
// after a session's grace is over.
package signaling
