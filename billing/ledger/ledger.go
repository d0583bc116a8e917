package ledger

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Ledger keeps accounts. It may be used from any goroutine. Make it with Open, and Close it.
type Ledger struct {
	db  *store.DB
	now func() time.Time

	mu      sync.Mutex
	waiting []*job
	closed  bool
	grown   chan struct{} // one signal that something waits
	over    chan struct{} // closed once the writer has ended

	counted stats
}

// An Entry is what is posted together: all of it, or nothing.
type Entry struct {
	Transfers []Transfer
	// With writes what belongs to the transfers, and emits their events, in the same
	// transaction, after they are known to be possible. It may be run more than once, must
	// use nothing but the Tx, and is not run for what was posted before. Where it fails
	// nothing is posted.
	With func(context.Context, *store.Tx, []Result) error
}

// A job is an entry that waits for its transaction.
type job struct {
	entry Entry
	ctx   context.Context
	done  chan struct{} // closed once results and err are there

	results []Result
	err     error
}

// most is how many entries share a transaction: enough that a disk's or a server's time for
// a commit is small beside theirs, few enough that the first does not wait long for the last.
const most = 256

// Open starts the ledger's writer. now is the time of day that transfers have.
func Open(db *store.DB, now func() time.Time) *Ledger {
	l := &Ledger{db: db, now: now, grown: make(chan struct{}, 1), over: make(chan struct{})}
	go l.write()
	return l
}

// Close waits until what was asked for is posted.
func (l *Ledger) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.wake()
	<-l.over
}

// Post posts an entry and returns what became of its transfers, in their order. It is durable
// when Post returns nil. It fails with webtrunk.Exhausted where a balance does not cover it,
// with Conflict for an ID that has another content or a hold that has ended, and with
// Unavailable while the database is away: then it is not known whether it was posted, and
// asking again with the same IDs finds out.
func (l *Ledger) Post(ctx context.Context, e Entry) ([]Result, error) {
	for _, t := range e.Transfers {
		if err := t.check(); err != nil {
			return nil, err
		}
	}
	if len(e.Transfers) == 0 || len(e.Transfers) > 64 {
		return nil, invalid("An entry has 1 to 64 transfers.")
	}
	j := &job{entry: e, ctx: ctx, done: make(chan struct{})}
	if err := l.put(j); err != nil {
		return nil, err
	}
	select {
	case <-j.done:
		return j.results, j.err
	case <-ctx.Done():
		return nil, &webtrunk.Error{Op: "ledger", Kind: webtrunk.Unavailable, Err: ctx.Err(),
			Message: "The ledger did not answer in time: it is not known whether this was posted. Ask again with the same IDs."}
	}
}

func (l *Ledger) put(j *job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return refuse(webtrunk.Unavailable, "The gateway stops. Try again in a minute.")
	}
	l.waiting = append(l.waiting, j)
	l.wake()
	return nil
}

func (l *Ledger) wake() {
	select {
	case l.grown <- struct{}{}:
	default:
	}
}

// write is the writer's goroutine: it posts whatever waits, together, until the ledger is
// closed and nothing waits.
func (l *Ledger) write() {
	defer close(l.over)
	for {
		jobs, ended := l.next()
		switch {
		case len(jobs) > 0:
			l.commit(jobs)
			for _, j := range jobs {
				close(j.done)
			}
		case ended:
			return
		default:
			<-l.grown
		}
	}
}

// next takes what waits. Who has given up meanwhile is left out: nothing was begun for them.
func (l *Ledger) next() (jobs []*job, ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), most)
	for _, j := range l.waiting[:n] {
		if j.ctx.Err() == nil {
			jobs = append(jobs, j)
		}
	}
	l.waiting = l.waiting[n:]
	return jobs, l.closed && len(l.waiting) == 0
}

// commit posts jobs in one transaction. Where that fails for one of them, or they fail
// together, each is posted by itself, so that none suffers from another.
func (l *Ledger) commit(jobs []*job) {
	err := l.together(jobs)
	if err != nil && len(jobs) > 1 && webtrunk.KindOf(err) != webtrunk.Unavailable {
		for _, j := range jobs {
			if err := l.together([]*job{j}); err != nil {
				j.results, j.err = nil, err
			}
		}
		return
	}
	if err != nil {
		for _, j := range jobs {
			j.results, j.err = nil, err
		}
	}
}

// patience bounds a transaction: a database that answers nothing must not hold up for ever
// who asks for the next.
const patience = 20 * time.Second

// together runs jobs in one transaction, and notes what became of each.
func (l *Ledger) together(jobs []*job) (err error) {
	defer func() {
		if r := recover(); r != nil { // in what a feature writes: it must not end the process
			err = fmt.Errorf("ledger: panic in an entry: %v\n%s", r, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := l.db.Tx(ctx, func(tx *store.Tx) error { return run(ctx, tx, jobs, l.now().UTC().Truncate(time.Microsecond)) }); err != nil {
		return err
	}
	l.counted.committed(jobs)
	return nil
}

// run is the transaction: read what the jobs are about, decide, write what has changed, and
// then what belongs to it.
func run(ctx context.Context, tx *store.Tx, jobs []*job, now time.Time) error {
	b, err := read(ctx, tx, jobs, now)
	if err != nil {
		return err
	}
	var made []Result
	for _, j := range jobs {
		if j.results, j.err = b.post(j.entry.Transfers, now); j.fresh() {
			made = append(made, j.results...)
		}
	}
	if err := b.write(ctx, tx, made); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.entry.With != nil && j.fresh() {
			if err := j.entry.With(ctx, tx, j.results); err != nil {
				return err
			}
		}
	}
	return nil
}

// fresh reports an entry that is posted, and was not before.
func (j *job) fresh() bool { return j.err == nil && !j.results[0].Again }
