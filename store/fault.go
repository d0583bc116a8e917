package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	driverlib "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"webtrunk"
)

// explain gives a database's error a kind and a sentence. Errors that are
// somebody else's (of a function given to Tx, of a context) pass unchanged.
func (k kind) explain(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.As(err, new(*webtrunk.Error)) {
		return err
	}
	if lite := (*driverlib.Error)(nil); errors.As(err, &lite) {
		return explainSQLite(lite.Code(), err)
	}
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return explainPostgres(pg.Code, err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err.Error() == "sql: database is closed" { // which the library does not export
		return closed()
	}
	if lost(err) {
		return unavailable("The database cannot be reached. See that it runs and that the network to it is up; a gateway that is running goes on by itself when it is back.", err)
	}
	return err
}

func fault(kind webtrunk.Kind, message string, err error) error {
	return &webtrunk.Error{Op: "store", Kind: kind, Message: message, Err: err}
}

func closed() error { return unavailable("The database is closed.", nil) }

func unavailable(message string, err error) error {
	return fault(webtrunk.Unavailable, message, err)
}

// explainSQLite reads SQLite's result code, https://www.sqlite.org/rescode.html.
func explainSQLite(code int, err error) error {
	switch code & 0xff {
	case codes.SQLITE_FULL:
		return unavailable("The disk of the database is full. Make room; the gateway goes on by itself.", err)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return unavailable("The database is locked by another process. End whatever writes to it (a copy, an editor); the gateway goes on by itself.", err)
	case codes.SQLITE_IOERR:
		return unavailable("The disk of the database reports an error. See the system's log.", err)
	case codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return unavailable("The database may not be written. Give the user that runs the gateway write permission on the file and its folder.", err)
	case codes.SQLITE_CANTOPEN, codes.SQLITE_AUTH:
		return unavailable("The database's file cannot be opened. See that it and its folder belong to the user that runs the gateway.", err)
	case codes.SQLITE_NOTADB:
		return fault(webtrunk.Invalid, "The file is not a database of the gateway. Name another, or move it away.", err)
	case codes.SQLITE_CORRUPT:
		return fault(webtrunk.Internal, "The database's file is damaged. Stop the gateway and start it with the newest backup.", err)
	case codes.SQLITE_CONSTRAINT:
		return fault(webtrunk.Conflict, "", err)
	}
	return err
}

// explainPostgres reads a SQLSTATE, appendix A of PostgreSQL's manual.
func explainPostgres(state string, err error) error {
	switch state {
	case "28P01", "28000":
		return fault(webtrunk.Unavailable, "The database refuses the user or the password in its URL. Correct them; the server's pg_hba.conf says who may connect.", err)
	case "3D000":
		return fault(webtrunk.Unavailable, "The database named in the URL does not exist. Make it: createdb -O USER NAME.", err)
	case "42501":
		return fault(webtrunk.Unavailable, "The database's user may not make tables in it. Let the user own the database.", err)
	case "25006":
		return unavailable("The database is a read-only standby. Name the primary in the URL.", err)
	case "53300":
		return unavailable("The database has no connection left for the gateway. Raise its max_connections.", err)
	case "55P03":
		return unavailable("The database is locked by another process. See who holds locks in pg_stat_activity.", err)
	}
	switch state[:2] {
	case "08", "57":
		return unavailable("The database has ended the connection. The gateway goes on by itself when it is back.", err)
	case "53", "58":
		return unavailable("The database is short of disk or memory, or its disk fails. See the database server's log.", err)
	case "23":
		return fault(webtrunk.Conflict, "", err)
	}
	return err
}

// fatal reports whether SQLite may have rolled a whole transaction back because
// one of its statements failed, https://www.sqlite.org/lang_transaction.html.
func fatal(err error) bool {
	lite := (*driverlib.Error)(nil)
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() & 0xff {
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM, codes.SQLITE_BUSY, codes.SQLITE_INTERRUPT, codes.SQLITE_CORRUPT:
		return true
	}
	return false
}

// busy reports whether another process holds SQLite's lock.
func busy(err error) bool {
	lite := (*driverlib.Error)(nil)
	return errors.As(err, &lite) && lite.Code()&0xff == codes.SQLITE_BUSY
}

// again reports whether a transaction failed only because another ran at the
// same time.
func again(err error) bool {
	pg := (*pgconn.PgError)(nil)
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// lost reports whether an error means that the connection is gone.
func lost(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network) || errors.As(err, &connect) ||
		err.Error() == "conn closed" || pgconn.SafeToRetry(err)
}
