package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// A division says on which cores the gateway works, and on which we do, so that
// neither takes the other's time.
type division struct{ theirs, ours unix.CPUSet }

// divide gives the gateway the first cores, as many as it is to have, and us the
// rest.
func divide(cores int) (d division, err error) {
	if n := runtime.NumCPU(); cores < 1 || cores >= n {
		return d, fmt.Errorf("the gateway can have 1 to %d of this machine's %d cores, as the generator needs one: --cores=%d", n-1, n, cores)
	}
	for c := range runtime.NumCPU() {
		if c < cores {
			d.theirs.Set(c)
		} else {
			d.ours.Set(c)
		}
	}
	return d, nil
}

// apply divides the cores between a process and this one.
func (d *division) apply(pid int) error {
	if d == nil {
		return nil
	}
	return errors.Join(pin(pid, d.theirs), pin(os.Getpid(), d.ours))
}

// pin keeps all threads of a process on some cores. Threads that begin later
// have the cores of those that began them; so it is done when one look finds
// nothing more to do.
func pin(pid int, cores unix.CPUSet) error {
	for {
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil {
			return err
		}
		done := true
		for _, t := range threads {
			moved, err := pinThread(t.Name(), &cores)
			if err != nil {
				return err
			}
			done = done && !moved
		}
		if done {
			return nil
		}
	}
}

// realtime has whom we pin go before everybody else on the machine (sched(7)).
var realtime bool

func pinThread(name string, cores *unix.CPUSet) (moved bool, err error) {
	id, err := strconv.Atoi(name)
	if err != nil {
		return false, err
	}
	var has unix.CPUSet
	if err := unix.SchedGetaffinity(id, &has); err == unix.ESRCH || err == nil && has == *cores {
		return false, nil // it has ended, or is there
	}
	if err := unix.SchedSetaffinity(id, cores); err != nil && err != unix.ESRCH {
		return false, fmt.Errorf("pinning thread %d: %w", id, err)
	}
	if realtime {
		first := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}
		if err := unix.SchedSetAttr(id, &first, 0); err != nil && err != unix.ESRCH {
			return false, fmt.Errorf("--realtime, for thread %d: %w (it needs root)", id, err)
		}
	}
	return true, nil
}

// goFor is how many threads of Go's a process on so many cores is to run.
func goFor(cores *unix.CPUSet) string { return fmt.Sprintf("GOMAXPROCS=%d", cores.Count()) }
