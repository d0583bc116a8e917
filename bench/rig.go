package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"webtrunk/carrier"
	"webtrunk/signaling/visitor"
)

// A rig is a gateway process between this process's visitors and carrier.
type rig struct {
	carrier *carrier.Carrier
	process *exec.Cmd
	dir     string
	file    string // the configuration
	lines   *os.File
	base    string // of the interface
	url     string // of the WebSocket
	sip     netip.AddrPort
	secret  string // the operator's key
	metrics string // where Prometheus reads
	debug   string // where a gateway that is profiled is looked into; else empty
}

const (
	key    = "pk_bench_5dTq8Wz1"
	origin = "http://bench.example"
	echo   = "+15550100101" // the carrier's number that sends back what it hears
	ours   = "+15550100001" // the gateway's, which leads to echo
	theirs = "+15550100199" // who calls it
)

const configuration = `
database: %q
http: { listen: "127.0.0.1:%d" }
media: { listen: 127.0.0.1, rtp_ports: 12000-31999, ice_port: %d }
sip: { listen: "127.0.0.1:%d" }
trunks: [ %s ]
test_carrier: false
metrics: { listen: "127.0.0.1:%d" }
voice_policy: { allow_prefixes: ["+1555010"], limits: { visitor: { calls_per_minute: 0 }, widget: { calls_at_once: 0, calls_per_minute: 0, calls_per_hour: 0 }, address: { calls_at_once: 0, calls_per_minute: 0, calls_per_hour: 0, minutes_per_day: 0 } } }
references: [ { reference: ref_echo, target: tel:+15550100101 }%s ]
numbers: [ { number: +15550100001, reference: ref_echo }%s ]
receivers: [ %s ]
keys: [ { key: %s, origins: ["%s"], destinations: ["+1555"] } ]
webhooks: { allow_networks: [127.0.0.0/8], allow_http: true }
limits: { %s }
log: { level: warn }
drain_timeout: 5s
`

// A setting is what one rig has that others have not.
type setting struct {
	database string // a URL; empty means a file of SQLite in the rig's folder
	carrier  carrier.Config
	trunks   string    // in place of the one to the simulated carrier
	limits   string    // of the gateway, in place of none by load
	rooms    int       // pages that can be called by others: see meeting.go
	division *division // who works on which cores; nil lets the system choose
	binary   string    // a gateway that was built before; empty means that of this source
}

// trunkTo is a trunk as the configuration has it.
func trunkTo(name, proxy string) string {
	return fmt.Sprintf(`{name: %s, proxy: "%s", identity: {caller_id: %s}, keepalive: -1s}`, name, proxy, ours)
}

// newRig builds and starts everything.
func newRig(ctx context.Context, s setting) (*rig, error) {
	s.carrier.HeardLimit = -1
	network, err := carrier.Start(s.carrier)
	if err != nil {
		return nil, err
	}
	r := &rig{carrier: network}
	if err := r.start(ctx, s); err != nil {
		err = r.tell(err)
		r.close()
		return nil, err
	}
	return r, nil
}

// with runs f beside a gateway. Whatever goes wrong is told with what the
// gateway has logged.
func with(ctx context.Context, s setting, f func(*rig) error) error {
	r, err := newRig(ctx, s)
	if err != nil {
		return err
	}
	defer r.close()
	return r.tell(f(r))
}

func (r *rig) start(ctx context.Context, s setting) (err error) {
	binary := s.binary
	if binary == "" {
		if binary, err = built(); err != nil {
			return err
		}
	}
	if r.dir, err = os.MkdirTemp("", "webtrunk-bench-"); err != nil {
		return err
	}
	if s.database == "" {
		s.database = "sqlite:" + filepath.Join(r.dir, "gateway.db")
	}
	if s.limits == "" {
		s.limits = "calls: 4000, cpu: 0, lateness: 0s"
	}
	if s.trunks == "" {
		s.trunks = trunkTo("bench", r.carrier.Addr().String())
	}
	if r.lines, err = os.Create(filepath.Join(r.dir, "gateway.log")); err != nil {
		return err
	}
	ports, err := freePorts(5)
	if err != nil {
		return err
	}
	r.file = filepath.Join(r.dir, "gateway.yaml")
	references, numbers, receivers := hosts(s.rooms)
	text := fmt.Sprintf(configuration, s.database, ports[0], ports[1], ports[2], s.trunks, ports[3], references, numbers, receivers, key, origin, s.limits)
	r.metrics = fmt.Sprintf("http://127.0.0.1:%d/metrics", ports[3])
	if profiled {
		r.debug = fmt.Sprintf("127.0.0.1:%d", ports[4])
	}
	if err := os.WriteFile(r.file, []byte(text), 0o600); err != nil {
		return err
	}
	r.sip = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ports[2])
	r.carrier.SetGateway(r.sip)
	r.base = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	r.url = fmt.Sprintf("ws://127.0.0.1:%d/v1/ws", ports[0])
	if r.secret, err = r.account(ctx, "operator", "--operator"); err != nil {
		return err
	}
	return r.serve(ctx, binary, s.division)
}

// serve starts the process and waits until it takes calls.
func (r *rig) serve(ctx context.Context, binary string, d *division) error {
	r.process = exec.Command(binary, "serve", "--config", r.file)
	r.process.Stderr = r.lines
	r.process.Env = append(os.Environ(), "WEBTRUNK_PROFILE="+r.debug)
	if d != nil {
		r.process.Env = append(r.process.Env, goFor(&d.theirs))
	}
	r.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it is of no use without us
	if err := r.process.Start(); err != nil {
		return err
	}
	if err := d.apply(r.process.Process.Pid); err != nil {
		return err
	}
	if err := r.ready(ctx, 30*time.Second); err != nil {
		return err
	}
	v, err := r.visitor(ctx, visitor.Config{})
	if err == nil {
		v.Close()
	}
	return err
}

// ready waits until the gateway takes new calls.
func (r *rig) ready(ctx context.Context, within time.Duration) error {
	ctx, done := context.WithTimeout(ctx, within)
	defer done()
	return until(ctx, "the gateway is ready", func() (bool, error) {
		res, err := http.Get(r.base + "/readyz")
		if errors.Is(err, syscall.ECONNREFUSED) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK, nil
	})
}

// until asks again and again until the answer is yes.
func until(ctx context.Context, what string, is func() (bool, error)) error {
	for {
		yes, err := is()
		if yes || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w", what, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// visitor opens a page.
func (r *rig) visitor(ctx context.Context, cfg visitor.Config) (*visitor.Visitor, error) {
	cfg.Key, cfg.Origin = key, origin
	return visitor.Dial(ctx, r.url, cfg)
}

// tell adds to an error what the gateway has said.
func (r *rig) tell(err error) error {
	if err == nil || r.lines == nil {
		return err
	}
	said, _ := os.ReadFile(r.lines.Name())
	if len(said) > 4000 {
		said = said[len(said)-4000:]
	}
	return fmt.Errorf("%w\nthe gateway's last lines:\n%s", err, said)
}

func (r *rig) close() {
	if r.process != nil && r.process.Process != nil {
		_ = r.process.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = r.process.Wait()
	}
	r.carrier.Close()
	http.DefaultClient.CloseIdleConnections()
	if r.lines != nil {
		r.lines.Close()
	}
	if r.dir != "" {
		_ = os.RemoveAll(r.dir)
	}
}

// freePorts returns ports that are free for UDP and TCP at this moment.
func freePorts(n int) ([]uint16, error) {
	var ports []uint16
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that they differ
		ports = append(ports, uint16(l.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}
