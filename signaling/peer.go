package signaling

import (
	"fmt"
	"sync"

	"webtrunk"
	"webtrunk/media"
)

// A peer is one media connection of a leg to its page: ICE, DTLS and SRTP. A
// reloaded page gets another one for the same leg.
type peer interface {
	// answer takes another offer of the same page and returns the answer to it: an
	// ICE restart, a change of what is spoken on the way there is, or both.
	answer(o *offer) (string, error)
	// restarts reports whether an offer is another of this peer, rather than the
	// first of another.
	restarts(o *offer) bool
	// format is what was agreed to speak.
	format() media.Format
	// close ends the connection and waits for what it started.
	close()
}

// A path is what became of a peer's way to its page.
type path uint8

const (
	pathFound path = iota + 1 // packets may pass, both ways
	pathLost                  // nothing comes any more, for now or for good
)

// connect makes a peer for an offer and returns the answer for the page: a
// PeerConnection where there are pictures, the lean transport for sound alone.
// changed is called when its path is found or lost; it must not block, and not
// close the peer.
func (e *engine) connect(o *offer, w *wire, m *mouth, changed func(peer, path)) (peer, string, error) {
	if e.full || o.video != nil {
		return e.connectFull(o, w, m, changed)
	}
	return e.connectLean(o, w, m, changed)
}

// A mouth is where what peers of one leg hear goes: into the leg's port, by
// one reader at a time.
type mouth struct {
	turn  sync.Mutex // held by who reads: for a packet, or for as long as a PeerConnection's track lasts
	port  *media.Port
	meter media.Meter
}

func peerError(op string, err error) error {
	return &webtrunk.Error{Op: fmt.Sprintf("signaling: %s", op), Kind: webtrunk.Internal, Err: err}
}
