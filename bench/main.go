// Command bench measures the gateway from outside: the real process, built as
// it ships, between synthetic browsers (WebRTC, Opus) and the simulated carrier
// (SIP, G.711), both in this process. All traffic stays on loopback, every
// load is bounded and stops by itself.
//
//	go run ./bench setup --calls 100
//	go run ./bench cost --calls 20 --seconds 10
//	go run ./bench events
//	go run ./bench slow
//	go run ./bench sip
//
// Each command prints a table for people and, last, key=value pairs for
// programs. The gateway and the generator share the machine, so figures are
// comparable within one run alone.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Setup  setupCommand  `cmd:"" help:"How long the parts of a call's set-up take, one call at a time."`
	Cost   costCommand   `cmd:"" help:"What a transcoded call costs the gateway: CPU and memory."`
	Events eventsCommand `cmd:"" help:"What the log of events takes: appends, call set-ups, delay to receivers, a crowd of subscribers."`
	Slow   slowCommand   `cmd:"" help:"What calls notice of a slow and of a stopped database: nothing. Fails if they do."`
	SIP    sipCommand    `cmd:"" name:"sip" help:"Calls a second from one SIPp to another through the gateway, beside SIPp to SIPp. Fails if one is lost."`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer func() { unbuild() }()
	var cli commands
	return kong.Parse(&cli, kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil))).Run()
}
