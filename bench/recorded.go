package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"webtrunk/bench/studio"
)

// recorded is a process that records calls, between telephones of this one.
type recorded struct {
	process *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	reports *json.Decoder
	meter   *meter
	pairs   []*pair
	seen    *session
	lasting time.Duration // of a phase
}

// openStudio starts the process, in which calls already speak. It is this
// program again, with mounts of its own.
func openStudio(ctx context.Context, c recordingCommand, m *meter) (r *recorded, err error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("a recorder's disk is mounted, for which this must be root")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r = &recorded{process: exec.CommandContext(ctx, self, "studio"), meter: m}
	r.process.Stderr = os.Stderr
	r.process.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if err := r.start(c.Cores); err != nil {
		return nil, err
	}
	if err := r.connect(ctx, c.Calls); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (r *recorded) start(cores int) (err error) {
	var d *division
	if cores > 0 {
		two, err := divide(cores)
		if err != nil {
			return err
		}
		d = &two
		r.process.Env = append(os.Environ(), goFor(&d.theirs))
	}
	if r.in, err = r.process.StdinPipe(); err != nil {
		return err
	}
	out, err := r.process.StdoutPipe()
	if err != nil {
		return err
	}
	r.orders, r.reports = json.NewEncoder(r.in), json.NewDecoder(out)
	if err := r.process.Start(); err != nil {
		return err
	}
	if err := d.apply(r.process.Process.Pid); err != nil {
		return errors.Join(err, r.close())
	}
	return nil
}

// connect has n pairs of telephones speak with each other.
func (r *recorded) connect(ctx context.Context, n int) error {
	open := studio.Order{Do: studio.Open}
	for i := range n {
		p, err := newPair(i+1, r.meter)
		if err != nil {
			return err
		}
		r.pairs = append(r.pairs, p)
		open.Phones = append(open.Phones, p.ports())
	}
	report, err := r.order(open)
	if err != nil {
		return err
	}
	for i, p := range r.pairs {
		p.begin(ctx, report.Ports[i], time.Duration(i)*frameTime/time.Duration(n))
	}
	return nil
}

func (r *recorded) weigh() (studio.Weight, error) {
	report, err := r.order(studio.Order{Do: studio.Weigh})
	return report.Weight, err
}

// order has an order carried out.
func (r *recorded) order(o studio.Order) (report studio.Report, err error) {
	if err := r.orders.Encode(o); err != nil {
		return report, fmt.Errorf("ordering %s: %w", o.Do, err)
	}
	if err := r.reports.Decode(&report); err != nil {
		return report, fmt.Errorf("the answer to %s: %w", o.Do, err)
	}
	if report.Failed != "" {
		return report, errors.New(report.Failed)
	}
	return report, nil
}

// close ends the telephones, and the process by having no more orders.
func (r *recorded) close() error {
	for _, p := range r.pairs {
		p.close()
	}
	return errors.Join(r.in.Close(), r.process.Wait())
}
