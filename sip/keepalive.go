package sip

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// defaultKeepalive is how often OPTIONS goes out where the trunk does not say.
const defaultKeepalive = 30 * time.Second

// keepAlive asks the carrier, again and again, whether it is there (RFC 3261
// §11). After a failure it asks sooner, then ever later up to its usual pace,
// and at once when a call has gone unanswered.
func (n *line) keepAlive(ctx context.Context) {
	every := cmp.Or(n.Keepalive, defaultKeepalive)
	options := n.errand(n.account(), n.atDomain(), n.atDomain())
	for fails := 0; ; {
		alive := n.probe(ctx, options, min(every, n.e.timers.B))
		pause := jittered(every)
		if fails++; alive {
			fails = 0
		} else {
			pause = min(pause, jittered(n.e.timers.Probe<<min(max(fails-trunk.Tolerated, 0), 16)))
		}
		if !rest(ctx, pause, n.nudge) {
			return
		}
	}
}

// jittered is d, more or less: trunks that were started together are not asked
// together for ever.
func jittered(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}

// probe asks once. Any response is life, whatever it says of OPTIONS, unless
// it says that the carrier is unwell.
func (n *line) probe(ctx context.Context, options *errand, limit time.Duration) (alive bool) {
	begun := time.Now()
	res, err := options.ask(ctx, sip.OPTIONS, limit, func(req *sip.Request) {
		begun = time.Now()
		req.AppendHeader(n.contact())
		req.AppendHeader(accept())
	})
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		n.learned(trunk.ByProbe, nil)
		return false
	}
	took := time.Since(begun)
	n.mu.Lock()
	n.roundTrip = took
	n.mu.Unlock()
	n.learned(trunk.ByProbe, res)
	return !isFault(trunk.ByProbe, res.StatusCode)
}

// account is who we are to the carrier when nobody calls.
func (n *line) account() sip.Uri {
	user := "webtrunk"
	if n.Username != "" {
		user = escape(n.Username)
	}
	return sip.Uri{Scheme: "sip", User: user, Host: n.fromHost()}
}

// atDomain is the carrier itself.
func (n *line) atDomain() sip.Uri {
	host, port := n.domain()
	return sip.Uri{Scheme: "sip", Host: host, Port: port}
}
