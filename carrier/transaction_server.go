package carrier

import (
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A serverTx is a server transaction: RFC 3261 §17.2 with the Accepted state
// of RFC 6026, over UDP. It belongs to the signalling loop.
//
//	INVITE      Proceeding → Accepted (2xx) → gone after L
//	            Proceeding → Completed (≥ 300; G resends, H gives up) → Confirmed (ACK) → gone after I
//	others      Proceeding → Completed → gone after J
type serverTx struct {
	c     *Carrier
	key   string
	req   *sip.Request
	to    netip.AddrPort // where responses go
	state txState
	last  *sip.Response // resent when the request comes again
	call  *Call         // the call that an INVITE belongs to; CANCEL looks for it

	resend *alarm // G
	expire *alarm // H, I, J or L
}

type txState int

const (
	txCalling txState = iota
	txProceeding
	txAccepted
	txCompleted
	txConfirmed
	txTerminated
)

// serverKey matches requests to transactions by branch, sent-by and method
// (RFC 3261 §17.2.3). An ACK matches the INVITE that it acknowledges.
func serverKey(req *sip.Request, method sip.RequestMethod) string {
	via := req.Via()
	branch, _ := via.Params.Get("branch")
	if method == sip.ACK {
		method = sip.INVITE
	}
	parts := []string{branch, via.SentBy(), string(method)}
	if !strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) {
		// A client of RFC 2543: its branch alone means nothing.
		parts = append(parts, req.CallID().Value(), tagOf(req.From().Params), req.CSeq().Value())
	}
	return strings.Join(parts, "|")
}

// receiveRequest is the way of every request: into the transaction it belongs
// to, or into a new one.
func (c *Carrier) receiveRequest(req *sip.Request, raw []byte, peer netip.AddrPort) {
	key := serverKey(req, req.Method)
	to := stampVia(req, peer)
	if tx := c.servers[key]; tx != nil && tx.receive(req) {
		return
	}
	if req.Method == sip.ACK {
		c.receiveAck(req) // of a 2xx: it travels outside the INVITE's transaction
		return
	}
	tx := &serverTx{c: c, key: key, req: req, to: to, state: txProceeding}
	c.servers[key] = tx
	c.handle(tx, raw, peer)
}

// receive takes a request that matches the transaction and reports whether
// that was all there was to do.
func (tx *serverTx) receive(req *sip.Request) bool {
	if req.Method != sip.ACK {
		if tx.last != nil && (tx.state == txProceeding || tx.state == txCompleted) {
			tx.c.transmit(tx.last, tx.to)
		}
		return true // Accepted and Confirmed absorb it
	}
	switch tx.state {
	case txCompleted:
		tx.state = txConfirmed
		tx.resend.stop()
		tx.expireAfter(tx.c.cfg.T4) // Timer I
		return true
	case txAccepted:
		return false // a client that reuses the branch: let the call have its ACK
	}
	return true
}

// respond sends a response and moves the transaction on. After a final
// response to anything, only a further 2xx to INVITE still goes out: a forked
// call has several.
func (tx *serverTx) respond(res *sip.Response) {
	switch {
	case tx.state == txAccepted && res.StatusCode/100 == 2:
		tx.c.transmit(res, tx.to)
	case tx.state != txProceeding:
	case res.StatusCode < 200:
		tx.send(res)
	case tx.req.Method != sip.INVITE:
		tx.state = txCompleted
		tx.send(res)
		tx.expireAfter(64 * tx.c.cfg.T1) // Timer J
	case res.StatusCode < 300:
		tx.state = txAccepted
		tx.send(res)
		tx.expireAfter(64 * tx.c.cfg.T1) // Timer L
	default:
		tx.state = txCompleted
		tx.send(res)
		tx.resendAfter(tx.c.cfg.T1)      // Timer G
		tx.expireAfter(64 * tx.c.cfg.T1) // Timer H
	}
}

// reply responds with a bare status.
func (tx *serverTx) reply(code int) {
	res := tx.c.response(tx.req, code, token())
	res.SetBody(nil)
	tx.respond(res)
}

func (tx *serverTx) send(res *sip.Response) {
	tx.last = res
	tx.c.transmit(res, tx.to)
}

func (tx *serverTx) resendAfter(d time.Duration) {
	tx.resend = tx.c.clock.after(d, func() {
		tx.c.transmit(tx.last, tx.to)
		tx.resendAfter(min(2*d, tx.c.cfg.T2))
	})
}

func (tx *serverTx) expireAfter(d time.Duration) {
	tx.expire.stop()
	tx.expire = tx.c.clock.after(d, tx.terminate)
}

func (tx *serverTx) terminate() {
	tx.state = txTerminated
	tx.resend.stop()
	tx.expire.stop()
	delete(tx.c.servers, tx.key)
}
