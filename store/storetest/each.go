// Package storetest gives tests real databases: a fresh SQLite file and a fresh
// database on a PostgreSQL server, which it starts from Debian's package. They
// have their tables (but for EachEmpty and a Server's own), and are in memory
// where the machine has a folder for that.
//
//	func TestWidgets(t *testing.T) {
//		storetest.Each(t, func(t *testing.T, db *store.DB) { … })
//	}
//
// A test binary has one server, started when first asked for, and its own
// servers for tests that stop one (NewServer). They end with the process, also
// when it is killed. A missing PostgreSQL is a failure, not a reason to skip.
package storetest

import (
	"flag"
	"hash/crc32"
	"path/filepath"
	"strconv"
	"testing"

	"webtrunk/store"
)

// Node is the node whose name Open claims.
const Node = "test"

// AtOnce lets n parallel tests of this binary run at once unless -parallel says
// how many: they wait for databases more than for a processor. Call it in
// TestMain.
func AtOnce(n int) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(n))
	}
}

// Each runs a test on both databases, each fresh and claimed by Node. With -short, which
// looks for races in our own code and not for what SQL does, a test has one of the
// two, always the same, and of many tests either has about half.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	one := crc32.ChecksumIEEE([]byte(t.Name())) % 2
	for i, kind := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", SQLite}, {"postgres", Postgres}} {
		if !testing.Short() || uint32(i) == one {
			t.Run(kind.name, func(t *testing.T) { f(t, Open(t, kind.url(t))) })
		}
	}
}

// EachEmpty runs a test with the URL of a database of each kind that has no
// tables yet.
func EachEmpty(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(tempDir(t), "gateway.db")) })
	t.Run("postgres", func(t *testing.T) {
		s, err := shared()
		if err != nil {
			t.Fatal(err)
		}
		f(t, s.URL(t))
	})
}

// EachURL runs a test with the URL of a fresh database of each kind.
func EachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// Open opens a database, claims it for Node, so that records of calls may be
// appended, and closes it with the test.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db := OpenUnclaimed(t, url)
	if err := db.Claim(t.Context(), Node); err != nil {
		t.Fatal(err)
	}
	return db
}

// OpenUnclaimed opens a database as a tool beside the gateway does.
func OpenUnclaimed(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
