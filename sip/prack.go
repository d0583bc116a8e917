package sip

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// reliably reports whether a provisional response wants to be acknowledged (RFC
// 3262 §4). A trunk that is told nothing of 100rel has no right to.
func (l *leg) reliably(res *sip.Response) bool {
	_, numbered := rseqIn(res)
	return l.line.Reliable != trunk.ReliableOff && numbered && requires(res, reliableOption) && tagOf(res.To().Params) != ""
}

// acknowledgeProvisional sends the PRACK for a reliable provisional response and
// reports whether it is news. The first of a dialog may have any number; from
// then on one that is not the next is a repetition, or came too early, and is
// not acknowledged (RFC 3262 §4): the PRACK is repeated by its own transaction.
func (l *leg) acknowledgeProvisional(e *early, res *sip.Response) bool {
	seq, _ := rseqIn(res)
	if e.seq != 0 && seq != e.seq+1 {
		return false
	}
	e.seq = seq
	rack := fmt.Sprintf("%d %d %s", seq, res.CSeq().SeqNo, sip.INVITE)
	l.ask(&e.dialog, sip.PRACK, func(req *sip.Request) { req.AppendHeader(sip.NewHeader("RAck", rack)) }, func(res *sip.Response) {
		switch {
		case res == nil:
			l.log.Warn("sip: nobody confirmed the PRACK")
		case !res.IsSuccess():
			l.log.Warn("sip: the PRACK was refused", "code", res.StatusCode)
		}
	})
	return true
}

// rseqIn reads RSeq (RFC 3262 §7.1).
func rseqIn(res *sip.Response) (uint32, bool) {
	h := res.GetHeader("RSeq")
	if h == nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(h.Value()), 10, 32)
	return uint32(n), err == nil && n > 0
}
