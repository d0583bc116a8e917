package load

import (
	"os"
	"strconv"
	"strings"
)

// jiffies are the machine's CPU times since its start (proc(5), /proc/stat).
type jiffies struct{ busy, all uint64 }

// machineCPU reads the time that all CPUs together were busy. Only the metrics
// show it: what others take from us is felt in the probe's lateness, and a busy
// CPU that is not ours is nobody's concern here.
func machineCPU() jiffies {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return jiffies{}
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return parseJiffies(line)
}

// parseJiffies reads "cpu user nice system idle iowait irq softirq steal ...".
// What is stolen by a hypervisor counts as busy: it is gone. Guests' time is
// part of user's.
func parseJiffies(line string) (j jiffies) {
	fields := strings.Fields(line)
	if len(fields) < 5 || fields[0] != "cpu" {
		return jiffies{}
	}
	for i, f := range fields[1:min(len(fields), 9)] {
		n, err := strconv.ParseUint(f, 10, 64)
		if err != nil {
			return jiffies{}
		}
		j.all += n
		if i != 3 && i != 4 {
			j.busy += n
		}
	}
	return j
}

// since is the busy share between two readings, 0 to 1.
func (j jiffies) since(before jiffies) float64 {
	if j.all <= before.all || j.busy < before.busy {
		return 0
	}
	return float64(j.busy-before.busy) / float64(j.all-before.all)
}
