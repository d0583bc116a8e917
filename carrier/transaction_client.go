package carrier

import (
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A clientTx is a client transaction: RFC 3261 §17.1 with the Accepted state
// of RFC 6026, over UDP. It belongs to the signalling loop.
//
//	INVITE      Calling (A resends, B gives up) → Proceeding (1xx)
//	            → Accepted (2xx, each is passed on) → gone after M
//	            → Completed (≥ 300, acknowledged) → gone after D
//	others      Calling (E resends, F gives up) → Proceeding → Completed → gone after K
type clientTx struct {
	c     *Carrier
	key   string
	req   *sip.Request
	to    netip.AddrPort
	state txState

	// heard takes every response that is not a repetition, and nil once when
	// nobody answered.
	heard func(*sip.Response)

	resend *alarm // A or E
	expire *alarm // B or F, then D, K or M
}

func clientKey(msg sip.Message) string {
	branch, _ := msg.Via().Params.Get("branch")
	return branch + "|" + string(msg.CSeq().MethodName)
}

// request sends req in a transaction of its own.
func (c *Carrier) request(req *sip.Request, to netip.AddrPort, heard func(*sip.Response)) *clientTx {
	tx := &clientTx{c: c, key: clientKey(req), req: req, to: to, heard: heard}
	c.clients[tx.key] = tx
	c.transmit(req, to)
	tx.resendAfter(c.cfg.T1)
	tx.expireAfter(64*c.cfg.T1, tx.timeOut) // Timer B or F
	return tx
}

// receiveResponse gives a response to its transaction. One that matches none
// is a late repetition and is dropped.
func (c *Carrier) receiveResponse(res *sip.Response, _ netip.AddrPort) {
	if tx := c.clients[clientKey(res)]; tx != nil {
		tx.receive(res)
	}
}

func (tx *clientTx) receive(res *sip.Response) {
	if tx.req.Method == sip.INVITE {
		tx.receiveInvite(res)
		return
	}
	switch {
	case tx.state == txCompleted:
	case res.StatusCode < 200:
		tx.state = txProceeding // E goes on (§17.1.2.2)
		tx.heard(res)
	default:
		tx.state = txCompleted
		tx.resend.stop()
		tx.expireAfter(tx.c.cfg.T4, tx.terminate) // Timer K
		tx.heard(res)
	}
}

func (tx *clientTx) receiveInvite(res *sip.Response) {
	switch {
	case tx.state == txCompleted:
		if res.StatusCode >= 300 {
			tx.acknowledge(res) // our ACK was lost
		}
	case tx.state == txAccepted:
		if res.StatusCode/100 == 2 {
			tx.heard(res) // repeated, or from another branch of a fork
		}
	case res.StatusCode < 200:
		tx.proceed()
		tx.heard(res)
	case res.StatusCode < 300:
		tx.proceed()
		tx.state = txAccepted
		tx.expireAfter(64*tx.c.cfg.T1, tx.terminate) // Timer M
		tx.heard(res)
	default:
		tx.proceed()
		tx.state = txCompleted
		tx.acknowledge(res)
		tx.expireAfter(64*tx.c.cfg.T1, tx.terminate) // Timer D
		tx.heard(res)
	}
}

// proceed stops the timers that wait for a first answer.
func (tx *clientTx) proceed() {
	tx.state = txProceeding
	tx.resend.stop()
	tx.expire.stop()
}

// acknowledge answers a refusal with the ACK of RFC 3261 §17.1.1.3, which is
// part of the transaction.
func (tx *clientTx) acknowledge(res *sip.Response) {
	ack := sameBranch(tx.req, sip.ACK)
	ack.AppendHeader(sip.HeaderClone(res.To()))
	ack.SetBody(nil)
	tx.c.transmit(ack, tx.to)
}

// sameBranch begins an ACK or CANCEL for an INVITE: the same Request-URI, Via,
// From, Call-ID and sequence number (RFC 3261 §9.1, §17.1.1.3).
func sameBranch(invite *sip.Request, method sip.RequestMethod) *sip.Request {
	req := sip.NewRequest(method, invite.Recipient)
	req.AppendHeader(sip.HeaderClone(invite.Via()))
	sip.CopyHeaders("Route", invite, req)
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&hops)
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: method})
	return req
}

func (tx *clientTx) timeOut() {
	tx.terminate()
	tx.heard(nil)
}

func (tx *clientTx) resendAfter(d time.Duration) {
	tx.resend = tx.c.clock.after(d, func() {
		tx.c.transmit(tx.req, tx.to)
		next := 2 * d
		if tx.req.Method != sip.INVITE {
			next = min(next, tx.c.cfg.T2)
		}
		tx.resendAfter(next)
	})
}

func (tx *clientTx) expireAfter(d time.Duration, then func()) {
	tx.expire.stop()
	tx.expire = tx.c.clock.after(d, then)
}

func (tx *clientTx) terminate() {
	tx.state = txTerminated
	tx.resend.stop()
	tx.expire.stop()
	delete(tx.c.clients, tx.key)
}
