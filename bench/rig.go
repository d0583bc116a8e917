package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	url     string // of the WebSocket
}

const (
	key    = "pk_bench_5dTq8Wz1"
	origin = "http://bench.example"
	echo   = "+15550100101" // the carrier's number that sends back what it hears
)

const configuration = `
http: { listen: "127.0.0.1:%d" }
media: { listen: 127.0.0.1, rtp_ports: 20000-24999, ice_port: %d }
sip: { listen: "127.0.0.1:%d" }
trunk: { name: bench, proxy: "%s", caller_id: +15550100001 }
keys: [ { key: %s, origins: ["%s"], destinations: ["+1555"] } ]
limits: { calls: 1000 }
log: { level: warn }
drain_timeout: 5s
`

// newRig builds and starts everything. tap is told of the carrier's SIP.
func newRig(ctx context.Context, tap func(carrier.Direction, netip.AddrPort, []byte)) (*rig, error) {
	network, err := carrier.Start(carrier.Config{HeardLimit: -1, OnMessage: tap})
	if err != nil {
		return nil, err
	}
	r := &rig{carrier: network}
	if err := r.start(ctx); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *rig) start(ctx context.Context) (err error) {
	if r.dir, err = os.MkdirTemp("", "webtrunk-bench"); err != nil {
		return err
	}
	binary := filepath.Join(r.dir, "gateway")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "webtrunk/cmd/gateway")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the gateway: %w\n%s", err, out)
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	file := filepath.Join(r.dir, "gateway.yaml")
	text := fmt.Sprintf(configuration, ports[0], ports[1], ports[2], r.carrier.Addr(), key, origin)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	r.carrier.SetGateway(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ports[2]))
	r.url = fmt.Sprintf("ws://127.0.0.1:%d/v1/ws", ports[0])
	return r.serve(ctx, binary, file)
}

// serve starts the process and waits until it takes connections.
func (r *rig) serve(ctx context.Context, binary, file string) error {
	r.process = exec.Command(binary, "serve", "--config", file)
	r.process.Stderr = os.Stderr
	if err := r.process.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; {
		v, err := r.visitor(ctx)
		if err == nil {
			v.Close()
			return nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return errors.New("the gateway does not take connections")
}

func (r *rig) visitor(ctx context.Context) (*visitor.Visitor, error) {
	return visitor.Dial(ctx, r.url, visitor.Config{Key: key, Origin: origin})
}

func (r *rig) close() {
	if r.process != nil && r.process.Process != nil {
		_ = r.process.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = r.process.Wait()
	}
	r.carrier.Close()
	if strings.HasPrefix(filepath.Base(r.dir), "webtrunk-bench") {
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
