package load

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestAGaugeMeasuresThisProcess runs the whole of it, probe and all.
func TestAGaugeMeasuresThisProcess(t *testing.T) {
	sampled := make(chan struct{}, 1000)
	g, err := Open(Config{CPU: 1, Lateness: time.Hour, Calls: func() (int, int) { sampled <- struct{}{}; return 7, 3 }})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		<-sampled
	}
	g.Close()
	s := g.Stats()
	if s.CPUs <= 0 || math.IsInf(s.CPUs, 0) || s.CPU < 0 || s.Machine < 0 || s.Machine > 1 || s.Lateness < 0 || s.Refusing {
		t.Errorf("%+v", s)
	}
	if s.Expected <= s.CPU {
		t.Errorf("four calls do not talk yet, and nothing is expected of them: %+v", s)
	}
}

func TestTheProbeTellsHowLateItsReaderRan(t *testing.T) {
	var l lateness
	p, err := openProbe(&l)
	if err != nil {
		t.Fatal(err)
	}
	due := time.Now().Add(-time.Hour)
	for range probesPerSecond {
		p.send(due)
	}
	p.close() // after the reader has read them all
	if felt := l.felt(); felt < time.Hour || felt > time.Hour+time.Minute {
		t.Errorf("an hour late is felt as %v", felt)
	}
}

func TestOneLateProbeIsNotFelt(t *testing.T) {
	var l lateness
	for i := range 10 * probesPerSecond {
		late := ms
		if i%probesPerSecond < 5 {
			late = time.Second
		}
		l.add(late)
	}
	if l.felt() != ms {
		t.Errorf("five of fifty: %v", l.felt())
	}
	l.add(time.Second) // in the place of an old long one
	l.next = 20
	l.add(time.Second)
	if l.felt() != time.Second {
		t.Errorf("six of fifty: %v", l.felt())
	}
	l.add(-time.Second)
	if l.felt() < 0 {
		t.Error("early is late")
	}
}

func TestTheProbesMomentsAreFixed(t *testing.T) {
	start := time.Unix(100, 0)
	for _, c := range []struct{ now, next time.Duration }{
		{0, 20 * ms},
		{19 * ms, 20 * ms},
		{20 * ms, 20 * ms},
		{21 * ms, 40 * ms}, // the one at 20 has passed
		{2 * time.Second, 2020 * ms},
		{2013 * ms, 2020 * ms},
	} {
		if got := following(start, start.Add(c.now)).Sub(start); got != c.next {
			t.Errorf("after %v: %v, want %v", c.now, got, c.next)
		}
	}
}

func TestQuotas(t *testing.T) {
	for text, want := range map[string]float64{
		"max 100000\n": math.Inf(1), "50000 100000\n": 0.5, "400000 100000": 4, "": math.Inf(1), "0 100000": math.Inf(1), "1 0": math.Inf(1),
	} {
		if got := parseQuota(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	root := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	self := write("self", "12:cpu:/old\n0::/a/b\n")
	write("a/b/cpu.max", "300000 100000\n")
	if got := quota(self, root); got != 3 {
		t.Errorf("of the group itself: %v", got)
	}
	write("a/cpu.max", "150000 100000\n")
	if got := quota(self, root); got != 1.5 {
		t.Errorf("of the group around it: %v", got)
	}
	if got := quota(write("other", "0::/../../nowhere\n"), root); !math.IsInf(got, 1) {
		t.Errorf("of a group that is not there: %v", got)
	}
	if got := quota(filepath.Join(root, "none"), root); !math.IsInf(got, 1) {
		t.Errorf("without groups: %v", got)
	}
}

func TestTheMachinesShare(t *testing.T) {
	before := parseJiffies("cpu  100 0 100 800 0 0 0 0 0 0")
	after := parseJiffies("cpu  150 10 120 900 10 5 5 0 50 0")
	if got := after.since(before); math.Abs(got-90.0/200) > 1e-9 {
		t.Errorf("busy %v", got)
	}
	if before.since(after) != 0 || after.since(after) != 0 {
		t.Error("time that went backwards was used")
	}
	for _, text := range []string{"", "cpu 1 2 3", "intr 1 2 3 4 5", "cpu a b c d"} {
		if parseJiffies(text) != (jiffies{}) {
			t.Errorf("%q was read", text)
		}
	}
}
