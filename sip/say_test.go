package sip

import (
	"fmt"
	"slices"
	"strings"
)

// say sends a response or a request. Its words besides the status or method:
//
//	sdp[=WORD,...]  a description, see sdpOf
//	tag=T           our tag is T: another fork, or a forger
//	INVITE, BYE...  answer the last request of that method
//	refused         this ACK is for a refusal, and shares the INVITE's branch
//	twice           send it twice
func (p *player) say(words []string) {
	p.t.Helper()
	var m raw
	if what := words[0]; what[0] >= '1' && what[0] <= '6' {
		m = p.response(what, words[1:])
	} else {
		m = p.request(what, words[1:])
	}
	for _, line := range p.step.below {
		if name, found := strings.CutPrefix(line, "-"); found {
			m.remove(name)
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(p.expand(value)); name == "uri" {
			m.start = strings.Replace(m.start, m.uri(), value, 1)
		} else if name == "body" {
			m.body = strings.ReplaceAll(value, `\r\n`, "\r\n")
		} else if more, found := strings.CutPrefix(name, "+"); found {
			m.headers = append(m.headers, [2]string{more, value})
		} else {
			m.set(name, value)
		}
	}
	_, what := m.isRequest()
	p.sent[what] = m
	p.wire.send(m.String())
	if slices.Contains(words, "twice") {
		p.wire.send(m.String())
	}
}

func option(words []string, name string) (value string, found bool) {
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		if key == name {
			return value, true
		}
	}
	return "", false
}

func (p *player) response(status string, words []string) raw {
	to := p.last["request"]
	for _, w := range words {
		if m, found := p.last[w]; found {
			to = m
		}
	}
	m := raw{start: "SIP/2.0 " + status + " Whatever"}
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		for v := range strings.SplitSeq(to.get(name), "\n") {
			m.headers = append(m.headers, [2]string{name, v})
		}
	}
	tag := p.tag
	if t, found := option(words, "tag"); found {
		tag = t
	}
	if status != "100" && to.tag("To") == "" {
		m.set("To", to.get("To")+";tag="+tag)
	}
	if status > "100" && status < "300" {
		m.set("Contact", "<sip:carrier@"+p.addr().String()+">")
	}
	p.describe(&m, words)
	return m
}

// describe gives a message the body that its words name.
func (p *player) describe(m *raw, words []string) {
	name, found := option(words, "sdp")
	if !found {
		return
	}
	m.set("Content-Type", "application/sdp")
	m.body = sdpOf(name)
}

// sdpOf returns the description of a name: codecs, and hold, inactive, zero
// (c=0.0.0.0), moved (another port), video, bad.
func sdpOf(name string) string {
	words := strings.Split(name, ",")
	has := func(w string) bool { return slices.Contains(words, w) }
	address, way, formats, maps := "127.0.0.1", "sendrecv", "", ""
	if has("zero") {
		address = "0.0.0.0"
	}
	for _, w := range []string{"sendonly", "recvonly", "inactive"} {
		if has(w) {
			way = w
		}
	}
	if has("opus") {
		formats, maps = " 96", "a=rtpmap:96 opus/48000/2\r\n"
	} else if has("alaw") {
		formats, maps = " 8", "a=rtpmap:8 PCMA/8000\r\n"
	} else {
		formats, maps = " 0 8", "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
	}
	if !has("nokeys") {
		formats, maps = formats+" 97", maps+"a=rtpmap:97 telephone-event/8000\r\n"
	}
	sdp := "v=0\r\no=carrier 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n"
	if has("video") {
		sdp += "m=video 40002 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
	}
	sdp += "m=audio 40000 RTP/AVP" + formats + "\r\n" + maps + "a=" + way + "\r\n"
	if has("moved") {
		sdp = strings.Replace(sdp, "m=audio 40000", "m=audio 40010", 1)
	}
	if has("bad") {
		sdp = strings.Replace(sdp, "m=audio 40000", "m=audio nowhere", 1)
	}
	return describeMedia(sdp, words)
}

func (p *player) request(method string, words []string) raw {
	invite := p.sent["INVITE"]
	m := raw{}
	switch {
	case p.dialled: // inside the call that the edge made
		in := p.last["INVITE"]
		tag := p.tag
		if t, found := option(words, "tag"); found {
			tag = t
		}
		m.start = method + " " + in.contact() + " SIP/2.0"
		m.set("From", in.get("To")+";tag="+tag)
		if in.tag("To") != "" {
			m.set("From", in.get("To"))
		}
		m.set("To", in.get("From"))
		m.set("Call-ID", in.get("Call-ID"))
	case method == "INVITE" && p.established.start == "":
		m.start = "INVITE sip:+15550100001@" + p.wire.edge.String() + " SIP/2.0"
		m.set("From", "<sip:+15550100200@127.0.0.1>;tag="+p.tag)
		m.set("To", "<sip:+15550100001@127.0.0.1>")
		m.set("Call-ID", p.callID)
	case method == "CANCEL":
		m.start = "CANCEL " + invite.uri() + " SIP/2.0"
		m.set("From", invite.get("From"))
		m.set("To", invite.get("To"))
		m.set("Call-ID", invite.get("Call-ID"))
	default: // inside the call that we made
		m.start = method + " sip:+15550100001@" + p.wire.edge.String() + " SIP/2.0"
		m.set("From", "<sip:+15550100200@127.0.0.1>;tag="+p.tag)
		to := p.established.get("To")
		if to == "" {
			to = "<sip:+15550100001@127.0.0.1>"
		}
		m.set("To", to)
		m.set("Call-ID", p.callID)
	}
	p.number(&m, method, words)
	m.set("Max-Forwards", "70")
	if method == "INVITE" || method == "OPTIONS" || method == "UPDATE" {
		m.set("Contact", "<sip:carrier@"+p.addr().String()+">")
	}
	p.describe(&m, words)
	return m
}

// number gives a request its CSeq and branch: CANCEL and the ACK of a refusal
// share those of their INVITE.
func (p *player) number(m *raw, method string, words []string) {
	invite := p.sent["INVITE"]
	_, refused := option(words, "refused")
	if method == "CANCEL" || method == "ACK" && refused {
		n, _ := invite.cseq()
		m.headers = append([][2]string{{"Via", invite.get("Via")}}, m.headers...)
		m.set("CSeq", fmt.Sprintf("%d %s", n, method))
		return
	}
	p.branch++
	via := fmt.Sprintf("%s;branch=z9hG4bK%s%d;rport", p.via(), p.callID, p.branch)
	m.headers = append([][2]string{{"Via", via}}, m.headers...)
	if method != "ACK" {
		p.seq++
	}
	n := p.seq
	if method == "ACK" {
		n, _ = invite.cseq()
	}
	m.set("CSeq", fmt.Sprintf("%d %s", n, method))
}
