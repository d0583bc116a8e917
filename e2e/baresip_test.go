//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"webtrunk/soundcheck"
)

// A telephone is a baresip process: it answers every call, plays a tone and
// records what it hears.
type telephone struct {
	*process
	dir    string
	sip    uint16
	remote net.Conn // of its remote control
	events chan happening
	ca     string // PEM of its certificate, where it has one
}

// A happening is what the telephone says of its call.
type happening struct{ Type, Class, Param string }

// A set is what kind of telephone it is; the zero set speaks G.711 in the clear
// over UDP.
type set struct {
	modules string // lines of the configuration
	account string // parameters of the account
	tls     bool   // it listens for TLS too, on the port behind its own
}

// srtpOnly is a telephone that takes no call in the clear.
var srtpOnly = set{modules: "module srtp.so\n", account: ";mediaenc=srtp-mand"}

// hz is the telephone's tone.
const hz = 620

// settings of baresip. It has no sound device: its microphone is a file, and
// module sndfile writes down what passes in either direction.
const settings = `
sip_listen 127.0.0.1:%d
net_interface 127.0.0.1
rtp_ports %d-%d
audio_source aufile,%s
ausrc_srate 8000
ausrc_channels 1
auplay_srate 8000
auplay_channels 1
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
snd_path %s
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%d
`

// pickUp plugs a telephone in.
func pickUp(t *testing.T) *telephone {
	t.Helper()
	return set{}.pickUp(t)
}

func (s set) pickUp(t *testing.T) *telephone {
	t.Helper()
	p := &telephone{dir: t.TempDir(), sip: freePort(t), events: make(chan happening, 100)}
	control, rtp := freePort(t), freePort(t)
	if s.tls {
		var file string
		file, p.ca = selfSigned(t, p.dir)
		s.modules += "sip_certificate " + file + "\n"
	}
	tone := filepath.Join(p.dir, "tone.wav")
	file, err := os.Create(tone)
	check(t, err)
	check(t, soundcheck.WriteWAV(file, soundcheck.Sine(hz, 12000, 120*soundcheck.Rate), soundcheck.Rate))
	check(t, file.Close())
	for name, text := range map[string]string{
		"config":   fmt.Sprintf(settings, p.sip, rtp, rtp+1, tone, p.dir, control) + s.modules,
		"accounts": fmt.Sprintf("<sip:%s@127.0.0.1:%d>;regint=0;answermode=auto%s\n", phoneLine, p.sip, s.account),
		"contacts": "",
	} {
		check(t, os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600))
	}
	p.process = run(t, exec.Command("baresip", "-f", p.dir))
	p.remote = p.connect(control)
	t.Cleanup(func() { p.remote.Close() })
	go p.listen()
	return p
}

// connect opens the remote control, as soon as baresip listens for it.
func (p *telephone) connect(port uint16) net.Conn {
	p.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(int(port)))
		if err == nil {
			return conn
		}
		select {
		case <-again.C:
		case <-p.ended:
			p.t.Fatalf("baresip ended: %v", p.err)
		case <-late:
			p.t.Fatal(err)
		}
	}
}

// listen reads the remote control's netstrings of JSON.
func (p *telephone) listen() {
	defer close(p.events)
	for r := bufio.NewReader(p.remote); ; {
		length, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(length[:len(length)-1])
		if err != nil {
			return
		}
		text := make([]byte, n+1) // and its comma
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		var said happening
		if json.Unmarshal(text[:n], &said) == nil && said.Class == "call" {
			select {
			case p.events <- said:
			default: // nobody asks for so many
			}
		}
	}
}

// press has the telephone do something.
func (p *telephone) press(command, params string) {
	p.t.Helper()
	text, err := json.Marshal(map[string]string{"command": command, "params": params})
	check(p.t, err)
	_, err = fmt.Fprintf(p.remote, "%d:%s,", len(text), text)
	check(p.t, err)
}

// notices waits until something has happened to the telephone's call.
func (p *telephone) notices(event string) {
	p.t.Helper()
	p.noticesThat(event, "")
}

// noticesThat is notices for an event that says more.
func (p *telephone) noticesThat(event, param string) {
	p.t.Helper()
	late := time.After(patience)
	for {
		select {
		case e, open := <-p.events:
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

// heard hangs the telephone up for good and returns its recording.
func (p *telephone) heard() []int16 {
	p.t.Helper()
	p.stop()
	names, err := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	check(p.t, err)
	if len(names) != 1 {
		p.t.Fatalf("baresip has recorded %q, want one call", names)
	}
	file, err := os.Open(names[0])
	check(p.t, err)
	defer file.Close()
	pcm, err := soundcheck.ReadWAV(file)
	check(p.t, err)
	return pcm
}
