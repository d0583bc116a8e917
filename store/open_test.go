package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestOpenTogether starts several processes' worth of gateways on an empty
// database at once.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	storetest.EachEmpty(t, func(t *testing.T, url string) {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				db, err := store.Open(t.Context(), url, store.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				defer db.Close()
				if _, err := db.Cursor(t.Context(), "any"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// TestNewerTables opens a database that a newer gateway has changed.
func TestNewerTables(t *testing.T) {
	t.Parallel()
	storetest.EachEmpty(t, func(t *testing.T, url string) {
		if err := storetest.OpenUnclaimed(t, url).Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, $1)`, true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), url, store.Options{})
		kind(t, err, webtrunk.Conflict)
		if !strings.Contains(webtrunk.MessageOf(err, ""), "Start the newer gateway") {
			t.Error(err)
		}
	})
}

// TestOpenRefused has each thing that an operator can get wrong answered by a
// sentence that helps, without the password.
func TestOpenRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("Dear database, ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	there := storetest.Postgres(t)
	for _, test := range []struct {
		name, url string
		kind      webtrunk.Kind
		says      string
	}{
		{"nothing", "", webtrunk.Invalid, "sqlite:FILE"},
		{"another database", "mysql://me:hidden@host/x", webtrunk.Invalid, "sqlite:FILE"},
		{"no file", "sqlite:", webtrunk.Invalid, "sqlite:FILE"},
		{"memory", "sqlite::memory:", webtrunk.Invalid, "outlives"},
		{"no folder", "sqlite:" + dir + "/none/x.db", webtrunk.Invalid, "/none for the database does not exist"},
		{"a folder", "sqlite:" + dir, webtrunk.Invalid, "is a folder"},
		{"another file", "sqlite:" + text, webtrunk.Invalid, "not a database of the gateway"},
		{"a bad port", "postgres://me:hidden@127.0.0.1:x/y", webtrunk.Invalid, "cannot be read"},
		{"no server", "postgres://me:hidden@127.0.0.1:1/y?sslmode=disable", webtrunk.Unavailable, "cannot be reached"},
		{"a wrong password", strings.Replace(there, ":secret@", ":hidden@", 1), webtrunk.Unavailable, "refuses the user or the password"},
		{"another name", strings.Replace(there, "/test", "/other", 1), webtrunk.Unavailable, "createdb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := store.Open(t.Context(), test.url, store.Options{})
			kind(t, err, test.kind)
			if message := webtrunk.MessageOf(err, ""); !strings.Contains(message, test.says) {
				t.Errorf("%q does not say %q", message, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("%v shows the password", err)
			}
		})
	}
}

func TestFileMode(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder with a ? and 100%")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	db := storetest.Open(t, "sqlite:gate#way.db")
	if err := db.Append(t.Context(), of(t, "call_a", 1)); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	for _, f := range files { // the database, its WAL and index, the lock
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(f.Name(), "gate#way.db") {
			t.Errorf("%v %v %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		for range 2 {
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		kind(t, db.Append(t.Context(), of(t, "call_a", 1)), webtrunk.Unavailable)
		kind(t, db.Tx(t.Context(), func(*store.Tx) error { return nil }), webtrunk.Unavailable)
		_, err := db.Cursor(t.Context(), "any")
		kind(t, err, webtrunk.Unavailable)
		kind(t, db.Claim(t.Context(), "late"), webtrunk.Unavailable)
		if _, stop := db.Watch(); stop == nil {
			t.Error("nothing to stop")
		} else {
			stop()
		}
	})
}
