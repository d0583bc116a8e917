package baresip

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"webtrunk/e2e/program"
)

// A remote is the telephone's remote control, which speaks netstrings of JSON.
type remote struct {
	conn   net.Conn
	events chan happening
}

// A happening is what the telephone says of its call.
type happening struct{ Type, Class, Param string }

// connect opens the remote control, as soon as baresip listens for it.
func (p *Telephone) connect(port uint16) *remote {
	p.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(program.Patience); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(int(port)))
		if err == nil {
			r := &remote{conn, make(chan happening, 100)}
			ended := make(chan struct{})
			go func() { defer close(ended); r.listen() }()
			p.t.Cleanup(func() { conn.Close(); <-ended })
			return r
		}
		select {
		case <-again.C:
		case <-p.Ended():
			p.t.Fatalf("baresip ended: %v", p.Err())
		case <-late:
			p.t.Fatal(err)
		}
	}
}

// listen reads what happens to calls.
func (r *remote) listen() {
	defer close(r.events)
	for from := bufio.NewReader(r.conn); ; {
		length, err := from.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(length[:len(length)-1])
		if err != nil {
			return
		}
		text := make([]byte, n+1) // and its comma
		if _, err := io.ReadFull(from, text); err != nil {
			return
		}
		var said happening
		if json.Unmarshal(text[:n], &said) == nil && said.Class == "call" {
			select {
			case r.events <- said:
			default: // nobody asks for so many
			}
		}
	}
}

// Press has the telephone do something: dial, hold, resume, sndcode, hangup.
func (p *Telephone) Press(command, params string) {
	p.t.Helper()
	text, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err == nil {
		_, err = fmt.Fprintf(p.remote.conn, "%d:%s,", len(text), text)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// Notices waits until something has happened to the telephone's call.
func (p *Telephone) Notices(event string) {
	p.t.Helper()
	p.NoticesThat(event, "")
}

// NoticesThat is Notices for an event that says more.
func (p *Telephone) NoticesThat(event, param string) {
	p.t.Helper()
	late := time.After(program.Patience)
	for {
		select {
		case e, open := <-p.remote.events:
			if !open {
				p.t.Fatalf("baresip is gone; it had not said %s %s", event, param)
			}
			if e.Type == event && (param == "" || e.Param == param) {
				return
			}
		case <-late:
			p.t.Fatalf("baresip does not say %s %s", event, param)
		}
	}
}
