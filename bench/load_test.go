package main

import (
	"encoding/csv"
	"errors"
	"image/color"
	"image/png"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"webtrunk/bench/choir"
)

const invite = "INVITE sip:+15550101001@127.0.0.13 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n" +
	"From: <sip:a@b>;tag=1\r\nTo: <sip:+15550101001@b>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:a@b>\r\nMax-Forwards: 70\r\n\r\nv=0\r\n"

// An operator answers whom the choir has, and keeps what went wrong.
func TestTheOperatorAnswers(t *testing.T) {
	t.Parallel()
	o, err := startOperator(func(number, offer string) (string, error) {
		if number != "+15550101001" || offer != "v=0\r\n" {
			return "", errors.New("nobody")
		}
		return "v=0\r\ns=-\r\n", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(o.addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ask := func(message string) string {
		t.Helper()
		if _, err := conn.Write([]byte(message)); err != nil {
			t.Fatal(err)
		}
		conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		reply := make([]byte, 2000)
		n, err := conn.Read(reply)
		if err != nil {
			t.Fatal(err)
		}
		return string(reply[:n])
	}
	got := ask(invite)
	for _, want := range []string{"SIP/2.0 200 OK\r\n", "branch=z9hG4bK1\r\n", "To: <sip:+15550101001@b>;tag=operator\r\n", "CSeq: 1 INVITE\r\n", "Content-Length: 10\r\n\r\nv=0\r\ns=-\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.Contains(got, "Max-Forwards") {
		t.Errorf("a response repeats what is the request's: %q", got)
	}
	if again := ask(strings.Replace(invite, "sip:+15550101001@127", "sip:operator@127", 1)); !strings.Contains(again, "v=0\r\ns=-\r\n") {
		t.Errorf("a call that is refreshed is answered by %q", again)
	}
	if got := ask("BYE sip:operator@b SIP/2.0\r\nCall-ID: c\r\nTo: <sip:b>;tag=operator\r\n\r\n"); !strings.Contains(got, "200 OK") || strings.Count(got, "tag=") != 1 {
		t.Errorf("a BYE is answered by %q", got)
	}
	if got := o.reply("ACK sip:operator@b SIP/2.0\r\n\r\n"); got != "" {
		t.Errorf("an ACK is answered by %q", got)
	}
	if got := ask(strings.Replace(invite, "1001@127", "1002@127", 1)); !strings.Contains(got, "488") {
		t.Errorf("who is not there answers %q", got)
	}
	if err := o.close(); err == nil || !strings.Contains(err.Error(), "calling +15550101002: nobody") {
		t.Errorf("what went wrong is told as %v", err)
	}
}

// All threads of a process are kept where they belong; nobody gets every core.
func TestPinning(t *testing.T) {
	t.Parallel()
	if runtime.NumCPU() < 2 {
		t.Fatal("the bench needs two cores")
	}
	d, err := divide(1)
	if err != nil {
		t.Fatal(err)
	}
	if d.theirs.Count() != 1 || d.ours.Count() != runtime.NumCPU()-1 || !d.theirs.IsSet(0) || d.ours.IsSet(0) {
		t.Errorf("one core of %d is divided into %d and %d", runtime.NumCPU(), d.theirs.Count(), d.ours.Count())
	}
	sleep := exec.Command("sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleep.Process.Kill(); _ = sleep.Wait() }()
	if err := pin(sleep.Process.Pid, d.theirs); err != nil {
		t.Fatal(err)
	}
	var has unix.CPUSet
	if err := unix.SchedGetaffinity(sleep.Process.Pid, &has); err != nil || has != d.theirs {
		t.Errorf("it runs on %v, %v", has, err)
	}
	for _, cores := range []int{0, runtime.NumCPU()} {
		if _, err := divide(cores); err == nil || !strings.Contains(err.Error(), "--cores") {
			t.Errorf("%d cores are the gateway's: %v", cores, err)
		}
	}
	if err := pin(1<<22+1, d.theirs); err == nil {
		t.Error("nobody was pinned")
	}
}

// The machine's speed is measured.
func TestCalibration(t *testing.T) {
	v, err := calibrate()
	if err != nil || v.encode <= 0 || v.decode <= 0 || v.integers <= 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

// What was held is the largest step that was good, and a table has all steps.
func TestStaircase(t *testing.T) {
	step := func(calls, late int) measured {
		return measured{calls: calls, took: 2 * time.Second, theirs: time.Second, own: 500 * time.Millisecond,
			Phase: choir.Phase{ToPages: choir.Tally{Sent: 500, Received: 500, Late: late}, ToTelephones: choir.Tally{Sent: 500, Received: 500}}}
	}
	s := &staircase{kind: choir.Hybrid, steps: []measured{step(10, 0), step(20, 5), step(30, 20)}}
	if held := s.held(); held == nil || held.calls != 20 || held.perCallSecond(held.theirs) != 25 || held.share(held.own) != 25 {
		t.Errorf("held %+v", held)
	}
	if held := (&staircase{steps: s.steps[2:]}).held(); held != nil {
		t.Errorf("held %+v, and nothing was good", held)
	}
	file := filepath.Join(t.TempDir(), "steps.csv")
	if err := writeSteps(file, []*staircase{s}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 4 || strings.Join(rows[2], " ") != "hybrid 20 0.500 0.000 0.000 50.000 25.000 25.000" {
		t.Errorf("%q, %v", rows, err)
	}
	if err := writeSteps("", nil); err != nil {
		t.Error(err)
	}
}

// rtpengine's protocol is written and read; what is cut off is refused.
func TestBencode(t *testing.T) {
	written := bencode(map[string]any{"sdp": "v=0\r\n", "command": "offer", "codec": map[string]any{"mask": []string{"opus", "PCMA"}}})
	if want := "d5:codecd4:maskl4:opus4:PCMAee7:command5:offer3:sdp5:v=0\r\ne"; written != want {
		t.Errorf("written as %q, want %q", written, want)
	}
	value, rest, err := bdecode(written + "x")
	d, ok := value.(map[string]any)
	if err != nil || !ok || rest != "x" || d["command"] != "offer" || len(d["codec"].(map[string]any)["mask"].([]any)) != 2 {
		t.Errorf("%v, %q, %v", value, rest, err)
	}
	if n, _, err := bdecode("i-42e"); err != nil || n != int64(-42) {
		t.Errorf("%v, %v", n, err)
	}
	for _, broken := range []string{"", "5:abc", "i4", "l4:opus", "d1:a", "x", "-1:", "di1e1:ae"} {
		if v, _, err := bdecode(broken); err == nil {
			t.Errorf("%q is read as %v", broken, v)
		}
	}
	if _, err := answered("d12:error-reason5:never6:result5:errore"); err == nil || !strings.Contains(err.Error(), "never") {
		t.Errorf("a refusal is told as %v", err)
	}
}

// Who works on a core is seen, whoever it is.
func TestBusyCores(t *testing.T) {
	var all unix.CPUSet
	for c := range runtime.NumCPU() {
		all.Set(c)
	}
	before, err := busy(&all)
	if err != nil || before <= 0 {
		t.Fatal(before, err)
	}
	after := before
	for deadline := time.Now().Add(30 * time.Second); after == before && time.Now().Before(deadline); {
		if after, err = busy(&all); err != nil {
			t.Fatal(err)
		}
	}
	if after <= before {
		t.Errorf("after 10 s of work the cores went from %v to %v", before, after)
	}
}

// What grows is found out, and what varies is not taken for growth.
func TestFlat(t *testing.T) {
	soak := func(goroutines, heap, resident float64, lost int) []look {
		var looks []look
		for i := range 6 {
			n := float64(i)
			k := look{footprint: footprint{100_000 + resident*n, 60_000 + heap*n, 100 + goroutines*n}}
			k.ToPages = choir.Tally{Sent: 1000, Received: 1000 - lost}
			k.ToTelephones = choir.Tally{Sent: 1000, Received: 1000}
			looks = append(looks, k)
		}
		return looks
	}
	if err := flat(soak(1, 100, 1000, 3), 1); err != nil {
		t.Error(err)
	}
	for text, looks := range map[string][]look{
		"goroutines have grown from 100 to 140":                soak(10, 0, 0, 0),
		"the heap has grown from 60000 to 80000 KiB":           soak(0, 5000, 0, 0),
		"the resident set has grown from 100000 to 300000 KiB": soak(0, 0, 50_000, 0),
		"of 4000 packets of the last third 400 were lost":      soak(0, 0, 0, 200),
		"--looks=3": soak(0, 0, 0, 0)[:2],
	} {
		if err := flat(looks, 1); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %q", err, text)
		}
	}
	crowded := soak(0, 0, 0, 200)
	for i := range crowded {
		crowded[i].took, crowded[i].others = time.Second, 900*time.Millisecond
	}
	if err := flat(crowded, 1); err != nil {
		t.Errorf("what is lost while others have the core: %v", err)
	}
	silent := soak(0, 0, 0, 1500)
	for i := range silent {
		silent[i].took, silent[i].others = time.Second, 900*time.Millisecond
	}
	if err := flat(silent, 1); err == nil {
		t.Error("a gateway that carries next to nothing passes while others have the core")
	}
	if err := flat(crowded, 2); err == nil {
		t.Error("what is lost while one of two cores was free is not told")
	}
}

// A metric is found by its whole name.
func TestMetric(t *testing.T) {
	const text = "# HELP go_goroutines how many\ngo_goroutines_more 3\ngo_goroutines 42\ngo_memstats_heap_alloc_bytes 1.5e+06\n"
	if n, err := metric(text, "go_goroutines"); n != 42 || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	if n, err := metric(text, "go_memstats_heap_alloc_bytes"); n != 1.5e6 || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	if _, err := metric(text, "go_threads"); err == nil {
		t.Error("a metric that is not there was found")
	}
	per := footprint{300, 200, 52}.per(footprint{100, 100, 12}, 10)
	if per != (footprint{20, 10, 4}) {
		t.Errorf("%+v a call", per)
	}
}

// A capacity run becomes a picture; what is none is refused with the command
// that makes one.
func TestPlot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	table, picture := filepath.Join(dir, "steps.csv"), filepath.Join(dir, "steps.png")
	text := strings.Join(columns, ",") + "\nnarrowband,10,0.1,0.2,0.9,20,20,5\nnarrowband,20,1.4,0.3,12,45,22,9\npcmu,40,0,0.1,0.5,20,5,15\npcmu,80,0.2,0.1,0.5,40,5,30\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (plotCommand{table, picture}).Run(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	drawn, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	found := map[color.Color]bool{}
	for x := range drawn.Bounds().Dx() {
		for y := range drawn.Bounds().Dy() {
			found[color.RGBAModel.Convert(drawn.At(x, y))] = true
		}
	}
	if !found[colours[0]] || !found[colours[1]] || found[colours[2]] {
		t.Error("two kinds of calls are not two curves")
	}
	if err := os.WriteFile(table, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (plotCommand{table, picture}).Run(); err == nil || !strings.Contains(err.Error(), "bench capacity --csv") {
		t.Errorf("another table is refused as %v", err)
	}
}

// Each step is between the two moments that its name says.
func TestCourse(t *testing.T) {
	begin := time.Now()
	c := course{offered: begin, invited: begin.Add(3 * time.Millisecond), accepted: begin.Add(4 * time.Millisecond), answered: begin.Add(5 * time.Millisecond),
		told: begin.Add(6 * time.Millisecond), keyed: begin.Add(9 * time.Millisecond), heard: begin.Add(24 * time.Millisecond)}
	want := map[string]time.Duration{"invite": 3, "told": 2, "answer": 5, "flow": 9, "first_sound": 20}
	for _, s := range steps {
		if got := s.took(&c); got != want[s.key]*time.Millisecond {
			t.Errorf("%s took %v, want %d ms", s.key, got, want[s.key])
		}
	}
}
