package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// patience bounds a server's start and stop on a busy machine.
const patience = 60 * time.Second

// password is that of the user gateway, whom all databases belong to.
const password = "secret"

// A Server is a PostgreSQL server of a test's own.
type Server struct {
	bin, dir string
	port     int
	durable  bool
	mind     io.WriteCloser // ends the server when it is closed
	shell    *exec.Cmd
}

// NewServer starts a PostgreSQL server that a test may stop and kill, and whose
// databases are empty. It ends with the test. A benchmark's is durable.
func NewServer(t testing.TB) *Server {
	t.Helper()
	s, err := StartServer(measures(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.End)
	return s
}

// StartServer makes a cluster in a temporary folder and starts it, also for a
// program that is no test. Unless it is durable it is in memory and does not
// force what it commits to disk: it loses that with the machine's power, though
// not with its processes. End it.
func StartServer(durable bool) (*Server, error) {
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 {
		return nil, fmt.Errorf("PostgreSQL is not installed: run make tools (Debian's package postgresql)")
	}
	s := &Server{bin: bins[len(bins)-1], durable: durable}
	where := ""
	if !durable {
		where = memory()
	}
	if s.dir, err = os.MkdirTemp(where, "webtrunk-postgres-"); err != nil {
		return nil, err
	}
	if err := s.init(); err != nil {
		os.RemoveAll(s.dir)
		return nil, err
	}
	for range 5 { // another process may take the port that was free
		if s.port, err = freePort(); err != nil {
			return nil, err
		}
		if err = s.start(); err == nil {
			return s, nil
		}
	}
	return nil, err
}

// init makes the cluster's files.
func (s *Server) init() error {
	who, err := unprivileged()
	if err != nil {
		return err
	}
	if err := give(who, s.dir); err != nil {
		return err
	}
	return cluster(s.bin, s.dir)
}

// unprivileged is Debian's user postgres if this process is root, else nil.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("run make tools: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// minder runs the server until its standard input ends, as it does when the
// test's process ends, however that happens; then the server and its files go.
// A line read is the name of a signal instead: the files stay.
const minder = `
dir=$1; shift
"$@" >"$dir/log" 2>&1 &
server=$!
read -r signal
kill -"${signal:-QUIT}" $server 2>/dev/null
wait $server
[ -n "$signal" ] || rm -rf "$dir"
`

// start starts the server and waits until it takes connections.
func (s *Server) start() error {
	who, err := unprivileged()
	if err != nil {
		return err
	}
	args := []string{"-c", minder, "minder", s.dir, filepath.Join(s.bin, "postgres"), "-D", s.dir + "/data",
		"-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + s.dir,
		"-c", "shared_buffers=16MB", "-c", "max_connections=200", "-c", "max_wal_size=256MB"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir, cmd.Stdin, cmd.SysProcAttr = s.dir, r, &syscall.SysProcAttr{Credential: who, Setpgid: true}
	if err := cmd.Start(); err != nil {
		w.Close()
		return err
	}
	s.mind, s.shell = w, cmd
	if err := s.ready(); err != nil {
		out, _ := os.ReadFile(s.dir + "/log")
		s.signal("KILL")
		return fmt.Errorf("PostgreSQL did not start: %w\n%s", err, out)
	}
	return nil
}

// ready waits until the server takes connections.
func (s *Server) ready() error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := db.PingContext(ctx)
		cancel()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if out, _ := os.ReadFile(s.dir + "/log"); strings.Contains(string(out), "Address already in use") || strings.Contains(string(out), "pre-existing shared memory") {
			return err
		}
	}
}

// signal ends the server as a signal does and waits until it is gone. "" ends
// it at once and removes its files.
func (s *Server) signal(name string) {
	if s.mind == nil {
		return
	}
	if name != "" {
		_, _ = io.WriteString(s.mind, name+"\n")
	}
	s.mind.Close()
	_ = s.shell.Wait()
	s.mind = nil
}

// End stops the server and removes its files.
func (s *Server) End() {
	s.signal("")
	os.RemoveAll(s.dir)
}

// Stop shuts the server down as an operator does: connections end.
func (s *Server) Stop() { s.signal("INT") }

// Kill ends the server's processes at once: it has to recover from its
// write-ahead log when it starts again.
func (s *Server) Kill() { s.signal("QUIT") }

// Start starts the server again, with the databases that it had.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
}

// Restart is Start for a program that is no test.
func (s *Server) Restart() (err error) {
	for range 20 { // the processes of a killed server take a moment to go
		if err = s.start(); err == nil {
			return nil
		}
	}
	return err
}

// Addr is where the server takes connections.
func (s *Server) Addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

func (s *Server) url(name string) string {
	return fmt.Sprintf("postgres://gateway:%s@127.0.0.1:%d/%s?sslmode=disable", password, s.port, name)
}

var databases atomic.Int64

// URL makes an empty database and returns its URL.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	url, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// Create is URL for a program that is no test.
func (s *Server) Create() (url string, err error) {
	name := nextName()
	return s.url(name), s.create(name, "")
}

func nextName() string { return fmt.Sprintf("test%d", databases.Add(1)) }
