package browser

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A place is a network namespace (network_namespaces(7)) that a wire joins to
// this machine: who lives in it has a network of its own, and meets this
// machine at an address that is not loopback.
type place struct {
	name     string
	Here     string // this machine's end of the wire
	doors    []net.Listener
	carrying sync.WaitGroup
}

// placePrefix begins the names of all places; the number of the process that
// made one follows, so that what a killed test left behind is known for it.
const placePrefix = "webtrunk-"

// newPlace makes a place. One for each process is enough.
func newPlace() (*place, error) {
	clearPlaces()
	n := os.Getpid()
	name := placePrefix + strconv.Itoa(n)
	// 198.18.0.0/15 is for benchmarks of networks (RFC 2544) and in use nowhere
	// else; a process has one of its 32768 pairs.
	at := func(end int) string {
		a := n%32768*4 + end
		return fmt.Sprintf("198.%d.%d.%d", 18+a>>16, a>>8&255, a&255)
	}
	p := &place{name: name, Here: at(1)}
	// An interface's name has at most 15 letters.
	here, there := wire(strconv.Itoa(n)), fmt.Sprintf("wn%d", n)
	for _, command := range []string{
		"netns add " + name,
		"link add " + here + " type veth peer name " + there + " netns " + name,
		"address add " + at(1) + "/30 dev " + here,
		"link set " + here + " up",
		"-n " + name + " link set lo up",
		"-n " + name + " address add " + at(2) + "/30 dev " + there,
		"-n " + name + " link set " + there + " up",
		"-n " + name + " route add default via " + at(1),
	} {
		if out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput(); err != nil {
			p.remove()
			return nil, fmt.Errorf("ip %s (this needs root): %w: %s", command, err, out)
		}
	}
	return p, nil
}

// wire is the name of this machine's end of the wire to a process's place.
func wire(number string) string { return "wt" + number }

// clearPlaces removes the places of processes that are no more.
func clearPlaces() {
	for line := range strings.Lines((&place{}).ask("netns list")) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		number, ours := strings.CutPrefix(name, placePrefix)
		n, err := strconv.Atoi(number)
		if ours && err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			(&place{name: name}).remove()
		}
	}
}

// remove closes the place. Who still lives there ends, and the wire goes with it.
func (p *place) remove() {
	for _, door := range p.doors {
		door.Close()
	}
	for _, pid := range strings.Fields(p.ask("netns pids " + p.name)) {
		if n, err := strconv.Atoi(pid); err == nil && n != os.Getpid() {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
	// The wire goes with the place, but not at once, and the next place has one of this name.
	p.ask("link delete " + wire(strings.TrimPrefix(p.name, placePrefix)))
	p.ask("netns delete " + p.name)
	p.carrying.Wait()
}

// ask returns what ip says; nothing where there is no such place.
func (p *place) ask(command string) string {
	out, _ := exec.Command("ip", strings.Fields(command)...).Output()
	return string(out)
}

// within carries out f in the place. What sockets it makes stay there.
func (p *place) within(f func() error) error {
	there, err := os.Open("/run/netns/" + p.name)
	if err != nil {
		return err
	}
	defer there.Close()
	runtime.LockOSThread() // a namespace is a thread's
	here, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer here.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	failed := f()
	if err := unix.Setns(int(here.Fd()), unix.CLONE_NEWNET); err != nil {
		return err // the thread stays locked, and is used for nothing else
	}
	runtime.UnlockOSThread()
	return failed
}

// dial connects to an address as who lives there does.
func (p *place) dial(network, address string) (c net.Conn, err error) {
	err = p.within(func() error { c, err = net.Dial(network, address); return err })
	return c, err
}

// open has what listens at an address of this machine's loopback listen at the
// same address of the place's: pages there are as secure as they are here.
func (p *place) open(address string) error {
	var door net.Listener
	err := p.within(func() (err error) { door, err = net.Listen("tcp", address); return err })
	if err != nil {
		return err
	}
	p.doors = append(p.doors, door)
	p.carrying.Go(func() {
		for {
			c, err := door.Accept()
			if err != nil {
				return
			}
			p.carrying.Go(func() { carry(c, address) })
		}
	})
	return nil
}

// carry moves bytes both ways until either side ends.
func carry(page net.Conn, to string) {
	defer page.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() { _, _ = io.Copy(page, server); page.Close() })
	_, _ = io.Copy(server, page)
	server.Close()
	back.Wait()
}
