package charge

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// Options is what a desk needs.
type Options struct {
	DB     *store.DB
	Ledger *ledger.Ledger
	// Book knows what the call costs by its price: a charge in it is shared alike.
	Book *billing.Book

	// Call returns a call that runs.
	Call func(webtrunk.CallID) (call.View, bool)
	// Calls asks telephones.
	Calls call.Commander
	// Customer returns the name of the wallet of whoever is the customer in a call, empty
	// where nobody knows.
	Customer func(context.Context, call.View) (string, error)
	// Seller returns which agent a leg is, empty for none.
	Seller func(call.View, call.LegID) string
	// Phrase says how a charge is asked for on a telephone, empty where it cannot be.
	Phrase func(Charge) string

	Log *slog.Logger // nil discards
	Now func() time.Time
}

// A Desk is where sellers charge. It may be asked from any goroutine. Close it.
type Desk struct {
	o Options

	asking sync.Mutex // one request, or payout, after the other

	mu       sync.Mutex
	newest   map[webtrunk.CallID]Charge // of calls that run
	heard    map[webtrunk.CallID]string // the charge whose question a telephone hears
	watchers map[webtrunk.CallID][]*watcher
	closed   bool
	busy     sync.WaitGroup
	asked    chan struct{} // one signal that something new is asked for
}

// Open returns the desk of a database.
func Open(o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Desk{o: o, newest: map[webtrunk.CallID]Charge{}, heard: map[webtrunk.CallID]string{}, watchers: map[webtrunk.CallID][]*watcher{}, asked: make(chan struct{}, 1)}
}

// Close waits for the answers that are being taken.
func (d *Desk) Close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.busy.Wait()
}

func (d *Desk) now() time.Time { return d.o.Now().UTC().Truncate(time.Microsecond) }

// later does something that a call's own goroutine must not wait for.
func (d *Desk) later(f func(context.Context)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	d.busy.Go(func() {
		ctx, done := context.WithTimeout(context.Background(), patience)
		defer done()
		f(ctx)
	})
}

// patience bounds what is done for an answer.
const patience = 20 * time.Second

// sweepEvery is how often charges are looked for that nobody here asks for any more: a process
// that died has left them.
const sweepEvery = time.Minute

// Run ends what nobody answers, until ctx ends.
func (d *Desk) Run(ctx context.Context) {
	for {
		if err := d.expire(ctx); err != nil && ctx.Err() == nil {
			d.o.Log.Warn("charges that nobody answered were not ended; they are tried again", "error", err)
		}
		wait := time.NewTimer(d.nextDue())
		select {
		case <-wait.C:
		case <-d.asked: // which may be due sooner
			wait.Stop()
		case <-ctx.Done():
			wait.Stop()
			return
		}
	}
}

// nextDue is how long until the time of a charge is over that is asked for here.
func (d *Desk) nextDue() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	next, now := sweepEvery, d.now()
	for _, c := range d.newest {
		if c.State == Requested {
			next = min(next, c.Until.Sub(now))
		}
	}
	return max(time.Second, next) // also where it could not be ended
}

// expire ends all charges whose time is over.
func (d *Desk) expire(ctx context.Context) error {
	rows, err := d.o.DB.Query(ctx, columns+`WHERE state = $1 AND until <= $2 LIMIT 100`, string(Requested), store.Micros(d.now()))
	due, err := store.All(rows, err, scan)
	if err != nil {
		return err
	}
	for _, c := range due {
		c.State = Expired
		if err := d.end(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// end writes how a charge has ended without being paid, unless it had ended.
func (d *Desk) end(ctx context.Context, c Charge) error {
	first := false
	err := d.o.DB.Tx(ctx, func(tx *store.Tx) (err error) { first, err = c.ends(ctx, tx); return err })
	if err != nil {
		return directory.Unavailable("charge", err)
	}
	if first {
		d.show(c)
	}
	return nil
}

// A Policy is how an account charges.
type Policy struct {
	SellerPart int64         // of what is paid, to the seller, in hundredths of a percent
	Within     time.Duration // in which a charge must be accepted
}

// usual is the policy of who has set none.
var usual = Policy{SellerPart: 10_000, Within: time.Minute}

// Policy returns how an account charges.
func (d *Desk) Policy(ctx context.Context, of shelf.Tenant) (Policy, error) {
	var p Policy
	var seconds int64
	err := d.o.DB.QueryRow(ctx, `SELECT seller_part, within_s FROM charge_policies WHERE account = $1 AND test = $2`, string(of.Account), of.Test).Scan(&p.SellerPart, &seconds)
	if err = directory.Found("charge", "policy", err); webtrunk.KindOf(err) == webtrunk.NotFound {
		return usual, nil
	}
	p.Within = time.Duration(seconds) * time.Second
	return p, err
}

// SetPolicy sets it, for charges from now on.
func (d *Desk) SetPolicy(ctx context.Context, of shelf.Tenant, p Policy) error {
	if p.SellerPart < 0 || p.SellerPart > 10_000 || p.Within < 30*time.Second || p.Within > 10*time.Minute {
		return refuse(webtrunk.Invalid, "The seller's part is 0 to 10,000 hundredths of a percent, and a charge is asked for during 30 to 600 seconds.")
	}
	return directory.Unavailable("charge", d.o.DB.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO charge_policies (account, test, seller_part, within_s) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, test) DO UPDATE SET seller_part = excluded.seller_part, within_s = excluded.within_s`,
			string(of.Account), of.Test, p.SellerPart, int64(p.Within/time.Second))
		if err != nil {
			return err
		}
		return emit(tx, of, "charge_policy.updated", map[string]any{"seller_part": p.SellerPart, "within_seconds": int64(p.Within / time.Second)})
	}))
}
