package load

import (
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Meter says how much CPU time was used since some beginning, and how many
// CPUs may be used.
type Meter interface {
	CPU() (used time.Duration, allowed float64)
}

// process measures this process. What it may use changes seldom and is read from
// files, so it is read every few seconds.
type process struct {
	read    time.Time
	allowed float64
}

const allowedEvery = 5 * time.Second

func (p *process) CPU() (used time.Duration, allowed float64) {
	if now := time.Now(); p.read.IsZero() || now.Sub(p.read) >= allowedEvery {
		p.read, p.allowed = now, allowedCPUs()
	}
	return usedCPU(), p.allowed
}

// usedCPU returns the CPU time that the process has used, its system calls
// among it.
func usedCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0 // it fails for a wrong argument alone
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// allowedCPUs returns how many CPUs the process may use. Go's own number counts
// the affinity and rounds a quota up, so the quota itself is read as well.
func allowedCPUs() float64 {
	return min(float64(runtime.GOMAXPROCS(0)), quota("/proc/self/cgroup", "/sys/fs/cgroup"))
}

// quota is the least share of CPUs that a control group of the process, or one
// around it, allows (cgroup v2, cpu.max); infinite where none does.
func quota(self, root string) float64 {
	text, err := os.ReadFile(self)
	if err != nil {
		return math.Inf(1)
	}
	least := math.Inf(1)
	for line := range strings.Lines(string(text)) {
		group, unified := strings.CutPrefix(strings.TrimSpace(line), "0::")
		for at := path.Clean("/" + group); unified; at = path.Dir(at) {
			if text, err := os.ReadFile(path.Join(root, at, "cpu.max")); err == nil {
				least = min(least, parseQuota(string(text)))
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}

// parseQuota reads "50000 100000", microseconds in each period, or "max 100000".
func parseQuota(text string) float64 {
	most, period, _ := strings.Cut(strings.TrimSpace(text), " ")
	m, err := strconv.ParseFloat(most, 64)
	p, err2 := strconv.ParseFloat(period, 64)
	if err != nil || err2 != nil || m <= 0 || p <= 0 {
		return math.Inf(1)
	}
	return m / p
}
