package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// What a packet costs, line by line: a profile's samples, sorted by what was being
// done and for which direction, and the cost that was measured divided among them.
// So the lines add up to all of it.

// A line is one thing that is done for a packet. A sample is the first line's that
// one of its functions matches.
type line struct {
	name      string
	functions *regexp.Regexp
}

var lines = []line{
	{"sent, by the kernel and through to the other socket", regexp.MustCompile(`datagram\.send\b|UDPConn\)\.Write`)},
	{"received by the kernel, and asked for in vain", regexp.MustCompile(`datagram\.receive\b|UDPConn\)\.Read`)},
	{"waited for: epoll, going to sleep and waking", regexp.MustCompile(`runtime\.netpoll\b`)},
	{"Go's scheduler", regexp.MustCompile(`runtime\.(schedule|park_m|findRunnable|sysmon|mstart1?|gopark|goready|ready|futex\w*|notewakeup|timers?\b.*|pollWork)\b|internal/poll\.runtime_poll`)},
	{"garbage and memory", regexp.MustCompile(`runtime\.(gcBgMarkWorker|bgsweep|bgscavenge|mallocgc|newobject|makeslice|growslice)\b`)},
	{"the codec", regexp.MustCompile(`webtrunk/transcode.*\.(Decode|Encode|Recover|Conceal)\b|gopus`)},
	{"protection: opened, sealed", regexp.MustCompile(`\(\*Context\)\.(DecryptRTP|EncryptRTP)\b|signaling/lean\.\(\*(sealer\)\.seal|opener\)\.open)\b`)},
	{"RTCP, checks and all that keeps time", regexp.MustCompile(`\(\*Door\)\.keepTime|\(\*Socket\)\.report\b|hearReport|\(\*Session\)\.check\b`)},
	{"the system's clock, read", regexp.MustCompile(`time\.[nN]ow\b|runtime\.nanotime`)},
	{"all else of ours: sequence, reports, locks, loudness", regexp.MustCompile(`webtrunk/(media|signaling)`)},
	{"all else of the process", regexp.MustCompile(``)},
}

// Which way a packet goes is told by who has read it.
var (
	fromPage      = regexp.MustCompile(`signaling/lean\.\(\*socket\)\.read\b`)
	fromTelephone = regexp.MustCompile(`media\.\(\*Socket\)\.read\b`)
)

// A spent is the time that a profile has found, by who had read the packet.
type spent struct{ page, telephone, nobody time.Duration }

func (s spent) all() time.Duration { return s.page + s.telephone + s.nobody }

// linesOf sorts what `go tool pprof -traces` prints: stacks, the innermost function
// first, each beginning with its time and ending with a rule.
func linesOf(traces string) (each []spent, sum spent) {
	each = make([]spent, len(lines))
	for stack := range strings.SplitSeq(traces, "-----------+") {
		fields := strings.Fields(stack)
		if len(fields) < 3 {
			continue
		}
		took, err := time.ParseDuration(fields[1]) // behind the rest of the rule
		if err != nil {
			continue
		}
		for i, l := range lines {
			if !l.functions.MatchString(stack) {
				continue
			}
			for _, to := range []*spent{&each[i], &sum} {
				switch {
				case fromPage.MatchString(stack):
					to.page += took
				case fromTelephone.MatchString(stack):
					to.telephone += took
				default:
					to.nobody += took
				}
			}
			break
		}
	}
	return each, sum
}

// printLines divides what a packet of a contender has cost. What no packet can be
// named for, as waiting, is divided among both directions.
func (k *contender) printLines(ctx context.Context, s *sheet, profile string) error {
	text, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-traces", profile).Output()
	if err != nil {
		return fmt.Errorf("go tool pprof -traces %s: %w", profile, err)
	}
	each, sum := linesOf(string(text))
	if sum.all() == 0 {
		return fmt.Errorf("the profile %s has no samples: measure for longer, with more calls", profile)
	}
	whole := k.packet().cost
	us := func(of time.Duration) string { // a packet of each direction has come for two
		return fmt.Sprintf("%.2f µs", 2*whole*float64(of)/float64(sum.all()))
	}
	s.head("what a packet costs", "page → telephone", "telephone → page", "of all")
	for i, l := range lines {
		e := each[i]
		if share := float64(e.all()) / float64(sum.all()); share > 0 {
			s.row(l.name, us(e.page+e.nobody/2), us(e.telephone+e.nobody/2), fmt.Sprintf("%.1f %%", 100*share))
		}
	}
	s.row("all", us(sum.page+sum.nobody/2), us(sum.telephone+sum.nobody/2), fmt.Sprintf("%.1f µs", whole))
	return nil
}
