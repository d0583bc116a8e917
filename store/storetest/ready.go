package storetest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"webtrunk/store"
)

// Databases that have their tables: these are made once in each test binary,
// by the store itself, and copied for each test.

// SQLite returns the URL of a new database that has its tables.
func SQLite(t testing.TB) string {
	t.Helper()
	content, err := tables()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(tempDir(t), "gateway.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// tables is a database file with nothing but its tables.
var tables = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp(memory(), "webtrunk-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "gateway.db")
	if err := makeTables("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func makeTables(url string) error {
	db, err := store.Open(context.Background(), url, store.Options{})
	if err != nil {
		return err
	}
	return db.Close()
}

// shared is the test binary's server, for all that do not stop it.
var shared = sync.OnceValues(func() (*Server, error) { return StartServer(false) })

// model is the database on the shared server that others are copies of.
var model = sync.OnceValues(func() (*Server, error) {
	s, err := shared()
	if err != nil {
		return nil, err
	}
	if err := s.create("model", ""); err != nil {
		return nil, err
	}
	return s, makeTables(s.url("model"))
})

// Postgres returns the URL of a new PostgreSQL database that has its tables.
func Postgres(t testing.TB) string {
	t.Helper()
	s, err := model()
	if err != nil {
		t.Fatal(err)
	}
	name := nextName()
	if err := s.create(name, " TEMPLATE model"); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

// create makes a database. How is the rest of the statement.
func (s *Server) create(name, how string) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec("CREATE DATABASE " + name + how)
	return err
}
