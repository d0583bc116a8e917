package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"text/tabwriter"
	"time"

	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
)

type costCommand struct {
	Calls   int `default:"20" help:"How many calls at once."`
	Seconds int `default:"10" help:"How long to measure."`
}

// talker is one visitor who speaks to the echo.
type talker struct {
	v *visitor.Visitor
	c *visitor.Call
}

// Run holds calls in which both sides speak, and reads what the gateway's
// process uses meanwhile. A gateway that loses sound is not cheap but broken:
// what comes back is counted.
func (c costCommand) Run(ctx context.Context) error {
	return with(ctx, setting{}, func(r *rig) error { return c.run(ctx, r) })
}

func (c costCommand) run(ctx context.Context, r *rig) error {
	idle, err := memory(r.process.Process.Pid)
	if err != nil {
		return err
	}
	talkers, err := r.talk(ctx, c.Calls)
	defer hangUp(ctx, talkers)
	if err != nil {
		return err
	}
	return c.measure(ctx, r, talkers, idle)
}

func (c costCommand) measure(ctx context.Context, r *rig, talkers []talker, idle int64) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var speaking sync.WaitGroup
	for _, t := range talkers {
		speaking.Go(func() { speak(ctx, t.c) })
	}
	heard0, sent0 := packets(talkers)
	cpu0, err := cpu(r.process.Process.Pid)
	if err != nil {
		return err
	}
	own0, _ := cpu(os.Getpid())
	begin := time.Now()
	select {
	case <-time.After(time.Duration(c.Seconds) * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	took := time.Since(begin)
	cpu1, err := cpu(r.process.Process.Pid)
	if err != nil {
		return err
	}
	own1, _ := cpu(os.Getpid())
	busy, err := memory(r.process.Process.Pid)
	heard1, sent1 := packets(talkers)
	stop()
	speaking.Wait()
	callSeconds := took.Seconds() * float64(len(talkers))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "calls, Opus in the browser and PCMU on the trunk\t%d for %v\n", len(talkers), took.Round(time.Second))
	fmt.Fprintf(table, "gateway's CPU per call-second\t%.2f ms\n", ms(cpu1-cpu0)/callSeconds)
	fmt.Fprintf(table, "generator's CPU per call-second\t%.2f ms\n", ms(own1-own0)/callSeconds)
	fmt.Fprintf(table, "gateway's memory per call\t%d kB\n", (busy-idle)/int64(len(talkers))/1024)
	fmt.Fprintf(table, "packets sent, and come back\t%d, %d\n", sent1-sent0, heard1-heard0)
	table.Flush()
	fmt.Printf("cpu_ms_per_call_second=%.2f memory_kb_per_call=%d back_pct=%.1f\n",
		ms(cpu1-cpu0)/callSeconds, (busy-idle)/int64(len(talkers))/1024, 100*float64(heard1-heard0)/float64(max(1, sent1-sent0)))
	return err
}

// talk sets up n calls to the echo.
func (r *rig) talk(ctx context.Context, n int) (talkers []talker, err error) {
	ctx, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	for range n {
		v, err := r.visitor(ctx, visitor.Config{})
		if err != nil {
			return talkers, err
		}
		c, err := v.Call(ctx, echo, nil)
		if err != nil {
			v.Close()
			return talkers, err
		}
		talkers = append(talkers, talker{v, c})
		if _, err := c.Wait(ctx, "answered"); err != nil {
			return talkers, err
		}
		if err := c.Connected(ctx); err != nil {
			return talkers, err
		}
	}
	return talkers, nil
}

// speak says a sentence over and over, at the pace of a microphone.
func speak(ctx context.Context, c *visitor.Call) {
	sentence := soundcheck.Sentence(soundcheck.Harbour)
	for ctx.Err() == nil {
		if err := c.Speak(ctx, sentence); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "bench: a visitor cannot speak:", err)
			return
		}
	}
}

func packets(talkers []talker) (received, sent int) {
	for _, t := range talkers {
		r, s := t.c.Packets()
		received, sent = received+r, sent+s
	}
	return received, sent
}

func hangUp(ctx context.Context, talkers []talker) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	for _, t := range talkers {
		if _, err := t.c.Hangup(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "bench: hanging up:", err)
		}
		t.c.Close()
		t.v.Close()
	}
}
