//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"webtrunk/e2e/baresip"
	"webtrunk/e2e/program"
	"webtrunk/soundcheck"
	"webtrunk/trunk"
)

// A linphone is a linphonec process: it answers every call, plays a tone and
// records what it hears. It is told what to do by lines on its standard input.
type linphone struct {
	*program.Program
	t     *testing.T
	dir   string
	addr  netip.AddrPort
	stdin io.WriteCloser
}

// linphoneSettings are of a telephone without a sound device, on one address.
const linphoneSettings = `[sip]
sip_port=%d
sip_tcp_port=%d
sip_tls_port=-1
bind_address=%s
contact="linphone" <sip:linphone@%s>
guess_hostname=0
media_encryption=%s
media_encryption_mandatory=%d
[rtp]
audio_rtp_port=%d
[net]
mtu=1300
firewall_policy=none
[app]
auto_answer=1
`

// ringLinphone plugs one in, which takes SRTP and nothing else where it is asked to.
func ringLinphone(t *testing.T, host netip.Addr, srtp bool) *linphone {
	t.Helper()
	dir := t.TempDir()
	p := &linphone{dir: dir, addr: netip.AddrPortFrom(host, program.FreePort(t, host))}
	tone, err := os.Create(filepath.Join(dir, "tone.wav"))
	check(t, err)
	check(t, soundcheck.WriteWAV(tone, soundcheck.Sine(baresip.Hz, 12000, 120*soundcheck.Rate), soundcheck.Rate))
	check(t, tone.Close())
	for _, d := range []string{".local/share/linphone", ".config/linphone"} { // it answers 503 without
		check(t, os.MkdirAll(filepath.Join(dir, d), 0o700))
	}
	encryption, mandatory := "none", 0
	if srtp {
		encryption, mandatory = "srtp", 1
	}
	file := filepath.Join(dir, "linphonerc")
	text := fmt.Sprintf(linphoneSettings, p.addr.Port(), p.addr.Port(), host, p.addr, encryption, mandatory, program.FreePort(t, host))
	check(t, os.WriteFile(file, []byte(text), 0o600))
	cmd := exec.Command("linphonec", "-a", "-c", file)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb")
	p.stdin, err = cmd.StdinPipe()
	check(t, err)
	p.Program, p.t = program.Run(t, cmd), t
	p.say("soundcard use files")
	p.say("play " + filepath.Join(dir, "tone.wav"))
	p.say("record " + filepath.Join(dir, "heard.wav"))
	return p
}

func (p *linphone) say(line string) {
	p.t.Helper()
	_, err := fmt.Fprintln(p.stdin, line)
	check(p.t, err)
}

// heard ends the telephone and returns its recording.
func (p *linphone) heard() []int16 {
	p.t.Helper()
	p.say("quit")
	select {
	case <-p.Ended():
	case <-time.After(patience):
		p.t.Fatal("linphonec does not quit")
	}
	file, err := os.Open(filepath.Join(p.dir, "heard.wav"))
	check(p.t, err)
	defer file.Close()
	pcm, err := soundcheck.ReadWAV(file)
	check(p.t, err)
	return pcm
}

// TestLinphone: a page and a linphonec talk, in the clear and by SRTP.
func TestLinphone(t *testing.T) {
	for name, c := range map[string]struct {
		srtp bool
		mode trunk.MediaEncryption
	}{"plain": {false, trunk.SRTPOff}, "SRTP": {true, trunk.SRTPRequired}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := limited(t)
			far := ringLinphone(t, calledHost, c.srtp)
			line := carrierAt("telephone", far.addr)
			line.SRTP = c.mode
			r := towards(t, line, nil)
			made := r.callNumber(ctx, phoneLine)
			wantTalk(t, ctx, made)
			check(t, made.Speak(ctx, soundcheck.Sentence(soundcheck.Harbour)))
			hears(t, ctx, made, 2*time.Second)
			_, err := made.Hangup(ctx)
			check(t, err)
			wantHarbour(t, far.heard())
			r.close()
		})
	}
}
