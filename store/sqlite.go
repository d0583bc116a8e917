package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"webtrunk"
)

// readers is how many connections may read an SQLite file at once.
const readers = 8

// connectSQLite makes sure of a file that only its owner may read, and opens it.
func (db *DB) connectSQLite(file string) error {
	if err := makeFile(file); err != nil {
		return err
	}
	// One file has one lock, however it is named, and wherever the process goes.
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if file, err = filepath.EvalSymlinks(file); err != nil {
		return err
	}
	db.kind, db.file = sqlite, file
	keepPages()
	if db.write, err = openReady(dsn(file, glimpse) + smallJournal); err != nil {
		return err
	}
	if db.read, err = openReady(dsn(file, turnTime) + "&_pragma=query_only(1)"); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	return nil
}

const (
	// turnTime is how long a commit waits for other processes: longer than ours
	// hold the lock, less than a caller waits for a ringing tone.
	turnTime = 3 * time.Second
	// glimpse is how long SQLite waits for the lock before the writer tries
	// again. SQLite's own waiting looks ever more rarely, and would never find
	// the lock free beside a process that commits all the time.
	glimpse = 5 * time.Millisecond
)

// smallJournal keeps what would undo a part of a transaction, a savepoint or a
// statement of several rows, in memory, in small pieces. In a file's stead SQLite
// would take 64 KiB of new memory from the system for each, and give them back.
const smallJournal = "&_pragma=temp_store(2)"

// beginSQLite starts a transaction when it is this process's turn to write.
func (db *DB) beginSQLite(ctx context.Context) (unit, error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(db.wait.turn); ; {
		_, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`)
		if err == nil {
			return &liteUnit{Conn: conn}, nil
		}
		if !busy(err) {
			discard(conn)
			return nil, err
		}
		if time.Now().After(deadline) {
			conn.Close()
			return nil, err
		}
		time.Sleep(time.Millisecond)
	}
}

// discard closes a connection whose state is not known, so that the next who asks
// for one has a new one: the driver would give it out again with a transaction open,
// in which no other can begin.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // which is what has it closed
	_ = conn.Close()
}

// A liteUnit is a transaction on a connection that keeps its statements, those
// that begin and end it among them. database/sql has a goroutine watch each of its
// transactions, and the driver reads their BEGIN and COMMIT anew each time.
type liteUnit struct {
	*sql.Conn
	over bool
}

// Commit ends the transaction, whether it can be kept or not.
func (u *liteUnit) Commit() error {
	_, err := u.ExecContext(context.Background(), `COMMIT`)
	if err != nil {
		return errors.Join(err, u.Rollback())
	}
	u.over = true
	return u.Conn.Close()
}

// Rollback undoes the transaction, unless it is over. SQLite may have undone it
// already, and then says that there is none: that is what was wanted.
func (u *liteUnit) Rollback() error {
	if u.over {
		return nil
	}
	u.over = true
	_, err := u.ExecContext(context.Background(), `ROLLBACK`)
	if err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		discard(u.Conn)
		return err
	}
	return u.Conn.Close()
}

// dsn is what the driver is told. A transaction locks the database at its
// beginning: one that only found out at its first change that another came
// before would have to start again.
func dsn(file string, wait time.Duration) string {
	path := (&url.URL{Path: file}).EscapedPath() // a "?" or "#" is part of the name
	return "file:" + path + fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate", wait.Milliseconds())
}

// makeFile makes the database's file unless it is there. It never opens one
// that is: closing it again would drop the locks that SQLite may hold on it
// elsewhere in this process.
func makeFile(file string) error {
	invalid := func(format string, args ...any) error {
		return &webtrunk.Error{Op: "store", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
	}
	if file == "" || file == ":memory:" {
		return invalid("The gateway keeps its database in a file, so that it outlives the process: write sqlite:FILE.")
	}
	if dir := filepath.Dir(file); !isDir(dir) {
		return invalid("The folder %s for the database does not exist. Make it, owned by the user that runs the gateway.", dir)
	}
	if isDir(file) {
		return invalid("%s is a folder, not a database. Name a file in it.", file)
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return &webtrunk.Error{Op: "store", Kind: webtrunk.Invalid, Err: err,
			Message: fmt.Sprintf("The database %s cannot be made. See that the user that runs the gateway may write in its folder.", file)}
	}
	return f.Close()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
