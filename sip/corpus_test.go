package sip

import (
	"strings"
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets: what real telephones say, and every
// description that the tests have.
func TestCorpus(t *testing.T) {
	descriptions := corpus.Of(corpus.Captured("sdp"))
	for _, name := range []string{"pcmu", "alaw", "opus", "zero", "video,sendonly", "nokeys,inactive", "bad", "moved", "recvonly",
		"savp,c:1:80:a", "savp,c:1:gcm:b,c:2:32:c:life,video", "c:3:gcm:d:wsh,ptime=30,maxptime=40", "only=0-11+16,rtcp=40009,mux", "savp,c:1:f8:a,c:2:80:b:mki"} {
		file := strings.NewReplacer(",", "_", ":", "-", "=", "-", "+", "-").Replace(name)
		descriptions[file] = []any{[]byte(sdpOf(name))}
	}
	corpus.Hold(t, "FuzzSDP", descriptions)
	corpus.Hold(t, "FuzzFrontDoor", corpus.Of(corpus.Captured("sip")))
	keys := corpus.Inputs{}
	for name, body := range map[string]string{
		"relay": "Signal=5\r\nDuration=160\r\n", "spaces": "Signal = * \r\n", "bare": "5", "star-by-number": "Signal=10\r\n", "letter": "Signal=d\r\n",
		"beyond": "Signal=17\r\n", "empty": "", "no-value": "Signal=\r\n", "twice": "Signal=1\r\nSignal=2\r\n", "long": strings.Repeat("5", 4000), "nul": "Signal=\x00\r\n",
	} {
		keys[name] = []any{body}
	}
	corpus.Hold(t, "FuzzInfo", keys)
}
