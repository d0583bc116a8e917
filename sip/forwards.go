package sip

import (
	"sync"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
)

// mostForwards is what a call begins with that came from nowhere (RFC 3261
// §8.1.1.6).
const mostForwards = 70

// Forwards is how much further each call may go that a trunk has brought, by
// its Max-Forwards. A call that goes on to another telephone is a new call to
// SIP, with a Call-ID of its own, so that nothing else would end two numbers
// which are forwarded to each other, through us, for ever (RFC 7332 §4).
type forwards struct {
	mu   sync.Mutex
	left map[webtrunk.CallID]uint32
}

// arrived notes how much further a call may go.
func (f *forwards) arrived(id webtrunk.CallID, req *sip.Request) {
	n := uint32(mostForwards)
	if h := req.MaxForwards(); h != nil {
		n = min(h.Val(), n)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == nil {
		f.left = make(map[webtrunk.CallID]uint32)
	}
	f.left[id] = n
}

// ended forgets a call.
func (f *forwards) ended(id webtrunk.CallID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.left, id)
}

// next is what an INVITE of a call begins with: one less than the call came with.
func (f *forwards) next(id webtrunk.CallID) sip.MaxForwardsHeader {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n, came := f.left[id]; came {
		return sip.MaxForwardsHeader(max(n, 1) - 1)
	}
	return mostForwards
}
