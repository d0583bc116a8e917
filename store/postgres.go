package store

import (
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"webtrunk"
)

const (
	// connections is how many a gateway opens to PostgreSQL for readers and
	// transactions; the server's default is 100 for all its clients.
	connections = 16
	// dialTime bounds one attempt to connect.
	dialTime = 5 * time.Second
	// commitTime bounds what a commit may take before its connection is given up.
	commitTime = 10 * time.Second
)

// The advisory locks of a database. They are held to the end of a transaction
// (log) or of a session.
const (
	lockLog     = 0x77656274_00000001 // whoever gives out places in the log
	lockMigrate = 0x77656274_00000002 // whoever changes the tables
	lockNode    = 0x6e6f6465          // with the hash of a node's name: that node
)

// connectPostgres makes the pools of a PostgreSQL database.
func (db *DB) connectPostgres(url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil { // the error quotes the URL but for its password
		return &webtrunk.Error{Op: "store", Kind: webtrunk.Invalid, Err: err,
			Message: "The database's URL cannot be read. Write postgres://USER:PASSWORD@HOST/NAME, with %-escapes for special characters in the password."}
	}
	db.kind = postgres
	config.ConnectTimeout = dialTime
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["application_name"] = "webtrunk gateway"
	// What a lost client has locked is free again after this.
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	db.read = stdlib.OpenDB(*config)
	db.read.SetMaxOpenConns(connections)
	db.read.SetMaxIdleConns(connections / 2)
	db.write = stdlib.OpenDB(*config)
	db.write.SetMaxOpenConns(5) // the writer, the claim's two, and who looks at the log's heads while they wait
	return nil
}

// fresh lets each statement of the writer see what others have committed before
// it, whatever the database's default is.
var fresh = &sql.TxOptions{Isolation: sql.LevelReadCommitted}

// serializable gives a transaction on PostgreSQL what every one on SQLite has:
// it sees and leaves the database as if it ran alone.
var serializable = &sql.TxOptions{Isolation: sql.LevelSerializable}
