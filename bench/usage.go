package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ticksPerSecond is the unit of /proc's CPU times (proc(5): USER_HZ, 100 on
// every Linux that Go runs on).
const ticksPerSecond = 100

// A usage is the time that a process has used: itself, and the kernel for it.
type usage struct{ user, kernel time.Duration }

func (u usage) all() time.Duration { return u.user + u.kernel }

// cpu returns the user and system time that a process has used.
func cpu(pid int) (time.Duration, error) {
	u, err := usageOf(pid)
	return u.all(), err
}

// usageOf returns both. Their sum is exact; what part is whose the kernel
// estimates by its ticks.
func usageOf(pid int) (u usage, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// The name in parentheses may hold spaces; utime and stime are the 12th
	// and 13th fields behind it.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return u, fmt.Errorf("/proc/%d/stat is short", pid)
	}
	for i, to := range []*time.Duration{&u.user, &u.kernel} {
		n, err := strconv.ParseInt(fields[11+i], 10, 64)
		if err != nil {
			return u, err
		}
		*to = time.Duration(n) * time.Second / ticksPerSecond
	}
	return u, nil
}

// sleeps returns how often the threads of a process went to sleep, for there was
// nothing more to do.
func sleeps(pid int) (n int64, err error) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return 0, err
	}
	for _, t := range threads {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/status", pid, t.Name()))
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(status)) {
			if count, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				of, err := strconv.ParseInt(strings.TrimSpace(count), 10, 64)
				if err != nil {
					return 0, err
				}
				n += of
			}
		}
	}
	return n, nil
}

// memory returns a process's resident set in bytes.
func memory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 10, 64)
			return n * 1024, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}

// busy is how long some cores have worked, for whomever (proc(5), /proc/stat;
// what the system's host took away counts, what they waited does not).
func busy(cores *unix.CPUSet) (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	var ticks int64
	for line := range strings.Lines(string(stat)) {
		f := strings.Fields(line)
		core, err := strconv.Atoi(strings.TrimPrefix(f[0], "cpu"))
		if err != nil || !cores.IsSet(core) || len(f) < 9 {
			continue
		}
		for _, i := range []int{1, 2, 3, 6, 7, 8} { // user, nice, system, irq, softirq, steal
			n, err := strconv.ParseInt(f[i], 10, 64)
			if err != nil {
				return 0, err
			}
			ticks += n
		}
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}
