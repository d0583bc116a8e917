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
	Operator
	JSON bool `name:"json" help:"Print each trunk as one line of JSON, as the API shows it."`
}

// Run lists the running gateway's trunks and how they fare.
func (c trunksCommand) Run(t *terminal) error {
	ctx, stopped := untilSignal(t)
	defer stopped()
	trunks, err := c.trunks(ctx)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return asLines(t.out, trunks)
	}
	return asTable(t.out, trunks, time.Now())
}

// trunks asks for all pages. Each trunk is kept as it came, so that a newer
// gateway's fields are printed too.
func (o Operator) trunks(ctx context.Context) (all []json.RawMessage, err error) {
	query := url.Values{"limit": {"100"}}
	for {
		var page struct {
			Data       []json.RawMessage `json:"data"`
			HasMore    bool              `json:"has_more"`
			NextCursor string            `json:"next_cursor"`
		}
		text, err := o.ask(ctx, http.MethodGet, "/v1/trunks?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &page); err != nil {
			return nil, fmt.Errorf("%s answers with what is no list of trunks: %w", o.URL, err)
		}
		all = append(all, page.Data...)
		if !page.HasMore {
			return all, nil
		}
		query.Set("starting_after", page.NextCursor)
	}
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

// asTable is for people: what is up, what is not, and what to do about it. What
// to do stands below its trunk, and outside the table: it would end the columns.
func asTable(out io.Writer, trunks []json.RawMessage, now time.Time) error {
	var table, whole bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	below := []string{""}
	fmt.Fprintln(w, "TRUNK\tSTATUS\tSINCE\tCALLS\tROUND TRIP\tANSWERED\tPROXY\t")
	for _, raw := range trunks {
		var t api.Trunk
		if err := json.Unmarshal(raw, &t); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", t.Name, statusWord(t), howLong(t.Since, now), callsUp(t), roundTrip(t), answered(t), printed(cmp.Or(t.Proxy, "-")))
		what := ""
		if t.Status != "up" {
			what = "       " + printed(cmp.Or(t.Message, "-")) + "\n"
		}
		below = append(below, what)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		whole.WriteString(strings.TrimRight(line, " \n") + "\n" + below[0])
		below = below[1:]
	}
	_, err := whole.WriteTo(out)
	return err
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
