package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"webtrunk"
	"webtrunk/api"
)

type trunkCommand struct {
	Test trunkTestCommand `cmd:"" help:"Call a number over a trunk, and say what happens at each step."`
}

type trunkTestCommand struct {
	Operator
	Name string `arg:"" help:"The trunk's name." placeholder:"NAME"`
	To   string `name:"to" required:"" help:"Which number to call: somebody, or a machine, should answer. The call is billed as any is." placeholder:"NUMBER"`
}

// errUnwell ends a test that found something wrong, which it has said.
var errUnwell = &webtrunk.Error{Op: "trunk test", Kind: webtrunk.Unavailable, Message: "not everything is well: see the lines with a cross"}

// Run has the gateway test a trunk and prints the steps.
func (c trunkTestCommand) Run(t *terminal) error {
	ctx, stopped := untilSignal(t)
	defer stopped()
	body, err := json.Marshal(map[string]string{"to": c.To})
	if err != nil {
		return err
	}
	fmt.Fprintf(t.err, "Calling %s over %s: half a minute at most.\n", c.To, c.Name)
	text, err := c.ask(ctx, http.MethodPost, "/v1/trunks/"+url.PathEscape(c.Name)+"/test", body)
	if err != nil {
		return err
	}
	var test api.TrunkTest
	if err := json.Unmarshal(text, &test); err != nil {
		return fmt.Errorf("%s answers with what is no test of a trunk: %w", c.URL, err)
	}
	for _, s := range test.Steps {
		mark := "✓"
		if !s.Well {
			mark = "✗"
		}
		fmt.Fprintf(t.out, "%8.3f s  %s  %s\n", (time.Duration(s.AfterMS) * time.Millisecond).Seconds(), mark, printed(s.Message))
	}
	if !test.Well {
		return errUnwell
	}
	return nil
}

type ladderCommand struct {
	Operator
	Call     string `arg:"" help:"The call." placeholder:"CALL"`
	Messages bool   `name:"messages" help:"The messages in full, but for their secrets."`
}

// Run prints the ladder of a call.
func (c ladderCommand) Run(t *terminal) error {
	ctx, stopped := untilSignal(t)
	defer stopped()
	path := "/v1/calls/" + url.PathEscape(c.Call) + "/sip_ladder"
	if c.Messages {
		path += "?messages=true"
	}
	text, err := c.ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, printed(string(text)))
	return err
}
