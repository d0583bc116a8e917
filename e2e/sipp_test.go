//go:build e2e

package e2e

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/sip"
	"webtrunk/store"
)

// The load: all calls, and how many of them are up together.
const (
	allCalls = 200
	atOnce   = 30
)

// TestSIPpAsCarrier lets SIPp be the carrier of two hundred calls, thirty at
// once, from pages without a browser. SIPp sends back what sound it gets, and
// counts a call as successful when it has had INVITE, ACK and BYE.
func TestSIPpAsCarrier(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	sampled(t)
	forgetting(t, time.Second)
	carrier := startSIPp(t, allCalls)
	offices := shopOffice(t)
	rig := newRig(t, blueprint{
		trunk: carrier.addr, admitter: offices, router: offices, pages: offices,
		limits: signaling.Limits{PerAddress: 2 * atOnce, Grace: 200 * time.Millisecond}, // pages do not return
		timers: sip.Timers{Linger: time.Second},
		log:    slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})

	// The first calls fill the pools of codecs and the runtime's own; what is
	// used after them is what an idle gateway uses.
	crowd{rig, 1}.call(ctx)
	var setups []time.Duration
	setups = append(setups, crowd{rig, atOnce}.call(ctx)...)
	idle := settled(t, rig)
	began := time.Now()
	for called := 1 + atOnce; called < allCalls; called += atOnce {
		setups = append(setups, crowd{rig, min(atOnce, allCalls-called)}.call(ctx)...)
	}
	took := time.Since(began)
	after := settled(t, rig)

	carrier.wantAllSuccessful(allCalls)
	slices.Sort(setups)
	t.Logf("%d calls, %d at once: %.1f calls/s; set-up p50 %v, p99 %v",
		allCalls, atOnce, float64(allCalls-1-atOnce)/took.Seconds(), percentile(setups, 50), percentile(setups, 99))
	t.Logf("idle after %d calls: %v; idle after %d: %v", 1+atOnce, idle, allCalls, after)
	if more := after.goroutines - idle.goroutines; more > 5 {
		t.Errorf("%d goroutines more than before", more)
	}
	// What was said over SIP in a call is kept for its ladder, and pools hold as
	// much as ever was in use at once. No sound is kept: that of a call would be 14
	// KiB, the smallest codec of it 2.
	const perEnded, sound = 32 << 10, 1 << 10
	if more := after.heap - idle.heap; more > allCalls*perEnded {
		t.Errorf("the heap has grown by %d KiB, which is more than %d ended calls may keep", more>>10, allCalls)
	}
	if more := after.sound - idle.sound; more > allCalls*sound {
		t.Errorf("for sound the heap has grown by %d KiB, but %d ended calls keep none", more>>10, allCalls)
	}
	rig.close()
}

func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)-1)*p/100].Round(100 * time.Microsecond)
}

// A crowd is people who all call at the same time.
type crowd struct {
	rig  *rig
	size int
}

// call lets everybody call, hear something, and hang up when all the others are
// talking too. It returns how long each waited for the answer.
func (c crowd) call(ctx context.Context) (setups []time.Duration) {
	c.rig.t.Helper()
	setups = make([]time.Duration, c.size)
	var people, talking sync.WaitGroup
	talking.Add(c.size)
	enough := make(chan struct{})
	for i := range c.size {
		people.Go(func() {
			if err := c.one(ctx, talking.Done, enough, &setups[i]); err != nil {
				c.rig.t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	talking.Wait()
	if n := c.rig.board.Running(); n != c.size && !c.rig.t.Failed() {
		c.rig.t.Errorf("%d calls run at once, want %d", n, c.size)
	}
	close(enough)
	people.Wait()
	if c.rig.t.Failed() {
		c.rig.t.FailNow()
	}
	return setups
}

// one is one caller, who says when it is talking and hangs up when it is enough.
func (c crowd) one(ctx context.Context, talks func(), enough <-chan struct{}, setup *time.Duration) error {
	talks = sync.OnceFunc(talks)
	defer talks()
	page, err := visitor.Dial(ctx, c.rig.url, visitor.Config{Key: "pk_shop_1", Origin: site})
	if err != nil {
		return err
	}
	defer page.Close()
	began := time.Now()
	made, err := page.Call(ctx, "ref_shop", nil)
	if err != nil {
		return err
	}
	if _, err := made.Wait(ctx, "answered"); err != nil {
		return err
	}
	*setup = time.Since(began)
	if err := made.Connected(ctx); err != nil {
		return err
	}
	if err := heard(ctx, made, 10); err != nil {
		return err
	}
	talks()
	<-enough
	_, err = made.Hangup(ctx)
	return err
}

// heard waits until a page has heard so many packets.
func heard(ctx context.Context, made *visitor.Call, packets int) error {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if received, _ := made.Packets(); received >= packets {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// An office is the seams of a gateway over a directory, as cmd/gateway has them.
type office struct {
	*directory.Directory
	account webtrunk.AccountID
}

func shopOffice(t *testing.T) office {
	t.Helper()
	shop, err := directory.ParseDestination("ref_shop")
	check(t, err)
	fiction, err := directory.ParseDestination("+1555")
	check(t, err)
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "gateway.db"), store.Options{})
	check(t, err)
	t.Cleanup(func() { db.Close() })
	d, err := directory.Open(t.Context(), db, directory.Options{})
	check(t, err)
	a, err := d.Provision(t.Context(), directory.Contents{
		Widgets:    []directory.NewWidget{{Key: "pk_shop_1", Origins: []directory.Origin{site}, Destinations: []directory.Destination{shop, fiction}}},
		References: []directory.NewReference{{ID: "ref_shop", Target: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}},
	})
	check(t, err)
	return office{d, a.ID}
}

func (o office) OriginAllowed(origin string) bool {
	served, err := o.Serves(context.Background(), origin)
	return served && err == nil
}

func (o office) Authorize(ctx context.Context, h signaling.Hello) (signaling.Grant, error) {
	w, err := o.Publishable(ctx, h.Key)
	return signaling.Grant{Account: w.Account, Via: w.Key, MayCall: func(_ context.Context, to webtrunk.Address) error { return w.Permit(to) }}, err
}

func (o office) Admit(ctx context.Context, c call.View) (call.Terms, error) {
	w, err := o.Publishable(ctx, c.Via)
	if err == nil {
		err = w.Permit(c.To)
	}
	return call.Terms{}, err
}

func (o office) Route(ctx context.Context, c call.View, ask call.AskRoute) (call.Plan, error) {
	contact, err := o.Resolve(ctx, directory.Query{Account: o.account, To: ask.To, Call: c.ID})
	return call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: contact.Address, Shown: contact.Shown}}}}}, err
}
