package sip

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"webtrunk/trunk"
)

// configureMedia sets what a script's config says of a trunk's sound:
//
//	srtp=off|offered|required, dtmf=auto|rfc4733|info, silence=DURATION, noise
func configureMedia(cfg *Config, key, value string) bool {
	tr := &cfg.Network.Trunks[0]
	switch key {
	case "silence":
		cfg.Timers.Silence, _ = time.ParseDuration(value)
	case "srtp":
		tr.SRTP = trunk.MediaEncryption(value)
	case "noise":
		tr.ComfortNoise = true
	case "dtmf":
		tr.DTMF = trunk.DTMF(value)
	default:
		return false
	}
	return true
}

// suitesByWord are the suites of the words below, with the length of their keys.
var suitesByWord = map[string]struct {
	name   string
	length int
}{
	"80": {"AES_CM_128_HMAC_SHA1_80", 30}, "32": {"AES_CM_128_HMAC_SHA1_32", 30},
	"gcm": {"AEAD_AES_256_GCM", 44}, "f8": {"F8_128_HMAC_SHA1_80", 30},
}

// describeMedia adds to a description what these words say of its sound:
//
//	savp                  RTP/SAVP
//	c:TAG:SUITE:K[:MORE]  keys made of the letter K, and MORE: mki, life, wsh, bare
//	only=EVENTS           the telephone-events that are taken, by their codes
//	ptime=MS, maxptime=MS
//	cn                    comfort noise
//	wide, widelast        G.722, before or after G.711
//	rtcp=PORT, mux        where RTCP goes
func describeMedia(sdp string, words []string) string {
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "savp":
			sdp = strings.Replace(sdp, "RTP/AVP 0", "RTP/SAVP 0", 1)
		case "only":
			sdp += "a=fmtp:97 " + strings.ReplaceAll(value, "+", ",") + "\r\n"
		case "ptime", "maxptime", "rtcp":
			sdp += "a=" + name + ":" + value + "\r\n"
		case "cn":
			sdp = strings.Replace(sdp, "AVP 0 8 97", "AVP 0 8 97 13", 1)
		case "wide":
			sdp = strings.Replace(sdp, "AVP 0 8 97", "AVP 9 0 8 97", 1)
		case "widelast":
			sdp = strings.Replace(sdp, "AVP 0 8 97", "AVP 0 8 9 97", 1)
		case "mux":
			sdp += "a=rtcp-mux\r\n"
		}
		if line, found := strings.CutPrefix(w, "c:"); found {
			sdp += cryptoOf(strings.Split(line, ":"))
		}
	}
	return sdp
}

func cryptoOf(f []string) string {
	suite := suitesByWord[f[1]]
	line := "a=crypto:" + f[0] + " " + suite.name + " inline:" + keyOf(f[2], suite.length)
	for _, more := range f[3:] {
		line += map[string]string{"mki": "|2^20|1:4", "life": "|2^31", "wsh": " WSH=128 -X=y", "bare": " UNENCRYPTED_SRTP"}[more]
	}
	return line + "\r\n"
}

// keyOf is a key of n times the same letter, as it is written.
func keyOf(letter string, n int) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(letter), n))
}

// cryptoCheck is a test on the a=crypto lines of a description: "crypto lines
// N", or "crypto TAG same|differs WHAT" compares our key of a tag with that in
// the message of ours that came last.
func (p *player) cryptoCheck(m raw, test string) bool {
	f := strings.Fields(test)
	switch {
	case f[1] == "lines":
		return strconv.Itoa(strings.Count(m.body, "a=crypto:")) == f[2]
	case f[2] == "same":
		return keyIn(m.body, f[1]) == keyIn(p.last[f[3]].body, f[1])
	case f[2] == "differs":
		return keyIn(m.body, f[1]) != keyIn(p.last[f[3]].body, f[1])
	}
	return false
}

func keyIn(sdp, tag string) string {
	_, line, _ := strings.Cut(sdp, "a=crypto:"+tag+" ")
	line, _, _ = strings.Cut(line, "\r\n")
	return line
}

// keys waits until the leg's socket has the keys that were agreed: "keys SUITE theirs
// K", ours being those of the description that we sent last with that suite,
// or "keys none".
func (p *player) keys(words []string) {
	p.t.Helper()
	var suite, letter string
	if len(words) == 3 {
		suite, letter = words[0], words[2]
	}
	var got agreement
	p.until("under these keys", func() bool {
		agreed := make(chan agreement)
		l := legOf(p.leg)
		if !l.box.post(func() { agreed <- l.session.secrecy.agreement }) {
			p.fatal("the leg is over")
		}
		got = <-agreed
		s := suitesByWord[suite]
		theirs := strings.Repeat(letter, s.length)
		return string(got.receive.Suite()) == s.name && string(got.receive.Master()) == theirs && got.send.Suite() == got.receive.Suite()
	})
	if suite == "" {
		return
	}
	ours := base64.StdEncoding.EncodeToString(got.send.Master())
	for _, m := range p.last {
		if strings.Contains(m.body, "inline:"+ours) {
			return
		}
	}
	p.fatal("we send under keys that no description of ours has named")
}
