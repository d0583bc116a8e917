package archive

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// exported is what an export of the shop's calls writes.
func (w *world) exported(write func(context.Context, io.Writer, Query) error) string {
	w.Helper()
	var b bytes.Buffer
	if err := write(context.Background(), &b, Query{Account: shop}); err != nil {
		w.Fatal(err)
	}
	return b.String()
}

// A file of more records than a page has, whose cells want to be formulas and
// to break out of their lines, is read as it was meant.
func TestExportCSV(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"name":"Ann \"A\", Müller","note":"=1+1"}`).
			busy("=HYPERLINK(\"http://evil\")\r\n,\"x")
		w.catchUp(100)
		w.fill(MaxLimit + 3)
		text := w.exported(w.a.WriteCSV)
		if !utf8.ValidString(text) || strings.Count(text, "\r\n") != MaxLimit+5 || strings.Count(text, "\n") != MaxLimit+5 {
			w.Errorf("%d lines", strings.Count(text, "\r\n"))
		}
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(lines) != MaxLimit+5 {
			w.Fatalf("%d lines, %v", len(lines), err)
		}
		got := map[string]string{}
		for i, name := range lines[0] {
			got[name] = lines[len(lines)-1][i] // the oldest
		}
		want := map[string]string{
			"id": string(s.id), "livemode": "true", "created_at": "2026-11-22T11:00:00.000Z", "answered_at": "", "duration_ms": "0", "total_ms": "2020",
			"direction": "web", "from": "browser:v_1", "to": "tel:+15550100101", "status": "busy", "end_reason": "busy", "sip_code": "486",
			"message": `'=HYPERLINK("http://evil") ,"x`, "route": `1 tel:+15550100101 busy`, "price_amount": "", "metadata": `name=Ann+%22A%22%2C+M%C3%BCller&note=%3D1%2B1`,
		}
		for name, value := range want {
			if got[name] != value {
				w.Errorf("%s is %q, want %q", name, got[name], value)
			}
		}
	})
}

// No cell begins as a formula does, whatever it says.
func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Ann": "Ann", "-5": "-5", "5": "5", "=1+1": "'=1+1", "+15550100101": "'+15550100101", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)",
		" =1": "' =1", "\t=1": "'\t=1", "\r=1": "' =1", "\n=1": "' =1", "\tx": "x", "＝1+1": "'＝1+1", "|calc": "'|calc", "a\x00b": "ab", "tel:+1": "tel:+1",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestExportJSON(t *testing.T) {
	alone(t, func(w *world) {
		if got := w.exported(w.a.WriteJSON); got != "[]\n" {
			w.Errorf("nothing is %q", got)
		}
		w.fill(MaxLimit + 3)
		var array, lines []string
		var records []Record
		if err := json.Unmarshal([]byte(w.exported(w.a.WriteJSON)), &records); err != nil {
			w.Fatal(err)
		}
		for _, r := range records {
			array = append(array, string(r.ID))
		}
		for line := range strings.Lines(w.exported(w.a.WriteLines)) {
			var r Record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				w.Fatal(err)
			}
			lines = append(lines, string(r.ID))
		}
		if len(array) != MaxLimit+3 || !slices.Equal(array, lines) {
			w.Errorf("%d records in an array, %d in lines", len(array), len(lines))
		}
	})
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestExportFails(t *testing.T) {
	alone(t, func(w *world) {
		w.fill(MaxLimit)
		for name, write := range map[string]func(context.Context, io.Writer, Query) error{"csv": w.a.WriteCSV, "json": w.a.WriteJSON, "lines": w.a.WriteLines} {
			if err := write(context.Background(), full{}, Query{Account: shop}); err == nil {
				w.Errorf("%s: a full disk is not noticed", name)
			}
			ctx, stop := context.WithCancel(context.Background())
			stop()
			if err := write(ctx, io.Discard, Query{Account: shop}); err == nil {
				w.Errorf("%s: nobody reads, and it goes on", name)
			}
		}
	})
}
