package sip

import (
	"github.com/emiago/sipgo/sip"
)

// outside answers the requests that belong to no leg.
func (e *Edge) outside(req *sip.Request, tx *sip.ServerTx) {
	if r := wholesome(req); r != nil {
		e.refuse(req, tx, r.status, r.header)
		return
	}
	if r := objection(req, e.options()); r != nil {
		e.refuse(req, tx, r.status, r.header)
		return
	}
	switch m := method(req); {
	case m == sip.OPTIONS && tagOf(req.To().Params) == "" && e.away():
		e.refuse(req, tx, sip.StatusServiceUnavailable)
	case m == sip.OPTIONS && tagOf(req.To().Params) == "":
		e.refuse(req, tx, sip.StatusOK, accept(), supported(e.options())) // §11.2: as an INVITE would be answered
	case !known[m]:
		e.refuse(req, tx, sip.StatusNotImplemented)
	case tagOf(req.To().Params) != "", m == sip.CANCEL, m == sip.BYE, m == sip.INFO, m == sip.PRACK, m == sip.UPDATE:
		e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists) // §12.2.2, §9.2
	case m == sip.INVITE && !e.merged(req): // of a trunk that is none any more
		e.refuse(req, tx, sip.StatusServiceUnavailable)
	case m == sip.INVITE:
		e.refuse(req, tx, sip.StatusLoopDetected) // it is a leg already, by another path: §8.2.2.2
	default:
		e.refuse(req, tx, sip.StatusMethodNotAllowed)
	}
}

// away reports whether no new call is taken.
func (e *Edge) away() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.draining || e.exchange == nil
}

// full is why no new call is taken at the moment. OPTIONS is answered all the
// same: a carrier that asks whether we are there would give up calls that we
// can take again in a second.
func (e *Edge) full() error {
	if e.cfg.Full == nil {
		return nil
	}
	return e.cfg.Full()
}

// continues reports whether an INVITE is no new call but takes a place in one
// that is up, which may be done as long as nothing is hung up.
func (e *Edge) continues(req *sip.Request, n *line) bool {
	_, replaces, _ := replacesIn(req)
	e.mu.Lock()
	defer e.mu.Unlock()
	return replaces && n.Refer && !e.hangingUp && e.exchange != nil
}

// merged reports whether an INVITE has become a leg.
func (e *Edge) merged(req *sip.Request) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.merges[mergeKey(req)]
}

func accept() sip.Header { return sip.NewHeader("Accept", "application/sdp") }
