package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"webtrunk/api"
)

type trunksCommand struct {
	URL  string `name:"url" default:"http://127.0.0.1:8080" env:"WEBTRUNK_URL" help:"Where the gateway is." placeholder:"URL"`
	Key  string `name:"key" env:"WEBTRUNK_API_KEY" help:"An API key of the operator's with the right trunks:read. Better put it into WEBTRUNK_API_KEY: others on this machine can read command lines." placeholder:"KEY"`
	JSON bool   `name:"json" help:"Print each trunk as one line of JSON, as the API shows it."`
}

// Run lists the running gateway's trunks and how they fare.
func (c trunksCommand) Run(t *terminal) error {
	base, err := url.Parse(c.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return wrong("--url %q is no address of a gateway: write it as http://127.0.0.1:8080", c.URL)
	}
	if c.Key == "" {
		return wrong("an API key of the operator's is needed: set WEBTRUNK_API_KEY to one with the right trunks:read, or give it with --key")
	}
	ctx, stopped := untilSignal(t)
	defer stopped()
	source := newEventSource(strings.TrimSuffix(c.URL, "/"), c.Key, url.Values{"limit": {"100"}}, "", t.err)
	defer source.http.CloseIdleConnections()
	trunks, err := listTrunks(ctx, source)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return asLines(t.out, trunks)
	}
	return asTable(t.out, trunks, time.Now())
}

// listTrunks asks for all pages. Each trunk is kept as it came, so that a newer
// gateway's fields are printed too.
func listTrunks(ctx context.Context, source *eventSource) (all []json.RawMessage, err error) {
	for {
		var page struct {
			Data       []json.RawMessage `json:"data"`
			HasMore    bool              `json:"has_more"`
			NextCursor string            `json:"next_cursor"`
		}
		res, err := source.get(ctx, "/v1/trunks")
		if err != nil {
			return nil, err
		}
		err = decode(res, &page)
		if err != nil {
			return nil, fmt.Errorf("%s answers with what is no list of trunks: %w", source.base, err)
		}
		all = append(all, page.Data...)
		if !page.HasMore {
			return all, nil
		}
		source.query.Set("starting_after", page.NextCursor)
	}
}

func decode(res *http.Response, into any) error {
	defer res.Body.Close()
	return json.NewDecoder(res.Body).Decode(into)
}

func asLines(out io.Writer, trunks []json.RawMessage) error {
	var lines bytes.Buffer
	for _, t := range trunks {
		if err := json.Compact(&lines, t); err != nil {
			return err
		}
		lines.WriteByte('\n')
	}
	_, err := lines.WriteTo(out)
	return err
}

// asTable is for people: what is up, what is not, and what to do about it.
func asTable(out io.Writer, trunks []json.RawMessage, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TRUNK\tSTATUS\tSINCE\tCALLS\tROUND TRIP\tANSWERED\tPROXY\t")
	for _, raw := range trunks {
		var t api.Trunk
		if err := json.Unmarshal(raw, &t); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", t.Name, statusWord(t), howLong(t.Since, now), callsUp(t), roundTrip(t), answered(t), printable(t.Proxy))
		if t.Status != "up" {
			fmt.Fprintf(w, "\t%s\n", printable(t.Message)) // what no tab ends widens no column
		}
	}
	return w.Flush()
}

func statusWord(t api.Trunk) string {
	if t.RegisteredTo != nil {
		return t.Status + ", registered"
	}
	return t.Status
}

func howLong(since *time.Time, now time.Time) string {
	if since == nil {
		return "-"
	}
	return briefAge(now.Sub(*since))
}

// briefAge is a time in its largest unit.
func briefAge(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", max(0, d/time.Second))
}

func callsUp(t api.Trunk) string {
	if t.Limits == nil || t.Limits.Calls == 0 {
		return fmt.Sprint(t.Calls)
	}
	return fmt.Sprintf("%d of %d", t.Calls, t.Limits.Calls)
}

func roundTrip(t api.Trunk) string {
	if t.RoundTripMS == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f ms", t.RoundTripMS)
}

// answered is the answer-seizure ratio, with what it is of.
func answered(t api.Trunk) string {
	if t.Dialled == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", t.Answered, t.Dialled)
}

// printable is a text without what moves a terminal's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, cmp.Or(s, "-"))
}
