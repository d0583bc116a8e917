package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"webtrunk"
)

// Backup writes the database as it is now to a new file while it is in use. The
// file is complete when Backup returns nil, and not there otherwise; a gateway
// can be started with it. PostgreSQL has its own means: webtrunk.Unsupported.
func (db *DB) Backup(ctx context.Context, file string) error {
	if db.kind == postgres {
		return fault(webtrunk.Unsupported, "This database is on PostgreSQL: back it up with pg_dump --format=custom, which also works while the gateway runs.", nil)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fault(webtrunk.Conflict, fmt.Sprintf("%s is already there. Name a new file for the backup.", file), err)
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-*") // for its owner only
	if err != nil {
		return fault(webtrunk.Invalid, fmt.Sprintf("No backup can be written to %s. See that its folder is there and may be written.", filepath.Dir(file)), err)
	}
	defer os.Remove(part.Name())
	defer part.Close()
	if err := db.copy(ctx, part.Name()); err != nil {
		return db.explainOpen(err, "The backup failed.")
	}
	if err := part.Sync(); err != nil {
		return fault(webtrunk.Unavailable, "The backup's disk reports an error.", err)
	}
	return publish(part.Name(), file)
}

// Backup writes a copy of the database that a URL means, as DB.Backup does, and
// leaves the database as it is: its tables stay what the gateway that uses it
// knows, so that the copy is good for that one, too.
func Backup(ctx context.Context, url, file string) error {
	name, isFile := strings.CutPrefix(url, "sqlite:")
	if !isFile {
		db := &DB{}
		if err := db.connect(url); err != nil { // dials nothing
			return err
		}
		defer db.read.Close()
		defer db.write.Close()
		return db.Backup(ctx, file)
	}
	if info, err := os.Stat(name); err != nil || info.IsDir() {
		return fault(webtrunk.Invalid, fmt.Sprintf("There is no database %s. See that the configuration is the gateway's, and that this folder is the one in which it starts.", name), err)
	}
	return (&DB{kind: sqlite, file: name}).Backup(ctx, file)
}

// publish gives a finished file its name, unless that has been taken
// meanwhile, and makes the name durable.
func publish(part, file string) error {
	if err := os.Link(part, file); err != nil { // unlike a renaming, this replaces nothing
		return fault(webtrunk.Conflict, fmt.Sprintf("The backup cannot be given its name %s.", file), err)
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// copy writes one snapshot of the database into an empty file. The writer goes on
// meanwhile.
func (db *DB) copy(ctx context.Context, file string) error {
	reader, err := sql.Open("sqlite", dsn(db.file, turnTime))
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = reader.ExecContext(ctx, `VACUUM INTO $1`, file)
	return err
}
