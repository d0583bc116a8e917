package corpus

import (
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

// The files have a packet on each line: what it is, and its bytes.
//
//go:embed captured/*.txt
var captured embed.FS

// Captured are the packets of real calls that are of a kind: rtp, rtcp, stun, dtls,
// sip or sdp. Their names begin with who was in the call.
func Captured(kind string) map[string][]byte {
	files, err := captured.ReadDir("captured")
	if err != nil {
		panic(err) // it is embedded
	}
	all := map[string][]byte{}
	for _, f := range files {
		text, err := captured.ReadFile(path.Join("captured", f.Name()))
		if err != nil {
			panic(err)
		}
		who := strings.TrimSuffix(f.Name(), ".txt")
		for line := range strings.Lines(string(text)) {
			what, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !strings.HasPrefix(what, kind+"-") {
				continue
			}
			packet, err := hex.DecodeString(digits)
			if err != nil {
				panic(fmt.Sprintf("corpus: captured/%s: %s: %v", f.Name(), what, err))
			}
			all[who+"-"+what] = packet
		}
	}
	return all
}

// Kinds are the packets of these kinds, ours and captured.
func Kinds(kinds ...string) map[string][]byte {
	all := map[string][]byte{}
	for _, kind := range kinds {
		for name, p := range map[string]func() map[string][]byte{"rtp": RTP, "rtcp": RTCP, "stun": STUN, "dtls": DTLS}[kind]() {
			all[kind+"-"+name] = p
		}
		for name, p := range Captured(kind) {
			all[name] = p
		}
	}
	return all
}
