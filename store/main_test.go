package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// gatewayURL tells this test binary that it is to be a gateway process instead.
const gatewayURL = "STORE_TEST_GATEWAY"

func TestMain(m *testing.M) {
	if url := os.Getenv(gatewayURL); url != "" {
		beGateway(url, os.Args[1:])
	}
	storetest.AtOnce(4)
	goleak.VerifyTestMain(m)
}

// gatewayCalls is how many calls a gateway process runs at once.
const gatewayCalls = 20

// beGateway opens and claims a database and, if it is busy, records calls until
// it is killed; if it is impatient, it waits for nobody long. It prints each
// record that is acknowledged.
func beGateway(url string, how []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{})
	if err == nil {
		if slices.Contains(how, "impatient") {
			db.Waits(300 * time.Millisecond)
		}
		err = db.Claim(ctx, storetest.Node)
	}
	if err != nil {
		fmt.Println("refused:", webtrunk.KindOf(err), err)
		os.Exit(1)
	}
	fmt.Println("claimed")
	if !slices.Contains(how, "busy") {
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
	var printing sync.Mutex
	for range gatewayCalls {
		go func() {
			call := webtrunk.NewCallID()
			for seq := int64(1); ; seq++ {
				r, err := event.New(account, true, "call.ringing", seq)
				if err != nil {
					os.Exit(1)
				}
				r.Call, r.CallSeq = call, seq
				if err := db.Append(ctx, r); err != nil {
					continue // it stops here, or its database does
				}
				printing.Lock()
				fmt.Println("kept", call, seq)
				printing.Unlock()
			}
		}()
	}
	select {}
}

// A gateway is another process with a database.
type gateway struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	kept  map[webtrunk.CallID]int64 // the newest that was acknowledged
}

// startGateway starts a process that claims a database; how says what beGateway
// is to do otherwise. It is killed with the test at the latest.
func startGateway(t testing.TB, url string, how ...string) *gateway {
	t.Helper()
	g := &gateway{cmd: exec.Command(os.Args[0], how...), kept: map[webtrunk.CallID]int64{}}
	g.cmd.Env = append(os.Environ(), gatewayURL+"="+url)
	out, err := g.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	g.lines = bufio.NewScanner(out)
	if _, err := g.cmd.StdinPipe(); err != nil { // whose end would end it
		t.Fatal(err)
	}
	if err := g.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.kill)
	return g
}

// next is the process's next line, "" at its end.
func (g *gateway) next() string {
	if !g.lines.Scan() {
		return ""
	}
	line := g.lines.Text()
	if words := strings.Fields(line); words[0] == "kept" {
		seq, _ := strconv.ParseInt(words[2], 10, 64)
		g.kept[webtrunk.CallID(words[1])] = seq
	}
	return line
}

// kill ends the process as kill -9 does, and reads what it had printed.
func (g *gateway) kill() {
	_ = g.cmd.Process.Kill()
	for g.next() != "" {
	}
	_ = g.cmd.Wait()
}
