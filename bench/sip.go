package main

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

type sipCommand struct {
	Rate    int `default:"500" help:"Calls a second."`
	Seconds int `default:"10" help:"For how long."`
	Held    int `default:"500" help:"Calls that are up together while memory is read."`
}

// Run has SIPp call SIPp, straight and then through the gateway, and tells what
// each call costs. Every call is an INVITE, an ACK and a BYE on either side of
// the gateway, authorized, routed, bridged and put on record.
func (c sipCommand) Run(ctx context.Context) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	called := netip.AddrPortFrom(calledHost, ports[0])
	callers := netip.AddrPortFrom(callersHost, 5060)
	trunks := trunkTo("called", called.String()) + ", " + trunkTo("callers", callers.String())
	return with(ctx, setting{trunks: trunks}, func(r *rig) error {
		return sipTrial{c, r, called, callers, newSheet()}.run(ctx)
	})
}

// A sipTrial is one run of the command.
type sipTrial struct {
	sipCommand
	*rig
	called, callers netip.AddrPort
	sheet           *sheet
}

func (t sipTrial) run(ctx context.Context) error {
	straight, err := t.load(ctx, t.called, t.Rate, t.Seconds*t.Rate, 0)
	if err != nil {
		return err
	}
	pid := t.process.Process.Pid
	before, err := cpu(pid)
	if err != nil {
		return err
	}
	through, err := t.load(ctx, t.sip, t.Rate, t.Seconds*t.Rate, 0)
	if err != nil {
		return err
	}
	after, err := cpu(pid)
	if err != nil {
		return err
	}
	perCall, err := t.hold(ctx)
	if err != nil {
		return err
	}
	t.report(straight, through, (after-before)/time.Duration(max(1, through.calls.created)), perCall)
	if failed := through.failed() + straight.failed(); failed > 0 {
		return fmt.Errorf("%d calls have failed; SIPp says:\n%s%s", failed, through.calls.trouble, through.answers.trouble)
	}
	return nil
}

// A loaded is what both ends have counted.
type loaded struct{ calls, answers tally }

func (l loaded) failed() int {
	return max(l.calls.failed, l.calls.created-l.calls.successful, l.answers.failed)
}

// load has SIPp make calls to an address, each held for a time.
func (t sipTrial) load(ctx context.Context, to netip.AddrPort, rate, calls int, held time.Duration) (l loaded, err error) {
	answers, err := startAnswering(t.called, calls)
	if err != nil {
		return l, err
	}
	defer answers.close()
	callers, err := startSIPp(t.callers, calls, "-sn", "uac", "-s", ours, "-r", strconv.Itoa(rate), "-l", strconv.Itoa(max(2000, calls)),
		"-d", strconv.Itoa(int(held.Milliseconds())), to.String())
	if err != nil {
		return l, err
	}
	defer callers.close()
	if l.calls, err = callers.finish(ctx); err != nil {
		return l, err
	}
	l.answers, err = answers.finish(ctx)
	return l, err
}

// hold has calls up together and returns what one of them adds to the gateway's
// memory.
func (t sipTrial) hold(ctx context.Context) (perCall int64, err error) {
	pid := t.process.Process.Pid
	idle, err := memory(pid)
	if err != nil {
		return 0, err
	}
	seconds := max(1, 2*t.Held/t.Rate)
	most := idle
	done := make(chan error, 1)
	go func() {
		_, err := t.load(ctx, t.sip, t.Rate/2, t.Held, time.Duration(2+seconds)*time.Second)
		done <- err
	}()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return (most - idle) / int64(t.Held), err
		case <-look.C:
			now, err := memory(pid)
			if err != nil {
				return 0, err
			}
			most = max(most, now)
		}
	}
}

func (t sipTrial) report(straight, through loaded, cpuPerCall time.Duration, perCall int64) {
	t.sheet.head("calls between two SIPp", "calls", "failed", "a second", "messages repeated", "SIPp's CPU a call")
	for name, l := range map[string]loaded{"straight": straight, "through the gateway": through} {
		t.sheet.row(name, l.calls.created, l.failed(), fmt.Sprintf("%.0f", l.rate()), l.calls.retransmitted+l.answers.retransmitted, l.cpu())
	}
	t.sheet.head("the gateway, a call", "")
	t.sheet.row("CPU", cpuPerCall.Round(time.Microsecond))
	t.sheet.row("memory while it is up", fmt.Sprintf("%.1f KiB", float64(perCall)/1024))
	t.sheet.pair("calls_per_second", "%.0f", through.rate())
	t.sheet.pair("straight_calls_per_second", "%.0f", straight.rate())
	t.sheet.pair("failed", "%d", through.failed())
	t.sheet.pair("cpu_us_per_call", "%d", cpuPerCall.Microseconds())
	t.sheet.pair("memory_kib_per_call", "%.1f", float64(perCall)/1024)
	t.sheet.print()
}

func (l loaded) rate() float64 { return float64(l.calls.successful) / l.calls.took.Seconds() }

func (l loaded) cpu() time.Duration {
	return ((l.calls.cpu + l.answers.cpu) / time.Duration(max(1, l.calls.created))).Round(time.Microsecond)
}
