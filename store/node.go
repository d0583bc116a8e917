package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync"
	"time"

	"webtrunk"
)

// Claim makes this process the node of a name: the one that runs the calls
// which the node records. It fails with webtrunk.Conflict while another process
// is that node; on SQLite, while another gateway runs on the file at all. Until
// the DB is closed, or another process claims the name because this one seemed
// dead, calls may be appended to the log; before and afterwards their records
// are refused with webtrunk.Forbidden, so that a process that woke up too late
// changes nothing.
//
// Reading, transactions and records of no call need no claim.
func (db *DB) Claim(ctx context.Context, node string) error {
	if node == "" {
		return fault(webtrunk.Invalid, "A node needs a name.", nil)
	}
	if db.claim.now().node != "" {
		return fault(webtrunk.Conflict, "This database has been claimed already.", nil)
	}
	release, err := db.holdNode(ctx, node)
	if err != nil {
		return err
	}
	epoch, err := db.nextEpoch(ctx, node)
	if err != nil {
		release()
		return err
	}
	db.claim.take(claimed{kind: db.kind, node: node, epoch: epoch}, release)
	return nil
}

// Orphans returns the calls that a former process of this node left open: those
// without a last record that this process has not begun, oldest first. On
// SQLite they are this node's whatever it was called then.
func (db *DB) Orphans(ctx context.Context) ([]webtrunk.CallID, error) {
	c := db.claim.now()
	if c.node == "" {
		return nil, fault(webtrunk.Forbidden, "Calls that were left open are for the node that claims them.", nil)
	}
	query := `SELECT call_id FROM open_calls WHERE NOT (node = $1 AND epoch = $2) ORDER BY position`
	if db.kind == postgres {
		query = `SELECT call_id FROM open_calls WHERE node = $1 AND epoch <> $2 ORDER BY position`
	}
	rows, err := db.Query(ctx, query, c.node, c.epoch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var calls []webtrunk.CallID
	for rows.Next() {
		var call webtrunk.CallID
		if err := rows.Scan(&call); err != nil {
			return nil, db.kind.explain(err)
		}
		calls = append(calls, call)
	}
	return calls, db.kind.explain(rows.Err())
}

// A claimed is who this process is: a node's name, and the how-many-th of it.
type claimed struct {
	kind  kind
	node  string
	epoch int64
}

// may refuses records of a call by whoever is not, or no longer, its node.
// epoch is the newest in the database, node who has the call open.
func (c claimed) may(epoch int64, node string, call webtrunk.CallID) error {
	switch {
	case c.node == "":
		return fault(webtrunk.Forbidden, fmt.Sprintf("%s cannot be recorded by a process that has claimed no node.", call), nil)
	case c.epoch != epoch:
		return fault(webtrunk.Forbidden, fmt.Sprintf("%s cannot be recorded: another process has become the node %q. Restart this one under another name.", call, c.node), nil)
	case c.kind == postgres && node != "" && node != c.node:
		return fault(webtrunk.Forbidden, fmt.Sprintf("%s cannot be recorded: it is run by the node %q.", call, node), nil)
	}
	return nil
}

// A claim is a claimed name and what holds it.
type claim struct {
	mu   sync.Mutex
	who  claimed
	undo func()
}

func (c *claim) now() claimed {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who
}

func (c *claim) take(who claimed, undo func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who, c.undo = who, undo
}

// release gives the name back.
func (c *claim) release() {
	c.mu.Lock()
	undo := c.undo
	c.who, c.undo = claimed{}, nil
	c.mu.Unlock()
	if undo != nil {
		undo()
	}
}

// nextEpoch counts a node's claims. Whoever appends looks at the count while
// nobody can change it.
func (db *DB) nextEpoch(ctx context.Context, node string) (epoch int64, err error) {
	inner, err := db.begin(ctx)
	if err != nil {
		return 0, db.kind.explain(err)
	}
	defer inner.Rollback()
	if err := inner.QueryRowContext(ctx, db.kind.dialect(`INSERT INTO nodes (node, epoch) VALUES ($1, 1)
		ON CONFLICT (node) DO UPDATE SET epoch = nodes.epoch + 1 RETURNING epoch`), node).Scan(&epoch); err != nil {
		return 0, db.kind.explain(err)
	}
	return epoch, db.kind.explain(inner.Commit())
}

// holdNode keeps other processes from being the node.
func (db *DB) holdNode(ctx context.Context, node string) (release func(), err error) {
	if db.kind == sqlite {
		return db.holdFile(ctx)
	}
	conn, err := db.lockNode(ctx, node, db.wait.notice)
	if err != nil {
		return nil, err
	}
	keeping, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.keepNode(keeping, node, conn)
	}()
	return func() { cancel(); <-ended }, nil
}

// holdFile keeps other gateways from the database's file. Another process may
// hold the lock for a moment, to bring the tables up to date.
func (db *DB) holdFile(ctx context.Context) (release func(), err error) {
	for deadline := time.Now().Add(time.Second); ; {
		release, err := lockFile(db.file + ".lock")
		if err == nil || webtrunk.KindOf(err) != webtrunk.Conflict || time.Now().After(deadline) || !sleep(ctx, 20*time.Millisecond) {
			return release, err
		}
	}
}

const (
	// notice is how long PostgreSQL may take to see that a killed client is gone.
	notice = 5 * time.Second
	// pulse is how often the connection that holds a node's lock is tried.
	pulse = time.Second
)

// lockNode takes a node's lock on a connection of its own, trying for a while.
func (db *DB) lockNode(ctx context.Context, node string, patience time.Duration) (*sql.Conn, error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, db.kind.explain(err)
	}
	for deadline := time.Now().Add(patience); ; {
		var got bool
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1::int, hashtext($2))`, lockNode, node).Scan(&got); err != nil {
			conn.Close()
			return nil, db.kind.explain(err)
		}
		if got {
			return conn, nil
		}
		if time.Now().After(deadline) {
			conn.Close()
			return nil, fault(webtrunk.Conflict, fmt.Sprintf("Another gateway runs as the node %q. Stop it first, or give this one another name.", node), nil)
		}
		if !sleep(ctx, 100*time.Millisecond) {
			conn.Close()
			return nil, ctx.Err()
		}
	}
}

// keepNode holds a node's lock until ctx ends, and takes it again whenever its
// connection is lost. In between another process may take it; it then counts
// the epoch up, and this one's calls are refused.
func (db *DB) keepNode(ctx context.Context, node string, conn *sql.Conn) {
	for {
		for conn != nil && sleep(ctx, pulse) {
			if err := beat(ctx, conn); err != nil && ctx.Err() == nil {
				db.log.Warn("the database connection that holds this node's lock is lost", "node", node, "err", err)
				drop(conn)
				conn = nil
			}
		}
		if ctx.Err() != nil {
			drop(conn)
			return
		}
		var err error
		if conn, err = db.lockNode(ctx, node, 0); err != nil {
			conn = nil
			sleep(ctx, pulse)
			continue
		}
		db.log.Info("this node's lock is held again", "node", node)
	}
}

// beat tries a connection; one that does not answer is as good as lost.
func beat(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	_, err := conn.ExecContext(ctx, `SELECT 1`)
	return err
}

// drop ends a connection rather than give it, with its locks, back to the pool.
func drop(conn *sql.Conn) {
	if conn == nil {
		return
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	conn.Close()
}

// sleep reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
