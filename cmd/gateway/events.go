package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"webtrunk"
	"webtrunk/event"
)

type eventsCommand struct {
	URL    string `name:"url" default:"http://127.0.0.1:8080" env:"WEBTRUNK_URL" help:"Where the gateway is." placeholder:"URL"`
	Key    string `name:"key" env:"WEBTRUNK_API_KEY" help:"An API key with the right events:read. Better put it into WEBTRUNK_API_KEY: others on this machine can read command lines." placeholder:"KEY"`
	Follow bool   `name:"follow" short:"f" help:"Go on with what happens from now, until stopped."`
	Types  string `name:"types" help:"Only these types, separated by commas; call.* means a group." placeholder:"TYPES"`
	Call   string `name:"call" help:"Only events of this call." placeholder:"CALL"`
	After  string `name:"after" help:"Begin behind the event with this seq; 0 is the beginning." placeholder:"SEQ"`
	JSON   bool   `name:"json" help:"Print each event as one line of JSON."`

	Forward string `name:"forward" help:"POST each event to this address, signed as webhooks are." placeholder:"URL"`
	Secret  string `name:"secret" env:"WEBTRUNK_WEBHOOK_SECRET" help:"What to sign with. By default a new one, which is printed." placeholder:"whsec_…"`
}

// Run prints the account's events, and forwards them if that is wanted.
func (c eventsCommand) Run(t *terminal) error {
	source, err := c.source(t.err)
	if err != nil {
		return err
	}
	defer source.http.CloseIdleConnections()
	take := c.printer(t.out)
	if c.Forward != "" {
		f, err := newForwarder(c.Forward, c.Secret, t)
		if err != nil {
			return err
		}
		defer f.http.CloseIdleConnections()
		take = f.after(take)
	}
	ctx, stopped := untilSignal(t)
	defer stopped()
	if c.Follow {
		err = source.follow(ctx, take)
	} else {
		err = source.list(ctx, take)
	}
	if ctx.Err() != nil {
		return nil // as was wished
	}
	return err
}

// A taker does something with an event.
type taker func(context.Context, event.Envelope) error

// untilSignal ends a context at the wish to stop.
func untilSignal(t *terminal) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var waiter sync.WaitGroup
	waiter.Go(func() {
		select {
		case <-t.signals:
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { cancel(); waiter.Wait() }
}

// source checks what was asked for, as far as can be told from here.
func (c eventsCommand) source(notes io.Writer) (*eventSource, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, wrong("--url %q is no address of a gateway: write it as http://127.0.0.1:8080", c.URL)
	}
	if c.Key == "" {
		return nil, wrong("an API key is needed: set WEBTRUNK_API_KEY to one with the right events:read, or give it with --key")
	}
	if _, err := event.ParseFilter([]string{c.Types}, c.Call, "", ""); err != nil {
		return nil, err
	}
	if c.After != "" && c.After != "latest" {
		if n, err := strconv.ParseInt(c.After, 10, 64); err != nil || n < 0 {
			return nil, wrong("--after %q is no place: write the seq of the last event that you have, or 0 for the beginning", c.After)
		}
	}
	query := url.Values{}
	for name, value := range map[string]string{"types": c.Types, "call": c.Call} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return newEventSource(strings.TrimSuffix(c.URL, "/"), c.Key, query, c.After, notes), nil
}

// printer prints events.
func (c eventsCommand) printer(out io.Writer) taker {
	show := readable
	if c.JSON {
		show = asJSON
	}
	return func(_ context.Context, e event.Envelope) error {
		_, err := io.WriteString(out, show(e)+"\n")
		return err
	}
}

// readable is an event as one line: when, what, of which call, and its data.
// What strangers may have had a say in cannot move the cursor.
func readable(e event.Envelope) string {
	of := cmp.Or(string(e.Call), "-")
	if e.CallSeq > 0 {
		of += " #" + strconv.FormatInt(e.CallSeq, 10)
	}
	mode := ""
	if !e.Livemode {
		mode = " test"
	}
	line := fmt.Sprintf("%s %6d%s %-24s %-35s %s", e.Timestamp.Local().Format("15:04:05.000"), e.Seq, mode, e.Type, of, e.Data)
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '·'
		}
		return r
	}, line)
}

func wrong(format string, args ...any) error {
	return &webtrunk.Error{Op: "events", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}

// errRefused is wrapped by what asking again does not help against.
var errRefused = errors.New("refused")
