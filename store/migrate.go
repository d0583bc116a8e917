package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"webtrunk"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date. Of several processes that start at
// once, one does it and the others wait.
func (db *DB) migrate(ctx context.Context) error {
	tables, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := database.DialectSQLite3
	if db.kind == postgres {
		dialect = database.DialectPostgres
	}
	on := db.write
	if db.kind == sqlite { // whose writer is not patient enough
		if on, err = sql.Open("sqlite", dsn(db.file, 10*turnTime)); err != nil {
			return err
		}
		defer on.Close()
	}
	provider, err := goose.NewProvider(dialect, on, tables)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	wanted := sources[len(sources)-1].Version
	current, err := db.current(ctx, on, wanted)
	if current || err != nil {
		return err
	}
	unlock, err := db.lockMigrations(ctx, on, wanted)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := provider.Up(ctx); err != nil {
		return db.explainOpen(err, "The database's tables cannot be brought up to date.")
	}
	return nil
}

// current reports whether the database has the tables that this version of the
// gateway uses, and refuses one that has newer ones.
func (db *DB) current(ctx context.Context, on *sql.DB, wanted int64) (bool, error) {
	there := `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`
	if db.kind == postgres {
		there = `SELECT count(*) FROM pg_tables WHERE tablename = 'goose_db_version' AND schemaname = ANY (current_schemas(false))`
	}
	var tables int
	if err := on.QueryRowContext(ctx, there).Scan(&tables); err != nil {
		return false, db.explainOpen(err, "The database cannot be opened.")
	}
	if tables == 0 {
		return false, nil
	}
	var version int64
	if err := on.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version); err != nil {
		return false, db.explainOpen(err, "The version of the database's tables cannot be read.")
	}
	if version > wanted {
		return false, fault(webtrunk.Conflict, fmt.Sprintf("The database has been used by a newer gateway: its tables are of version %d, this one knows %d. Start the newer gateway, or this one with the backup made before the upgrade.", version, wanted), nil)
	}
	return version == wanted, nil
}

// explainOpen makes sure that whoever starts the gateway reads a sentence.
func (db *DB) explainOpen(err error, message string) error {
	err = db.kind.explain(err)
	if webtrunk.MessageOf(err, "") != "" {
		return err
	}
	return fault(webtrunk.KindOf(err), message, err)
}

// lockMigrations waits until no other process changes the tables.
func (db *DB) lockMigrations(ctx context.Context, on *sql.DB, wanted int64) (unlock func(), err error) {
	if db.kind == sqlite {
		return db.lockFile(ctx, on, wanted)
	}
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, db.explainOpen(err, "The database cannot be opened.")
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(lockMigrate)); err != nil {
		conn.Close()
		return nil, db.explainOpen(err, "The database's tables cannot be locked.")
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(lockMigrate))
		conn.Close()
	}, nil
}

// lockFile takes the file that a running gateway holds, for as long as the
// tables change: nobody is to change them under its feet.
func (db *DB) lockFile(ctx context.Context, on *sql.DB, wanted int64) (unlock func(), err error) {
	for deadline := time.Now().Add(30 * time.Second); ; {
		release, err := lockFile(db.file + ".lock")
		if err == nil {
			return release, nil
		}
		if current, seen := db.current(ctx, on, wanted); current || seen != nil {
			return func() {}, seen
		}
		if time.Now().After(deadline) {
			return nil, fault(webtrunk.Conflict, "The database is in use by a gateway of an older version. Stop it, then start this one.", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
