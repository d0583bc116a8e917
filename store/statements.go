package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// mostStatements is how many statements one connection keeps ready.
const mostStatements = 256

// A ready opens SQLite connections that keep their statements: a statement is
// parsed when it is first run on a connection and not again. The gateway runs
// the same few, and parsing them took as long as carrying them out.
type ready struct {
	driver driver.Driver
	dsn    string
}

// openReady is sql.Open for connections that keep their statements.
func openReady(dsn string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	defer plain.Close() // it has no connection: only its driver is wanted
	return sql.OpenDB(ready{plain.Driver(), dsn}), nil
}

// Driver implements driver.Connector.
func (r ready) Driver() driver.Driver { return r.driver }

// Connect implements driver.Connector.
func (r ready) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.driver.Open(r.dsn)
	if err != nil {
		return nil, err
	}
	return &keptConn{sqliteConn: conn.(sqliteConn), kept: make(map[string]sqliteStmt)}, nil
}

// A sqliteConn is what a connection of the driver can do and database/sql asks
// for. It leaves out running a text without preparing it.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// A keptConn is a connection with its statements. database/sql uses a
// connection from one goroutine at a time.
type keptConn struct {
	sqliteConn
	kept map[string]sqliteStmt // that nobody runs, by their text
}

// PrepareContext takes a statement that is ready, or makes one.
func (c *keptConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if s, there := c.kept[query]; there {
		delete(c.kept, query) // its rows may be read while the same text is run again
		return &keptStmt{s, c, query}, nil
	}
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &keptStmt{s.(sqliteStmt), c, query}, nil
}

// Close closes the statements, and then the connection.
func (c *keptConn) Close() error {
	for _, s := range c.kept {
		_ = s.Close() // the connection's own error says more
	}
	clear(c.kept)
	return c.sqliteConn.Close()
}

// A keptStmt is a statement that goes back to its connection when it is closed.
type keptStmt struct {
	sqliteStmt
	conn  *keptConn
	query string
}

// Close gives the statement back. Where there are too many, any other makes
// room: texts that are never run again come and go, and those that are run all
// the time are soon back.
func (s *keptStmt) Close() error {
	kept := s.conn.kept
	if _, there := kept[s.query]; there {
		return s.sqliteStmt.Close()
	}
	if len(kept) >= mostStatements {
		for query, other := range kept {
			delete(kept, query)
			_ = other.Close() // it has run to its end, and says nothing new
			break
		}
	}
	kept[s.query] = s.sqliteStmt
	return nil
}
