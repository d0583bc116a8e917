package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestBackupUnderLoad takes backups while calls are recorded: each is the log
// up to some moment, and what was acknowledged before it began is in it.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for i := range 8 {
		load.Go(func() {
			call := webtrunk.CallID(fmt.Sprint("call_", i))
			for seq := int64(1); ctx.Err() == nil; seq++ {
				if err := db.Append(t.Context(), of(t, call, seq)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 3 {
		_, acknowledged, err := db.Bounds(ctx, event.Stream{})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), fmt.Sprint("backup", i))
		if err := db.Backup(ctx, file); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info, err)
		}
		restored := storetest.Open(t, "sqlite:"+file)
		if n := gapless(t, restored); n < acknowledged {
			t.Errorf("the backup ends at %d, but %d was acknowledged before it", n, acknowledged)
		}
		if orphans, err := restored.Orphans(ctx); err != nil || len(orphans) > 8 {
			t.Error(orphans, err)
		}
	}
	stop()
	load.Wait()
}

func TestBackupReplacesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	file := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	kind(t, db.Backup(t.Context(), file), webtrunk.Conflict)
	if kept, err := os.ReadFile(file); string(kept) != "precious" {
		t.Error(kept, err)
	}
	kind(t, db.Backup(t.Context(), filepath.Join(t.TempDir(), "none", "backup")), webtrunk.Invalid)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Backup(ended, file+"2"); err == nil {
		t.Error("a backup was made for nobody")
	}
	if left, err := filepath.Glob(file + "2*"); len(left) > 0 || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
	if _, err := os.Stat(file + "2"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// A backup before an upgrade is for the gateway that runs: its tables are not
// the newer ones.
func TestABackupChangesNoTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, copied := filepath.Join(dir, "old.db"), filepath.Join(dir, "copy.db")
	tables := func(file string) (names string) {
		db, err := sql.Open("sqlite", "file:"+file)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.QueryRow(`SELECT coalesce(group_concat(name), '') FROM sqlite_master`).Scan(&names); err != nil {
			t.Fatal(err)
		}
		return names
	}
	db, err := sql.Open("sqlite", "file:"+old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE of_long_ago (x BIGINT)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if err := store.Backup(t.Context(), "sqlite:"+old, copied); err != nil {
		t.Fatal(err)
	}
	if tables(old) != "of_long_ago" || tables(copied) != "of_long_ago" {
		t.Errorf("the database has %s, the backup %s", tables(old), tables(copied))
	}
	none := filepath.Join(dir, "none.db")
	kind(t, store.Backup(t.Context(), "sqlite:"+none, copied+"2"), webtrunk.Invalid)
	if _, err := os.Stat(none); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a database was made to be backed up: %v", err)
	}
	kind(t, store.Backup(t.Context(), "postgres://nobody@127.0.0.1:1/none", copied+"3"), webtrunk.Unsupported)
}

func TestBackupOfPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.OpenUnclaimed(t, storetest.Postgres(t))
	err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "backup"))
	kind(t, err, webtrunk.Unsupported)
	if !strings.Contains(err.Error(), "pg_dump") {
		t.Error(err)
	}
}
