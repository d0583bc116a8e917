// Command gateway connects web pages to telephones.
//
// `gateway demo` needs no files: it starts everything, with a telephone network
// in a box, and prints what to open. `gateway serve` runs for real, as its
// configuration says; `gateway check-config` explains what is wrong with one.
//
// The command reads the configuration once, starts the parts in order, joins
// them, and stops them in reverse. It is the only package that knows them all,
// and decides nothing about a call but what the configuration says: who may
// call where (admit.go) and whom a reference means (route.go).
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Demo        demoCommand        `cmd:"" help:"Show everything, with a telephone network in a box. Needs no files."`
	Serve       serveCommand       `cmd:"" help:"Run the gateway as its configuration says."`
	Account     accountCommand     `cmd:"" help:"Make accounts."`
	Backup      backupCommand      `cmd:"" help:"Copy the database while the gateway runs (SQLite)."`
	Events      eventsCommand      `cmd:"" help:"Show an account's events, follow them, and forward them to a server on this machine."`
	Trunks      trunksCommand      `cmd:"" help:"List the trunks of the running gateway, and how they do."`
	Reconcile   reconcileCommand   `cmd:"" help:"Compare the payment provider with the ledger, and book what is missing."`
	CheckConfig checkConfigCommand `cmd:"" help:"Explain every mistake in a configuration."`
	Trunk       trunkCommand       `cmd:"" help:"Test a trunk of a running gateway."`
	Ladder      ladderCommand      `cmd:"" help:"Show the SIP messages of a recent call."`
	Version     versionCommand     `cmd:"" help:"Say which version this is."`
}

// A terminal is where a command talks to the person who started it.
type terminal struct {
	out, err io.Writer
	signals  <-chan os.Signal // the wish to stop
}

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(os.Args[1:], &terminal{os.Stdout, os.Stderr, signals}))
}

// Exit codes.
const (
	exitFailed = 1 // what was asked cannot be done; the reason is on standard error
	exitUsage  = 2 // the command line makes no sense
)

// run carries out one command line and returns the exit code.
func run(args []string, t *terminal) int {
	var c commands
	parser := kong.Must(&c,
		kong.Name("gateway"),
		kong.Description("Webtrunk connects web pages to telephones."),
		kong.Writers(t.out, t.err),
		kong.UsageOnError(),
		kong.Bind(t),
	)
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(t.err, "gateway: %v\nTry `gateway --help`.\n", err)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		t.complain(err)
		return exitFailed
	}
	return 0
}

// complain says in words what went wrong. The mistakes in a configuration
// stand alone, as a compiler's do.
func (t *terminal) complain(err error) {
	if mistakes := (mistakes{}); errors.As(err, &mistakes) {
		fmt.Fprintln(t.err, err)
		return
	}
	fmt.Fprintf(t.err, "gateway: %s\n", sentence(err))
}
