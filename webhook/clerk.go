package webhook

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"webtrunk/store"
)

// A clerk is what Run does between the rows and the attempts. It alone claims
// and settles, so that the outcomes of many attempts and the claims of the next
// share one transaction, and transactions of one process do not collide.
type clerk struct {
	*Sender
	under  map[string]int // attempts under way, by endpoint
	total  int            // in all
	back   chan returned
	unkept []returned // outcomes that are not in the database yet
}

// A returned delivery has been attempted.
type returned struct {
	claimed
	outcome
}

// lastTries is how often the clerk tries to write down the last outcomes when
// it is to end and the database does not take them.
const lastTries = 3

func (c *clerk) run(ctx context.Context) {
	var attempts sync.WaitGroup
	defer attempts.Wait()
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	poll := time.NewTicker(c.Poll)
	defer poll.Stop()
	var grace <-chan time.Time
	ended := ctx.Done()
	failing := false
	for tries := 0; ; {
		err := c.work(ctx, func(one claimed) {
			attempts.Go(func() { c.back <- returned{one, c.attempt(hard, one)} })
		})
		if err != nil && !failing && ctx.Err() == nil {
			c.Log.Warn("webhooks wait for the database", "unkept", len(c.unkept), "err", err)
		}
		failing = err != nil
		if ended == nil && c.total == 0 {
			tries++
			if len(c.unkept) == 0 {
				return
			}
			if tries == lastTries {
				c.Log.Error("the outcomes of webhook deliveries are lost; they will be sent again", "deliveries", len(c.unkept), "err", err)
				return
			}
		}
		select {
		case <-ended:
			timer := time.NewTimer(c.Grace)
			defer timer.Stop()
			ended, grace = nil, timer.C
		case <-grace:
			cut()
		case r := <-c.back:
			c.receive(r)
		case <-c.wake:
		case <-poll.C:
		}
	}
}

// receive takes all outcomes that have come by now.
func (c *clerk) receive(r returned) {
	for {
		c.unkept = append(c.unkept, r)
		c.total--
		if c.under[r.endpoint.ID]--; c.under[r.endpoint.ID] == 0 {
			delete(c.under, r.endpoint.ID)
		}
		c.counted.underWay.Store(int64(c.total))
		select {
		case r = <-c.back:
		default:
			return
		}
	}
}

// work writes the outcomes down and, unless ctx has ended, claims what is due
// and starts it.
func (c *clerk) work(ctx context.Context, start func(claimed)) error {
	var ids []string
	var err error
	if ctx.Err() == nil && c.total < c.Total {
		ids, err = c.waiting(ctx)
	}
	if len(ids) == 0 && len(c.unkept) == 0 {
		return err
	}
	rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] }) // nobody is always last
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var batch []claimed
	if err := c.DB.Tx(limited, func(tx *store.Tx) (err error) {
		for _, r := range c.unkept {
			if err := c.settle(limited, tx, r.claimed, r.outcome); err != nil {
				return err
			}
		}
		batch, err = c.claimAll(limited, tx, ids)
		return err
	}); err != nil {
		return err
	}
	c.unkept = nil
	for _, one := range batch {
		c.under[one.endpoint.ID]++
		c.total++
		c.counted.underWay.Store(int64(c.total))
		start(one)
	}
	return err
}

// claimAll claims what there is room for.
func (c *clerk) claimAll(ctx context.Context, tx *store.Tx, ids []string) (all []claimed, err error) {
	for _, id := range ids {
		room := min(c.PerEndpoint-c.under[id], c.Total-c.total-len(all))
		if room <= 0 {
			continue
		}
		some, err := c.claim(ctx, tx, id, room)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
