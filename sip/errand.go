package sip

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"
)

// An errand is what a line asks of its carrier beside calls: whether it is
// there, and to know where we are. Its requests share a Call-ID, rising
// sequence numbers (RFC 3261 §10.2.4) and credentials. It belongs to one
// goroutine, which waits for each answer.
type errand struct {
	line   *line
	dialog dialog
	auth   authenticator
}

// errand prepares requests from one address of ours to what they are about.
func (n *line) errand(from, about, target sip.Uri) *errand {
	return &errand{
		line: n,
		auth: authenticator{username: n.Username, password: n.Password},
		dialog: dialog{
			callID: token() + "@" + n.host(), localTag: token(), seq: firstSeq(),
			local: from, remote: about, target: target,
		},
	}
}

// errSilent is that nothing responded.
var errSilent = errors.New("no response")

// ask sends a request and returns its final response. A challenge is answered
// on the way; where the trunk's proxy has several addresses, those that do not
// respond within limit are tried one after the other.
func (r *errand) ask(ctx context.Context, m sip.RequestMethod, limit time.Duration, fill func(*sip.Request)) (*sip.Response, error) {
	failed := map[netip.AddrPort]bool{}
	for challenges := 0; ; {
		req := r.line.request(&r.dialog, m)
		fill(req)
		r.auth.sign(req)
		to := r.line.proxy()
		req.SetDestination(to.String())
		res, err := r.line.query(ctx, req, limit)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && to.IsValid() && !failed[to] && r.line.passOver(to): // once each, or a name with many dead addresses never fails
			failed[to] = true
		case err != nil:
			return nil, err
		case challenged(res) && challenges < maxChallenges && r.auth.learn(req, res):
			challenges++
		default:
			if !challenged(res) {
				r.auth.passed(req, res)
			}
			return res, nil
		}
	}
}

// query sends a request that is no leg's and waits for its final response.
func (n *line) query(ctx context.Context, req *sip.Request, limit time.Duration) (*sip.Response, error) {
	if err := seal(req); err != nil {
		return nil, err
	}
	if n.e.isClosing() {
		return nil, context.Canceled
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	prepared := make(chan error, 1)
	n.prepare(req, origin{}, func(err error) { prepared <- err })
	select {
	case err := <-prepared:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, errSilent
	}
	n.e.expect(req, n)
	defer n.e.expect(req, nil)
	tx, err := n.e.txs.Request(ctx, req)
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	return finalOf(ctx, tx)
}

func finalOf(ctx context.Context, tx *sip.ClientTx) (*sip.Response, error) {
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, errSilent
		case <-ctx.Done():
			return nil, errSilent
		}
	}
}

// expect says which line's responses belong to a request of no leg; nil when
// it expects none any more.
func (e *Edge) expect(req *sip.Request, n *line) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if key := exchangeKey(req.Via(), req.Method); n != nil {
		e.errands[key] = n
	} else {
		delete(e.errands, key)
	}
}

// task has the line do something by itself until it is retired or the edge
// hangs up. It begins when the edge reads.
func (n *line) task(f func(context.Context)) {
	n.e.mu.Lock()
	defer n.e.mu.Unlock()
	if n.e.hangingUp || n.e.closing {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.e.tasks.Add(1)
	n.e.run(func() {
		defer cancel()
		select {
		case <-n.gone:
		case <-n.e.ending:
		case <-n.e.leaving:
		case <-ctx.Done():
		}
	})
	if !n.e.run(func() {
		defer n.e.tasks.Done()
		defer cancel()
		defer n.e.survive("task of a trunk")
		select {
		case <-n.e.started:
			f(ctx)
		case <-ctx.Done():
		}
	}) {
		n.e.tasks.Done()
		cancel()
	}
}

// rest waits for d and reports whether there is more to do. A nudge ends it early.
func rest(ctx context.Context, d time.Duration, nudge <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-nudge:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
