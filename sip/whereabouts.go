package sip

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk"
)

// Whereabouts are the addresses of a line's proxy: what DNS said last, and
// which of them have failed of late. When DNS fails, what it said before stays.
type whereabouts struct {
	mu      sync.Mutex
	servers []server
	retired bool                         // DNS is not asked any more
	err     error                        // of the last time
	waiting []func(error)                // for the next answer, while there is none
	passed  map[netip.AddrPort]time.Time // until when an address that failed comes last
	seen    map[netip.Addr]time.Time     // when DNS named an address last

	trusted atomic.Pointer[[]netip.Addr] // of seen
	ask     chan struct{}                // DNS is asked at once
}

// stillTrusted is how long packets from an address are believed that DNS does
// not name any more: calls that are up over it can be hung up by its peer.
const stillTrusted = time.Hour

// maxSeen bounds those addresses: a name that leads elsewhere each time it is
// asked for lets no more of the world in than that. One answer fits into it.
const maxSeen = maxServers * maxServers

func newWhereabouts() *whereabouts {
	return &whereabouts{passed: make(map[netip.AddrPort]time.Time), seen: make(map[netip.Addr]time.Time), ask: make(chan struct{}, 1)}
}

// found takes an answer of DNS, and tells who waits for the first one.
func (w *whereabouts) found(servers []server, err error, now time.Time) {
	w.mu.Lock()
	w.err = err
	if err == nil {
		w.servers = servers
		w.trust(now)
	}
	waiting, unknown := w.waiting, w.unknown()
	w.waiting = nil
	w.mu.Unlock()
	for _, then := range waiting {
		then(unknown)
	}
}

// retire has nobody wait any more. What is known stays, for calls that are up.
func (w *whereabouts) retire() {
	w.mu.Lock()
	w.retired = true
	w.mu.Unlock()
	w.found(nil, errRetired, time.Now())
}

// unknown is why there is no address; nil when there is one. w.mu is held.
func (w *whereabouts) unknown() error {
	if len(w.servers) > 0 {
		return nil
	}
	return &webtrunk.Error{Op: "sip", Kind: webtrunk.Unavailable, Message: "the trunk's proxy cannot be found in DNS: check its name and the name servers", Err: w.err}
}

// trust brings the addresses up to date that packets may come from. w.mu is held.
func (w *whereabouts) trust(now time.Time) {
	for _, s := range w.servers {
		for _, a := range s.at {
			w.seen[a.Addr()] = now
		}
	}
	for len(w.seen) > maxSeen {
		delete(w.seen, longestAgo(w.seen))
	}
	var all []netip.Addr
	for a, last := range w.seen {
		if now.Sub(last) > stillTrusted {
			delete(w.seen, a)
			continue
		}
		all = append(all, a)
	}
	w.trusted.Store(&all)
}

func longestAgo(seen map[netip.Addr]time.Time) (oldest netip.Addr) {
	for a, last := range seen {
		if !oldest.IsValid() || last.Before(seen[oldest]) {
			oldest = a
		}
	}
	return oldest
}

func (w *whereabouts) trusts(a netip.Addr) bool {
	all := w.trusted.Load()
	return all != nil && slices.Contains(*all, a.Unmap())
}

// known calls then when an address is known, or with why there is none. A
// name that could not be found is asked for again.
func (w *whereabouts) known(then func(error)) {
	w.mu.Lock()
	if unknown := w.unknown(); unknown != nil && w.retired {
		w.mu.Unlock()
		then(unknown)
		return
	}
	if len(w.servers) == 0 {
		w.waiting = append(w.waiting, then)
		w.mu.Unlock()
		select {
		case w.ask <- struct{}{}:
		default: // DNS is about to be asked
		}
		return
	}
	w.mu.Unlock()
	then(nil)
}

// choose returns the addresses in the order in which to try them: those that
// failed of late come last, the one that failed longest ago first.
func (w *whereabouts) choose(now time.Time) []netip.AddrPort {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := inOrder(w.servers, rand.IntN)
	slices.SortStableFunc(all, func(a, b netip.AddrPort) int {
		return w.until(a, now).Compare(w.until(b, now))
	})
	return all
}

// until is when an address is tried again, zero for now. w.mu is held.
func (w *whereabouts) until(a netip.AddrPort, now time.Time) time.Time {
	if until := w.passed[a]; until.After(now) {
		return until
	}
	delete(w.passed, a)
	return time.Time{}
}

// passOver has an address come last until then, and reports whether another
// has not failed of late.
func (w *whereabouts) passOver(a netip.AddrPort, until, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	another := false
	for _, s := range w.servers {
		for _, b := range s.at {
			if b == a {
				w.passed[a] = until
			}
			another = another || b != a && w.until(b, now).IsZero()
		}
	}
	return another
}

// seek keeps a line's whereabouts up to date until the line is retired.
func (n *line) seek() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-n.where.ask:
		case <-n.gone:
			n.where.retire()
			return
		}
		again := n.e.timers.Resolve
		if err := n.lookUp(); err != nil {
			n.e.log.Warn("sip: the trunk's proxy cannot be found in DNS", "trunk", n.Name, "proxy", n.Proxy, "error", err)
			again = min(again, n.e.timers.T2) // sooner
		}
		timer.Reset(again)
	}
}

var errRetired = &webtrunk.Error{Op: "sip", Kind: webtrunk.Unavailable, Message: "the trunk was removed"}

func (n *line) lookUp() error {
	ctx, cancel := n.e.within(n.e.timers.Lookup)
	defer cancel()
	servers, err := n.e.locate(ctx, n.Trunk)
	n.where.found(servers, err, time.Now())
	return err
}

// proxy is where the line's requests go now; invalid while DNS has not said.
// Whoever sends there asks again for each request that opens a dialog.
func (n *line) proxy() netip.AddrPort {
	if all := n.where.choose(time.Now()); len(all) > 0 {
		return all[0]
	}
	return netip.AddrPort{}
}

// passOver takes an address out of the first choice for a while, and reports
// whether the trunk has another that may be tried.
func (n *line) passOver(a netip.AddrPort) bool {
	now := time.Now()
	return n.where.passOver(a, now.Add(n.e.timers.PassOver), now)
}

func (n *line) isPassedOver(a netip.AddrPort) bool {
	n.where.mu.Lock()
	defer n.where.mu.Unlock()
	return !n.where.until(a, time.Now()).IsZero()
}
