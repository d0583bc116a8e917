package floor

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt with what the floor does")

// TestTranscripts reads each testdata/*.txt as a day on the floor:
//
//	# a comment
//	> 10s an input
//	a fact
//	  -> an order
//	? 10s has_room queue=support
//	yes
//
// feeds the inputs to a fresh Floor and expects exactly the outputs, and the
// promises of every floor besides.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, want)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the floor did otherwise (rewrite with -update and read the diff):\n%s", firstDifference(string(got), string(want)))
			}
		})
	}
}

func play(t *testing.T, script []byte) []byte {
	var (
		f   Floor
		p   = newPromises()
		out bytes.Buffer
	)
	lines := bufio.NewScanner(bytes.NewReader(script))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			fmt.Fprintln(&out, line)
		}
		if question, is := strings.CutPrefix(line, "? "); is {
			fmt.Fprintf(&out, "%s\n%s\n", line, answer(t, &f, question))
		}
		if !strings.HasPrefix(line, "> ") {
			continue
		}
		now, in, err := parseInput(line[2:])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		outputs := f.Step(now, in)
		p.check(t, &f, now, in, outputs)
		fmt.Fprintln(&out, line)
		for _, o := range outputs {
			fmt.Fprintln(&out, write(o))
		}
	}
	return out.Bytes()
}

// answer says whether a queue has room at a moment.
func answer(t *testing.T, f *Floor, question string) string {
	words := strings.Fields(question)
	if len(words) != 3 || words[1] != "has_room" || !strings.HasPrefix(words[2], "queue=") {
		t.Fatalf("%s: want a time, has_room and a queue", question)
	}
	after, err := time.ParseDuration(words[0])
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	if f.HasRoom(start.Add(after), strings.TrimPrefix(words[2], "queue=")) {
		return "yes"
	}
	return "no"
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var gl, wl string
		if i < len(g) {
			gl = g[i]
		}
		if i < len(w) {
			wl = w[i]
		}
		if gl != wl {
			return fmt.Sprintf("line %d\n got: %s\nwant: %s", i+1, gl, wl)
		}
	}
	return ""
}
