package storetest_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk/store"
	"webtrunk/store/storetest"
)

// asked tells this test binary to start a server and then wait to be killed.
const asked = "STORETEST_SERVE"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestServe is the process that TestKilledTests kills.
func TestServe(t *testing.T) {
	if os.Getenv(asked) == "" {
		return
	}
	fmt.Println("url", storetest.Postgres(t))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// TestKilledTests kills a test binary: its server goes with it.
func TestKilledTests(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestServe$")
	cmd.Env = append(os.Environ(), asked+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	url := ""
	for url == "" && lines.Scan() {
		url, _ = strings.CutPrefix(lines.Text(), "url ")
	}
	if err := reach(t, url); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	for deadline := time.Now().Add(time.Minute); reach(t, url) == nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server outlives its test")
		}
	}
}

func reach(t *testing.T, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return db.PingContext(ctx)
}

// TestServer stops, kills and starts a server: its databases stay.
func TestServer(t *testing.T) {
	server := storetest.NewServer(t)
	url := server.URL(t)
	for _, end := range []func(){server.Stop, server.Kill} {
		if err := storetest.OpenUnclaimed(t, url).SaveCursor(t.Context(), "c", 7); err != nil {
			t.Fatal(err)
		}
		end()
		if err := reach(t, url); err == nil {
			t.Error("the server is still there")
		}
		server.Start(t)
		if at, err := storetest.OpenUnclaimed(t, url).Cursor(t.Context(), "c"); at != 7 || err != nil {
			t.Error(at, err)
		}
	}
}

func TestLine(t *testing.T) {
	address := strings.Split(strings.Split(storetest.Postgres(t), "@")[1], "/")[0]
	line := storetest.NewLine(t, address)
	url := strings.Replace(storetest.Postgres(t), address, line.Addr, 1)
	if err := reach(t, url); err != nil {
		t.Fatal(err)
	}
	line.Cut()
	if err := reach(t, url); err == nil {
		t.Error("the line is not cut")
	}
	line.Mend()
	line.Delay(20 * time.Millisecond)
	started := time.Now()
	if err := reach(t, url); err != nil || time.Since(started) < 40*time.Millisecond {
		t.Error(err, time.Since(started))
	}
}

// Each test has a database for itself.
func TestEach(t *testing.T) {
	for range 2 {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			if at, err := db.Cursor(t.Context(), "c"); at != 0 || err != nil {
				t.Error(at, err)
			}
			if err := db.SaveCursor(t.Context(), "c", 7); err != nil {
				t.Fatal(err)
			}
		})
	}
}
