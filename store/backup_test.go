package store_test

import (
	"context"
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

func TestBackupOfPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.OpenUnclaimed(t, storetest.Postgres(t))
	err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "backup"))
	kind(t, err, webtrunk.Unsupported)
	if !strings.Contains(err.Error(), "pg_dump") {
		t.Error(err)
	}
}
