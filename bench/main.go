// Command bench measures the gateway from outside: the real process, built as
// it ships, between synthetic browsers (WebRTC, Opus) and telephones (SIP,
// G.711), both in this process. Where sound is measured the gateway has cores
// of its own. All traffic stays on loopback, every load is bounded and stops by
// itself.
//
//	go run ./bench cost --profile cpu.pprof && go tool pprof -top cpu.pprof
//
// tells what the gateway does meanwhile. The commands:
//
//	go run ./bench setup --calls 100
//	go run ./bench cost --against rtpengine
//	go run ./bench capacity --calls 300 --csv steps.csv
//	go run ./bench delay
//	go run ./bench overload --capacity 120
//	go run ./bench back
//	go run ./bench queue
//	go run ./bench rooms
//	go run ./bench memory
//	go run ./bench soak --minutes 20
//	go run ./bench micro
//	go run ./bench sound
//	go run ./bench plot steps.csv steps.png
//	go run ./bench events
//	go run ./bench slow
//	go run ./bench recording
//	go run ./bench ledger
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
	Realtime bool `help:"The gateway and the generator go before whatever else runs on the machine, to 95 % of a core. Needs root."`

	Setup    setupCommand     `cmd:"" help:"How long the parts of a call's set-up take."`
	Cost     costCommand      `cmd:"" help:"What a transcoded call costs the gateway's CPU, and a peer's in the same run."`
	Capacity capacityCommand  `cmd:"" help:"How many calls the gateway's cores hold, transcoded and passed through."`
	Delay    delayCommand     `cmd:"" help:"How long packets are on their way, and how much later speech is heard."`
	Overload overloadCommand  `cmd:"" help:"What becomes of more calls than the gateway holds."`
	Back     backCommand      `cmd:"" help:"How long until sound is back both ways when a page's path falls away. Fails if it stays away."`
	Queue    queueCommand     `cmd:"" help:"How soon other pages stop ringing when one answers, and whether callers who wait are served in turn. Fails if one is not."`
	Rooms    roomsCommand     `cmd:"" help:"How soon a message and a stroke are in the other page, in one room and beside many, and how late sound is meanwhile. Fails if something that was written is lost."`
	Memory   memoryCommand    `cmd:"" help:"What a call takes of memory and goroutines."`
	Soak     soakCommand      `cmd:"" help:"Many calls for long: goroutines and memory do not grow. Fails if they do."`
	Sound    soundCommand     `cmd:"" help:"What is heard over networks that lose, delay and swap packets, beside plain concealment and libopus. Fails if it is worse."`
	Plot     plotCommand      `cmd:"" help:"Draw the steps of a capacity run."`
	Micro    microCommand     `cmd:"" help:"Every step of the media path by itself, for benchstat."`
	Events   eventsCommand    `cmd:"" help:"What the log of events takes: appends, call set-ups, delay to receivers, a crowd of subscribers."`
	Slow     slowCommand      `cmd:"" help:"What calls notice of a slow and of a stopped database: nothing. Fails if they do."`
	Record   recordingCommand `cmd:"" name:"recording" help:"What calls notice of a full disk under their recordings, and of one that hangs: nothing. Fails if they do. Needs root."`
	Studio   studioCommand    `cmd:"" hidden:""`
	Ledger   ledgerCommand    `cmd:"" help:"How many metered calls' ticks each database takes for good, and how late sound is meanwhile. Fails if the ledger counts wrong."`
	SIP      sipCommand       `cmd:"" name:"sip" help:"Calls a second from one SIPp to another through the gateway, beside SIPp to SIPp. Fails if one is lost."`
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
	command := kong.Parse(&cli, kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil)))
	realtime = cli.Realtime
	return command.Run()
}
