package baresip

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"webtrunk/soundcheck"
)

// A Set is what kind of telephone it is; the zero Set speaks G.711 in the clear
// over UDP and plays Hz.
type Set struct {
	Line        string  // its number
	Name        string  // that it says it has, in From
	Tone        float64 // that it plays, in Hz; 0 is Hz
	Says        []int16 // that it plays instead, over and over
	Modules     string  // lines of the configuration
	Account     string  // parameters of the account
	Certificate string  // a PEM file: it listens for TLS too, on the port behind its own
}

// Hz is the tone of a telephone that is given no other.
const Hz = 620

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

// lasts is how long the telephone has something to say, in seconds.
const lasts = 120

// write writes down the telephone's settings.
func (s Set) write(t testing.TB, dir string, sip, rtp, control uint16) {
	t.Helper()
	tone := filepath.Join(dir, "tone.wav")
	s.writeTone(t, tone)
	if s.Certificate != "" {
		s.Modules += "sip_certificate " + s.Certificate + "\n"
	}
	for name, text := range map[string]string{
		"config":   fmt.Sprintf(settings, sip, rtp, rtp+1, tone, dir, control) + s.Modules,
		"accounts": fmt.Sprintf("%q <sip:%s@127.0.0.1:%d>;regint=0;answermode=auto%s\n", s.Name, s.Line, sip, s.Account),
		"contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (s Set) writeTone(t testing.TB, name string) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	says := s.Says
	if len(says) == 0 {
		says = soundcheck.Sine(cmp.Or(s.Tone, Hz), 12000, soundcheck.Rate)
	}
	says = soundcheck.Looped(says, lasts*soundcheck.Rate)
	if err := soundcheck.WriteWAV(file, says, soundcheck.Rate); err != nil {
		t.Fatal(err)
	}
}
