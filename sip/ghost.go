package sip

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// Bounds on what the past may cost us: how many ghosts are known at once, and
// how many are met. A process that was killed with
// thousands of telephones ringing hears of those that answer one by one.
const (
	maxGhosts  = 1024
	ghostRate  = 100 // a second
	ghostBurst = 200
)

// haunted takes a response that no transaction knows. Where no leg knows it
// either, it is to an INVITE of a process that was killed while it rang, on the
// address where we are now: a telephone that would ring for nobody, or be
// answered, and billed until the carrier misses our ACK. The response alone
// says all that ends it, for the INVITE was ours and is known by its making.
// The leg that is made for it has only its end before it: CANCEL, once, or ACK
// and BYE. A refusal of an INVITE that a leg has given up comes this way too: it
// is repeated until its ACK. The library calls this on a goroutine of its own.
func (e *Edge) haunted(res *sip.Response) {
	defer e.survive("ghost")
	if !e.ours(res) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.legs[tagOf(res.From().Params)]
	if l == nil {
		l = e.ghost(res)
	}
	switch {
	case l == nil || l.callID != res.CallID().Value():
	case l.ghost, !res.IsProvisional() && !res.IsSuccess() && l.line.hears(transportOf(res.Transport()), peerOf(res.Source()).Addr()):
		l.box.drop(&letter{res: res, open: true})
	}
}

// ghost makes the leg for the first response of an INVITE. e.mu is held.
func (e *Edge) ghost(res *sip.Response) *leg {
	t := e.lineOf(transportOf(res.Transport()), peerOf(res.Source()).Addr())
	if t == nil || e.closing || e.ghosts >= maxGhosts || !e.haunts.take(time.Now()) {
		return nil
	}
	l := e.tagged(t, res.CallID().Value(), tagOf(res.From().Params))
	l.ghost = true
	e.ghosts++
	l.box.post(func() { l.raise(res) })
	return l
}

// ours reports whether a response is to an INVITE as this edge makes them. A
// proxy's confusion is none of it.
func (e *Edge) ours(res *sip.Response) bool {
	via := res.Via()
	if via == nil || res.From() == nil || res.To() == nil || res.CallID() == nil || res.CSeq() == nil {
		return false
	}
	branch, found := strings.CutPrefix(via.Params.GetOr("branch", ""), sip.RFC3261BranchMagicCookie)
	return found && res.CSeq().MethodName == sip.INVITE && e.isOurs(via) &&
		isWord(branch) && isWord(tagOf(res.From().Params))
}

// isWord reports whether s could have been made by token.
func isWord(s string) bool {
	return len(s) == len(token()) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// raise makes the INVITE again as far as its end needs it, from the response:
// the same Via, From, To without the far side's tag, Call-ID and CSeq, and the
// Request-URI that our INVITEs share with their To (§9.1). One that was
// redirected had another; its transaction is found by the branch (§17.2.3).
func (l *leg) raise(res *sip.Response) {
	l.phase = over
	l.auth = authenticator{username: l.line.Username, password: l.line.Password}
	l.dialog = dialog{
		callID: l.callID, localTag: l.tag, seq: res.CSeq().SeqNo,
		local: *res.From().Address.Clone(), remote: *res.To().Address.Clone(),
	}
	l.dialog.target = *l.dialog.remote.Clone()
	l.dialog.seq--
	invite := l.line.request(&l.dialog, sip.INVITE)
	via := invite.Via()
	via.Params = sip.HeaderParams{{K: "branch", V: res.Via().Params.GetOr("branch", "")}, {K: "rport", V: ""}}
	invite.SetDestination(l.line.proxy().String())
	l.out.invite, l.invited, l.out.late, l.out.cancel = invite, invite, true, call.NodeLost
	l.e.counters.ghosts.Add(1)
	l.log.Warn("sip: hanging up a call that rang when the gateway before this one stopped", "code", res.StatusCode)
}

// refusedLate acknowledges the refusal of an INVITE that was given up, by this
// process or the one before, and each repetition (§17.1.1.3):
// the transaction that would is gone.
func (l *leg) refusedLate(res *sip.Response) {
	invite := l.out.invite
	if invite == nil || !l.ghost && invite.CSeq().SeqNo != res.CSeq().SeqNo {
		return
	}
	req := sip.NewRequest(sip.ACK, invite.Recipient)
	req.AppendHeader(invite.Via().Clone())
	forwards := sip.MaxForwardsHeader(mostForwards)
	req.AppendHeader(&forwards)
	sip.CopyHeaders("From", invite, req)
	sip.CopyHeaders("To", res, req)
	sip.CopyHeaders("Call-ID", invite, req)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.ACK})
	req.SetBody(nil)
	sameWay(req, invite)
	l.sendACK(req)
}
