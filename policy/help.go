package policy

import (
	"context"

	"webtrunk"
)

// Help refuses what nobody may call, whatever they are otherwise allowed:
// emergency and short numbers. Ask it first, so that whoever needs help is told
// to use a telephone, and not that this page may not call there.
func (g *Guard) Help(ctx context.Context, q Question) error {
	if q.Asked.Scheme != webtrunk.Tel {
		return nil
	}
	n := read(q.Asked, g.cfg.Home)
	if !n.emergency && !n.short {
		return nil
	}
	return g.refused(ctx, q, g.judgeNumber(policies{}, true, n))
}
