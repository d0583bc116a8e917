package signaling

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// recheck asks again and again whether the grants of open sessions still hold,
// until the server stops.
func (s *Server) recheck() {
	every := time.NewTicker(s.cfg.Limits.Recheck)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			s.Recheck(s.stopping)
		case <-s.stopping.Done():
			return
		}
	}
}

// Recheck asks now whether the grant of every open session still holds, and
// ends those of which it does not. It returns when all were asked, or when the
// next round is due: sessions come in no order, so that slow answers about some
// do not shield the same others again. Call it when a key or token was revoked,
// for an end at once rather than within seconds.
func (s *Server) Recheck(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Recheck)
	defer cancel()
	for _, sess := range s.all() {
		valid := sess.grant.Valid
		if valid == nil || ctx.Err() != nil {
			continue
		}
		if err := valid(ctx); withdrawn(err) {
			sess.post(func() { sess.revoke(refuseHello(err)) })
		}
	}
}

// withdrawn reports whether an answer says that a grant holds no more, and not
// just that nobody could say.
func withdrawn(err error) bool {
	if err == nil {
		return false
	}
	switch webtrunk.KindOf(err) {
	case webtrunk.Internal, webtrunk.Unavailable, webtrunk.Exhausted:
		return false
	}
	return true
}

// revoke ends a session whose grant holds no more: its call first, then the
// page is told why, as it would be told at its next hello.
func (s *session) revoke(bad *refusal) {
	if s.over {
		return
	}
	s.server.stats.revoked.Add(1)
	s.log.Info("grant withdrawn", "code", bad.code)
	if s.call != nil {
		s.leave(s.call, call.LegEnded{Cause: call.Forbidden, Message: bad.message}, "gateway")
	}
	s.send(bad.notify(""))
	if s.sock != nil {
		s.sock.cut(closeNoHello, string(bad.code))
	}
	s.end(call.Forbidden)
}
