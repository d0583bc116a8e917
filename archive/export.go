package archive

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WriteJSON writes the records of a query as one JSON array, as they come.
func (a *Archive) WriteJSON(ctx context.Context, w io.Writer, q Query) error {
	separator := "["
	for r, err := range a.All(ctx, q) {
		if err != nil {
			return err
		}
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(append([]byte(separator), line...)); err != nil {
			return err
		}
		separator = ",\n"
	}
	end := "]\n"
	if separator == "[" {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

// WriteLines writes the records of a query as JSON, one in a line (NDJSON).
func (a *Archive) WriteLines(ctx context.Context, w io.Writer, q Query) error {
	lines := json.NewEncoder(w)
	for r, err := range a.All(ctx, q) {
		if err != nil {
			return err
		}
		if err := lines.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// WriteCSV writes the records of a query as CSV (RFC 4180, UTF-8) with a line
// of column names. No cell begins as a spreadsheet's formulas do.
func (a *Archive) WriteCSV(ctx context.Context, w io.Writer, q Query) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	if err := table.Write(names); err != nil {
		return err
	}
	for r, err := range a.All(ctx, q) {
		if err != nil {
			return err
		}
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = harmless(c.cell(r))
		}
		if err := table.Write(cells); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// columns are what a line of CSV has.
var columns = []struct {
	name string
	cell func(Record) string
}{
	{"id", func(r Record) string { return string(r.ID) }},
	{"livemode", func(r Record) string { return strconv.FormatBool(r.Livemode) }},
	{"created_at", func(r Record) string { return moment(&r.Created) }},
	{"ringing_at", func(r Record) string { return moment(r.Ringing) }},
	{"answered_at", func(r Record) string { return moment(r.Answered) }},
	{"ended_at", func(r Record) string { return moment(r.Ended) }},
	{"wait_ms", func(r Record) string { return strconv.FormatInt(r.WaitMS, 10) }},
	{"duration_ms", func(r Record) string { return strconv.FormatInt(r.TalkMS, 10) }},
	{"total_ms", func(r Record) string { return strconv.FormatInt(r.TotalMS, 10) }},
	{"direction", func(r Record) string { return string(r.Direction) }},
	{"from", func(r Record) string { return r.From }},
	{"to", func(r Record) string { return r.To }},
	{"reference", func(r Record) string { return r.Reference }},
	{"via", func(r Record) string { return r.Via }},
	{"status", func(r Record) string { return string(r.Status) }},
	{"end_reason", func(r Record) string { return string(r.EndReason) }},
	{"ended_by", func(r Record) string { return r.EndedBy }},
	{"sip_code", func(r Record) string { return number(r.SIPCode) }},
	{"message", func(r Record) string { return r.Message }},
	{"route", routeCell},
	{"codecs", func(r Record) string { return perLeg(r, func(l LegRecord) string { return l.Codec }) }},
	{"mos", func(r Record) string { return perLeg(r, mos) }},
	{"transfers", func(r Record) string { return number(len(r.Transfers)) }},
	{"metadata", metadataCell},
	{"dispositions", func(r Record) string { return perWrapUp(r, "; ", func(w WrapUp) string { return w.Name }) }},
	{"notes", func(r Record) string { return perWrapUp(r, " / ", func(w WrapUp) string { return w.Notes }) }},
	{"price_amount", func(r Record) string {
		if r.Price == nil {
			return ""
		}
		return strconv.FormatInt(r.Price.Amount, 10)
	}},
	{"price_currency", func(r Record) string {
		if r.Price == nil {
			return ""
		}
		return r.Price.Currency
	}},
}

// harmless keeps a spreadsheet from taking a cell for a formula (OWASP, CSV
// injection): what begins as one does is put behind an apostrophe. Line ends
// become spaces, for many readers of CSV cannot take them in a cell. Plain
// numbers stay.
func harmless(s string) string {
	s = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\x00", "").Replace(s)
	rest := strings.TrimLeft(s, " \t")
	if rest == "" || !strings.ContainsRune("=+-@|%＝＋－＠", []rune(rest)[0]) {
		return strings.TrimLeft(s, "\t")
	}
	if _, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] == '-' {
		return s
	}
	return "'" + s
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// number leaves a cell empty where there is nothing to count.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// routeCell is the targets tried, as "1 tel:+15550100101 busy; 2 …".
func routeCell(r Record) string {
	var tries []string
	for _, t := range r.Route {
		tries = append(tries, strconv.Itoa(t.Stage)+" "+t.Address+" "+t.Result)
	}
	return strings.Join(tries, "; ")
}

// perLeg is a value of each leg that has one, as "a opus; b PCMA".
func perLeg(r Record, value func(LegRecord) string) string {
	var cells []string
	for _, l := range r.Legs {
		if v := value(l); v != "" {
			cells = append(cells, l.ID+" "+v)
		}
	}
	return strings.Join(cells, "; ")
}

// perWrapUp is a value of each wrap-up that has one.
func perWrapUp(r Record, between string, value func(WrapUp) string) string {
	var cells []string
	for _, w := range r.WrapUps {
		if v := value(w); v != "" {
			cells = append(cells, v)
		}
	}
	return strings.Join(cells, between)
}

func mos(l LegRecord) string {
	if l.Quality == nil || l.Quality.MOS == 0 {
		return ""
	}
	return strconv.FormatFloat(l.Quality.MOS, 'f', 2, 64)
}

// metadataCell writes metadata as a query string: one cell, any value.
func metadataCell(r Record) string {
	var pairs []string
	for _, k := range slices.Sorted(maps.Keys(r.Metadata)) {
		pairs = append(pairs, url.QueryEscape(k)+"="+url.QueryEscape(r.Metadata[k]))
	}
	return strings.Join(pairs, "&")
}
