package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"webtrunk/bench/choir"
)

// An rtpengine is the peer that ours is measured beside: Debian's, in user
// space. It has no signalling of its own: we tell it of each call by its "ng"
// protocol, as a SIP proxy would.
type rtpengine struct {
	process *exec.Cmd
	said    strings.Builder
	ended   chan struct{}

	mu   sync.Mutex // one question at a time
	conn net.Conn
	asks int
}

// startRTPEngine starts it on the cores that the gateway has in its turn.
func startRTPEngine(ctx context.Context, d division) (*rtpengine, error) {
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	control := fmt.Sprintf("127.0.0.1:%d", ports[0])
	e := &rtpengine{ended: make(chan struct{})}
	e.process = exec.Command("rtpengine", "--config-file=none", "--table=-1", "--interface=127.0.0.1", "--listen-ng="+control,
		"--foreground", "--log-stderr", "--log-level=4", fmt.Sprintf("--num-threads=%d", d.theirs.Count()), "--port-min=32000", "--port-max=39999")
	e.process.Stdout, e.process.Stderr = &e.said, &e.said
	e.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := e.process.Start(); err != nil {
		return nil, fmt.Errorf("rtpengine cannot be started; install it with `apt-get install rtpengine-daemon`: %w", err)
	}
	go func() { _ = e.process.Wait(); close(e.ended) }() // close waits for it
	if e.conn, err = net.Dial("udp", control); err == nil {
		err = e.ready(ctx)
	}
	if err == nil {
		err = d.apply(e.pid())
	}
	if err != nil {
		e.close()
		return nil, fmt.Errorf("%w; rtpengine has said:\n%s", err, e.said.String())
	}
	return e, nil
}

func (e *rtpengine) ready(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, 20*time.Second)
	defer done()
	return until(ctx, "rtpengine answers", func() (bool, error) {
		select {
		case <-e.ended:
			return false, fmt.Errorf("rtpengine has ended")
		default:
		}
		_, err := e.ask(map[string]any{"command": "ping"})
		return err == nil, nil
	})
}

func (e *rtpengine) pid() int { return e.process.Process.Pid }

func (e *rtpengine) close() {
	_ = e.process.Process.Kill() // it may have ended
	<-e.ended
	if e.conn != nil {
		e.conn.Close()
	}
}

// ask sends a command and returns the answer. A command is repeated as it was:
// rtpengine knows it by its cookie.
func (e *rtpengine) ask(command map[string]any) (map[string]any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asks++
	cookie := fmt.Sprintf("bench%d ", e.asks)
	buffer := make([]byte, 1<<16)
	for range 3 {
		if _, err := e.conn.Write([]byte(cookie + bencode(command))); err != nil {
			return nil, err
		}
		e.conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		n, err := e.conn.Read(buffer)
		if err != nil {
			continue
		}
		if text, mine := strings.CutPrefix(string(buffer[:n]), cookie); mine {
			return answered(text)
		}
	}
	return nil, fmt.Errorf("rtpengine does not answer %q", command["command"])
}

func answered(text string) (map[string]any, error) {
	value, _, err := bdecode(text)
	if err != nil {
		return nil, err
	}
	answer, _ := value.(map[string]any)
	if result := answer["result"]; result != "ok" && result != "pong" {
		return nil, fmt.Errorf("rtpengine refuses: %v", answer)
	}
	return answer, nil
}

// dial has rtpengine turn the page's offer into one for the telephone, with
// G.711 alone, and the telephone's answer into one for the page.
func (e *rtpengine) dial(ctx context.Context, c *choir.Call) (hangUp func(context.Context) error, err error) {
	call := fmt.Sprintf("bench-%d-%d", c.Number, time.Now().UnixNano())
	offer, err := e.ask(map[string]any{
		"command": "offer", "call-id": call, "from-tag": "page", "sdp": c.Offer(), "transport-protocol": "RTP/AVP",
		"ICE": "remove", "ICE-lite": "backward", "DTLS": "passive", "rtcp-mux": []string{"demux"}, "replace": []string{"origin"},
		"codec": map[string]any{"transcode": []string{"PCMU"}, "mask": []string{"opus"}},
	})
	if err != nil {
		return nil, err
	}
	hangUp = func(context.Context) error {
		_, err := e.ask(map[string]any{"command": "delete", "call-id": call, "from-tag": "page", "delete-delay": "0"})
		return err
	}
	sdp, _ := offer["sdp"].(string)
	if sdp, err = c.Ring(sdp); err == nil {
		var answer map[string]any
		answer, err = e.ask(map[string]any{"command": "answer", "call-id": call, "from-tag": "page", "to-tag": "telephone", "sdp": sdp, "DTLS": "passive", "replace": []string{"origin"}})
		if err == nil {
			sdp, _ = answer["sdp"].(string)
			err = c.Connect(ctx, sdp)
		}
	}
	if err != nil {
		_ = hangUp(ctx) // the first error is the one to tell
		return nil, err
	}
	return hangUp, nil
}
