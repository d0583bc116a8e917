package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// A transcript is a file of call/testdata, as its inputs, each with the events
// and orders that it leads to.
type transcript struct {
	name  string
	steps []step
}

// A step is one input, and what must come of it.
type step struct {
	line   string // as written
	input  line
	events []line
	orders []line
}

// A line is a name, what stands beside it, and its fields.
type line struct {
	name   string
	words  []string // those that are no fields
	fields map[string]string
}

// leg is the leg that a line is about: "by=b", or "b" alone.
func (l line) leg() string {
	if by := l.fields["by"]; by != "" {
		return by
	}
	if len(l.words) > 0 && len(l.words[0]) == 1 {
		return l.words[0]
	}
	return ""
}

func (l line) duration(field string) time.Duration {
	d, _ := time.ParseDuration(l.fields[field]) // zero where it is not given
	return d
}

const testdata = "../call/testdata"

// transcriptNames are the names of all transcripts there are.
func transcriptNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(testdata + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts:", err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".txt")
	}
	return files
}

func readTranscript(t *testing.T, name string) transcript {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	tr := transcript{name: name}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		written := lines.Text()
		last := len(tr.steps) - 1
		switch {
		case written == "" || strings.HasPrefix(written, "#"):
		case strings.HasPrefix(written, "> "):
			tr.steps = append(tr.steps, step{line: written, input: parseLine(written[2:])})
		case strings.HasPrefix(written, "  -> "):
			tr.steps[last].orders = append(tr.steps[last].orders, parseLine(written[5:]))
		default:
			tr.steps[last].events = append(tr.steps[last].events, parseLine(written))
		}
	}
	return tr
}

// parseLine reads the notation of the transcripts: a name, then words and
// fields, in which double quotes, and the brackets of a map, hold together what has
// spaces.
func parseLine(s string) line {
	quoted, inMap := false, false
	words := strings.FieldsFunc(s, func(r rune) bool {
		switch r {
		case '"':
			quoted = !quoted
		case '[', ']':
			inMap = r == '['
		}
		return unicode.IsSpace(r) && !quoted && !inMap
	})
	l := line{name: words[0], fields: map[string]string{}}
	for _, word := range words[1:] {
		word = strings.ReplaceAll(word, `"`, "")
		if key, value, isField := strings.Cut(word, "="); isField {
			l.fields[key] = value
		} else {
			l.words = append(l.words, word)
		}
	}
	return l
}

// unseen are the fields that are not compared. Identities and sentences are
// chosen anew by every call and edge, plans and terms are what the test itself
// answered, shortened where a timer must end.
var unseen = []string{"id", "message", "plan", "context", "via", "phrase", "ring_time", "credit", "longest", "grace", "timeout", "music", "most", "needs"}

// String returns what is compared of an event.
func (l line) String() string {
	parts := slices.Concat([]string{l.name}, l.words)
	var fields []string
	for key, value := range l.fields {
		if !slices.Contains(unseen, key) {
			fields = append(fields, fmt.Sprintf("%s=%s", key, value))
		}
	}
	slices.Sort(fields)
	return strings.Join(slices.Concat(parts, fields), " ")
}

// fires returns the timers that fire in the transcript and change something,
// with the times that they were started with.
func (tr transcript) fires() map[string]bool {
	fired, after := map[string]bool{}, map[string]string{}
	for _, s := range tr.steps {
		if s.input.name == "timer_fired" && len(s.events) > 0 {
			name := s.input.fields["name"]
			timer := name
			if leg := s.input.fields["leg"]; leg != "" {
				timer += ":" + leg
			}
			fired[name+" "+after[timer]] = true
		}
		for _, o := range s.orders {
			if o.name == "StartTimer" {
				after[o.words[0]] = o.fields["after"]
			}
		}
	}
	return fired
}

// losesPage reports whether a page is lost for good in the transcript, by the
// word of its edge.
func (tr transcript) losesPage() bool {
	return slices.ContainsFunc(tr.steps, func(s step) bool {
		return s.input.name == "leg_ended" && s.input.fields["cause"] == "connection_lost"
	})
}
