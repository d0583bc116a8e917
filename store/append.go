package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// Append implements event.Log. If ctx ends while the records wait for their
// commit, they are withdrawn; once it is under way, it is waited for.
//
// Records of a call need a claim (see Claim) and are refused with
// webtrunk.Forbidden without one.
func (db *DB) Append(ctx context.Context, recs ...event.Record) error {
	if len(recs) == 0 {
		return nil
	}
	j := &job{recs: recs}
	if err := db.writer.put(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if db.writer.withdraw(j) {
			return withdrawn(ctx)
		}
		return <-j.done
	}
}

// round is one commit of the writer.
func (db *DB) round(take func() []*job) error {
	ctx, cancel := context.Background(), func() {}
	if db.kind == postgres { // SQLite's patience is turnTime
		ctx, cancel = context.WithTimeout(ctx, commitTime)
	}
	defer cancel()
	inner, err := db.begin(ctx)
	if err != nil {
		return db.failed(err)
	}
	jobs := take()
	if err := db.group(ctx, inner, jobs); err != nil {
		db.apart(jobs, err)
	}
	return nil
}

// A unit is a transaction of the writer's connection. Rollback after its end does
// nothing.
type unit interface {
	queryer
	Commit() error
	Rollback() error
}

// begin starts a transaction in which nobody else can give out places.
func (db *DB) begin(ctx context.Context) (unit, error) {
	if db.kind == sqlite {
		return db.beginSQLite(ctx)
	}
	inner, err := db.write.BeginTx(ctx, fresh)
	if err != nil {
		return nil, err
	}
	if err := lock(ctx, inner); err != nil {
		inner.Rollback()
		return nil, err
	}
	return inner, nil
}

// lock takes the right to give out places, until the transaction's end.
func lock(ctx context.Context, inner *sql.Tx) error {
	_, err := inner.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(lockLog))
	return err
}

// apart is for a group that failed as a whole: each job is tried alone, so that
// one that the database refuses does not harm the others. If the database is
// not there, all are told so.
func (db *DB) apart(jobs []*job, err error) {
	err = db.failed(err)
	if len(jobs) > 1 && webtrunk.KindOf(err) != webtrunk.Unavailable {
		for _, j := range jobs {
			alone := func() []*job { return []*job{j} }
			if err := db.round(alone); err != nil {
				j.done <- err
			}
		}
		return
	}
	for _, j := range jobs {
		j.done <- err
	}
}

func (db *DB) failed(err error) error {
	db.counted.failures.Add(1)
	if err := db.kind.explain(err); webtrunk.KindOf(err) != webtrunk.Internal || webtrunk.MessageOf(err, "") != "" {
		return err
	}
	if db.kind == postgres && contextEnded(err) {
		return unavailable("The database does not answer. See that it runs and is not overloaded; the gateway goes on by itself.", err)
	}
	return fault(webtrunk.Internal, "The database refused the change.", err)
}

// A group is the jobs of one commit.
type group struct {
	db      *DB
	inner   unit
	heads   *heads         // nil while no record concerns it
	waiting []event.Record // have their places and are to be written
	kept    []event.Record
	redacts bool // changes what was kept before
	alone   bool // it is one job, and fails or is kept with its transaction
	undone  bool // that job has failed
}

// group runs jobs in one transaction, commits, and answers each. If it returns
// an error, none is answered and nothing was kept (or, if the commit's answer
// was lost, nobody knows).
func (db *DB) group(ctx context.Context, inner unit, jobs []*job) error {
	defer inner.Rollback()
	if len(jobs) == 0 {
		return nil
	}
	var all []event.Record
	for _, j := range jobs {
		all = append(all, j.recs...)
	}
	g := &group{db: db, inner: inner, alone: len(jobs) == 1}
	if len(all) > 0 {
		if err := g.head(ctx, all); err != nil {
			return err
		}
	}
	outcomes := make([]error, len(jobs))
	for i, j := range jobs {
		var err error
		if outcomes[i], err = g.do(ctx, j); err != nil {
			return err
		}
	}
	if g.undone {
		inner.Rollback()
		jobs[0].done <- outcomes[0]
		return nil
	}
	if err := g.write(ctx); err != nil {
		return err
	}
	started := time.Now()
	if err := inner.Commit(); err != nil {
		return err
	}
	g.trail()
	g.remember(outcomes)
	db.counted.committed(time.Since(started), len(jobs), len(g.kept))
	for i, j := range jobs {
		j.done <- outcomes[i]
	}
	if len(g.kept) > 0 {
		db.watch.tell(g.heads.position)
	}
	return nil
}

// trail lets those who follow the log know what was committed.
func (g *group) trail() {
	switch {
	case g.redacts:
		g.db.tail.forget()
	case g.db.kind == sqlite:
		g.db.tail.add(g.kept)
	}
}

// do takes one job up: outcome is the job's, err the whole group's.
func (g *group) do(ctx context.Context, j *job) (outcome, err error) {
	if j.turn != nil {
		return g.tx(ctx, j)
	}
	fresh, outcome := g.heads.place(j.recs)
	g.waiting = append(g.waiting, fresh...)
	return outcome, nil
}

// tx lets a transaction's function run within the group's. One that is not alone
// has a savepoint, for which SQLite copies each page that the function changes.
func (g *group) tx(ctx context.Context, j *job) (outcome, err error) {
	if err := g.write(ctx); err != nil { // the function may look at the log
		return nil, err
	}
	if err := g.savepoint(ctx, `SAVEPOINT job`); err != nil {
		return nil, err
	}
	tx := &Tx{db: g.db, on: g.inner}
	outcome = j.let(tx)
	g.redacts = g.redacts || tx.redacts
	if outcome == nil {
		outcome = g.emit(ctx, tx.recs)
	}
	if outcome != nil {
		if fatal(outcome) { // SQLite may have rolled back
			return nil, outcome
		}
		g.undone = g.alone
		if err := g.savepoint(ctx, `ROLLBACK TO job`); err != nil {
			return nil, err
		}
	}
	return outcome, g.savepoint(ctx, `RELEASE job`)
}

// savepoint runs a statement about the job's savepoint, where it has one.
func (g *group) savepoint(ctx context.Context, statement string) error {
	if g.alone {
		return nil
	}
	_, err := g.inner.ExecContext(ctx, statement)
	return err
}

// emit keeps what a transaction's function emitted.
func (g *group) emit(ctx context.Context, recs []event.Record) error {
	if len(recs) == 0 {
		return nil
	}
	if err := g.head(ctx, recs); err != nil {
		return err
	}
	fresh, err := g.heads.place(recs)
	if err != nil {
		return err
	}
	g.waiting = fresh
	return g.write(ctx)
}

// write writes the records that have their places.
func (g *group) write(ctx context.Context) error {
	recs := g.waiting
	g.waiting = nil
	if len(recs) == 0 {
		return nil
	}
	if err := keep(ctx, g.db.kind, g.inner, g.heads.claimed, recs); err != nil {
		return err
	}
	g.kept = append(g.kept, recs...)
	return nil
}

// emit keeps the records of a transaction on PostgreSQL. Its own view of the
// log is as old as its first statement, so the heads are read beside it, once
// nobody else can change them.
func (db *DB) emit(ctx context.Context, inner *sql.Tx, recs []event.Record) (*heads, error) {
	if err := lock(ctx, inner); err != nil {
		return nil, err
	}
	h, err := loadHeads(ctx, db.kind, db.write, db.claim.now(), recs)
	if err != nil {
		return nil, err
	}
	fresh, err := h.place(recs)
	if err != nil {
		return nil, err
	}
	return h, keep(ctx, db.kind, inner, h.claimed, fresh)
}

// keep writes records and which calls they open and close.
func keep(ctx context.Context, k kind, q queryer, c claimed, recs []event.Record) error {
	var opened, closed []event.Record
	for _, r := range recs {
		if r.CallSeq == 1 && !r.Last {
			opened = append(opened, r)
		}
		if r.CallSeq > 1 && r.Last {
			closed = append(closed, r)
		}
	}
	if err := insert(ctx, k, q, `events (position, account, seq, call_id, call_seq, last, id, type, at, test, data, private)`, 12, recs, func(r event.Record) []any {
		return []any{r.Position, string(r.Account), r.Seq, string(r.Call), r.CallSeq, r.Last, r.ID, r.Type, Micros(r.Time), r.Test, string(r.Data), string(r.Private)}
	}); err != nil {
		return err
	}
	if err := insert(ctx, k, q, `open_calls (call_id, account, node, epoch, position)`, 5, opened, func(r event.Record) []any {
		return []any{string(r.Call), string(r.Account), c.node, c.epoch, r.Position}
	}); err != nil {
		return err
	}
	return forgetOpen(ctx, k, q, closed)
}

func forgetOpen(ctx context.Context, k kind, q queryer, closed []event.Record) error {
	if len(closed) == 0 {
		return nil
	}
	calls := make([]string, len(closed))
	for i, r := range closed {
		calls[i] = string(r.Call)
	}
	values, err := json.Marshal(calls)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, k.dialect(`DELETE FROM open_calls WHERE call_id IN (SELECT x.value FROM `+k.list()+`)`), string(values))
	return err
}
