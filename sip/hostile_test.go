package sip

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/trunk"
)

// hostile are what a carrier that means harm, or has gone wrong, writes into
// headers that we read: numbers that fit nowhere, lists without end, parts that
// do not close, and other calls' names.
var hostile = map[string][]string{
	"Session-Expires":      {"0", "1;refresher=uac", "4294967295;refresher=uas", "99999999999999999999", "-1", ";;;", "90;refresher=", "1800;refresher=uac;refresher=uas"},
	"Min-SE":               {"0", "4294967295", "99999999999999999999", "x"},
	"RAck":                 {"1 1 INVITE", "4294967295 4294967295 INVITE", "99999999999999999999 1 INVITE", "", "1 1", "-1 -1 INVITE"},
	"RSeq":                 {"0", "1", "4294967295", "4294967296", "x"},
	"Retry-After":          {"0", "4294967295", "99999999999999999999", "5 (", "(", ";", "1;duration=99999999999999999999"},
	"Expires":              {"0", "4294967295", "99999999999999999999", "-5"},
	"Refer-To":             {"<sip:+15550100300@127.0.0.1>", "<sip:+15550100300@127.0.0.1?Replaces=%00>", "<sip:a@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>", "<tel:+1>", "<", "sip:", "<sip:%@127.0.0.1>", "<sip:" + strings.Repeat("+", 200) + "@127.0.0.1>"},
	"Replaces":             {"a;to-tag=b;from-tag=c", ";;", "a;to-tag;from-tag", strings.Repeat("a", 600)},
	"Event":                {"refer", "refer;id=99999999999999999999", "presence", ";"},
	"Subscription-State":   {"terminated", "active;expires=99999999999999999999", ";", "terminated;reason="},
	"Contact":              {"<sip:carrier@127.0.0.1:99999>", "<sip:a@127.0.0.1:0;transport=tls>", "<sip:a@203.0.113.9:5060>", "<tel:+1>", "*", "<sip:[::1]:5060>", "<sip:a@127.0.0.1;lr;maddr=203.0.113.9>"},
	"Record-Route":         {"<sip:203.0.113.9;lr>", "<sip:127.0.0.1:1>, <sip:127.0.0.1:2;lr>", "<tel:+1>", strings.Repeat("<sip:127.0.0.1;lr>,", 60) + "<sip:127.0.0.1;lr>"},
	"Supported":            {"timer, 100rel, replaces", ",,,", strings.Repeat("x,", 500)},
	"Require":              {"100rel", "timer", "x", ","},
	"Allow":                {"UPDATE", "INVITE", ",", ""},
	"Reason":               {"Q.850;cause=99999999999999999999", "SIP;cause=", ";", "SIP;cause=200;text=\"", "Q.850 ;cause=-1"},
	"WWW-Authenticate":     {"Digest", "Digest realm=\"", "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-256-sess, qop=\"auth-int\"", "Basic x", "Digest realm=\"a\",nonce=\"b\",qop=\"auth\",stale=TRUE"},
	"Proxy-Authenticate":   {"Digest realm=x, nonce=y", "Digest ,,,,", "Digest nonce=" + strings.Repeat("n", 3000)},
	"Authentication-Info":  {"nextnonce=", "nextnonce=\"", "rspauth=x,nextnonce=\"y\""},
	"P-Asserted-Identity":  {"<sip:+1@x>, <tel:+1>, <", "\"", ","},
	"Privacy":              {"id;user;header", ";", "none"},
	"Refer-Sub":            {"false", "x"},
	"Content-Type":         {"application/sdp", "application/sdp;x", "message/sipfrag", "application/dtmf-relay", "multipart/mixed;boundary=x", ""},
	"Content-Disposition":  {"session;handling=optional"},
	"Accept":               {"application/sdp", "text/plain", "*/*;q=0", ""},
	"X-Webtrunk-something": {"\xff\xfe", "x"},
}

// hostileBodies are descriptions, keys and status lines of the same kind.
var hostileBodies = []string{
	"", "v=0", "v=0\r\nm=audio 0 RTP/AVP 0\r\n", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 65535 RTP/AVP 0\r\n", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 40000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
	"v=0\r\nc=IN IP6 ::\r\nm=audio 40000 RTP/AVP 0 8\r\na=ptime:65535\r\na=maxptime:0\r\na=inactive\r\n", "v=0\r\n" + strings.Repeat("m=audio 1 RTP/AVP 0\r\n", 5), "Signal=5\r\nDuration=99999999999\r\n", "Signal=", "SIP/2.0 200 OK", "SIP/2.0 99999999999", "SIP/2.0", sdpOf("pcmu"), sdpOf("zero"), sdpOf("alaw,sendonly"),
}

// spoil sets some headers of a message, and its body, to what is hostile.
func spoil(r *rand.Rand, m *raw) {
	names := make([]string, 0, len(hostile))
	for name := range hostile {
		names = append(names, name)
	}
	slices.Sort(names) // a seed is to mean the same each time
	for range 1 + r.IntN(5) {
		name := names[r.IntN(len(names))]
		m.set(name, hostile[name][r.IntN(len(hostile[name]))])
	}
	if r.IntN(2) == 0 {
		m.body = hostileBodies[r.IntN(len(hostileBodies))]
		if m.get("Content-Type") == "" {
			m.set("Content-Type", "application/sdp")
		}
	}
}

// unharmed is that nothing has panicked and that the carrier is answered still.
func (c *carrierWire) unharmed(seed uint64) {
	c.t.Helper()
	if n := c.edge.Stats().Panics; n != 0 {
		c.t.Fatalf("seed %d: %d panics", seed, n)
	}
}

// ignore throws away what the edge says until it has said nothing for a moment.
func (c *carrierWire) ignore() {
	for {
		if _, _, more := c.receive(time.Millisecond); !more {
			return
		}
	}
}

// Whatever a carrier says inside a call harms nobody but that call: no panic,
// and no leg that stays.
func TestAHostileCarrierInACall(t *testing.T) {
	t.Parallel()
	c := newHostileWire(t)
	methods := []string{"INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "SUBSCRIBE", "PRACK", "OPTIONS", "MESSAGE", "ACK", "CANCEL", "BYE"}
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range 150 {
		c.forgive()
		reports := make(chan call.Input, 1000)
		leg := c.dial(reports)
		invite := c.invited()
		for range r.IntN(3) {
			m := c.saying(invite, []string{"180", "183", "199"}[r.IntN(3)])
			spoil(r, &m)
			c.send(m.String())
		}
		c.send(c.saying(invite, "200").String())
		for n := range 8 {
			m := c.within(methods[r.IntN(len(methods)-n%2)], n+2)
			spoil(r, &m)
			c.send(m.String())
		}
		c.ignore()
		leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
		c.settle()
		c.unharmed(seed + uint64(i))
	}
	c.idle()
}

// Whatever a carrier answers to a call of ours, the call ends and nothing stays.
func TestAHostileAnswer(t *testing.T) {
	t.Parallel()
	c := newHostileWire(t)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 2))
	statuses := []string{"100", "180", "183", "200", "300", "302", "380", "401", "407", "408", "422", "423", "480", "486", "487", "491", "500", "503", "600", "699"}
	for range 150 {
		c.forgive()
		reports := make(chan call.Input, 1000)
		leg := c.dial(reports)
		invite := c.invited()
		for range 1 + r.IntN(6) {
			m := c.saying(invite, statuses[r.IntN(len(statuses))])
			if r.IntN(3) == 0 {
				m.set("To", invite.get("To")+fmt.Sprintf(";tag=other%d", r.IntN(12)))
			}
			spoil(r, &m)
			c.send(m.String())
		}
		c.ignore()
		leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
		c.settle()
		c.unharmed(seed)
	}
	c.idle()
}

// Whatever a peer writes into the message that opens a call, over UDP or TCP,
// byte by byte, nothing panics and the next message is answered.
func TestAHostileOpening(t *testing.T) {
	t.Parallel()
	c := newHostileWire(t)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 3))
	bytes := []byte{0, '\r', '\n', ' ', ';', ':', '<', '>', '"', '\\', '%', ',', '=', '@', '[', ']', '?', 0x7f, 0x80, 0xff, '9'}
	for i := range 600 {
		m := c.arriving(i)
		if r.IntN(2) == 0 {
			m.start = strings.Replace(m.start, "INVITE", "OPTIONS", 1)
			m.set("CSeq", "1 OPTIONS")
		}
		spoil(r, &m)
		b := []byte(m.String())
		for range r.IntN(4) {
			at := r.IntN(len(b))
			if r.IntN(3) == 0 {
				b = append(b[:at], b[min(len(b), at+r.IntN(20)):]...)
			} else {
				b[at] = bytes[r.IntN(len(bytes))]
			}
			if len(b) == 0 {
				b = []byte("x")
			}
		}
		if i%2 == 0 {
			c.send(string(b))
		} else {
			conn, err := net.DialTimeout("tcp", c.edge.AddrOf(trunk.TCP).String(), patience)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = conn.Write(b)
			conn.Close()
		}
		for len(c.desk.offers) > 0 {
			(<-c.desk.offers).leg.Hangup(call.HangUpLeg{Cause: call.Busy})
		}
		for len(c.desk.reports) > 0 {
			<-c.desk.reports
		}
		if i%50 == 0 {
			c.ignore()
			c.send(c.options(10000 + i).String())
			c.want("200")
		}
		c.unharmed(seed)
	}
}

// newHostileWire is a carrier whose edge lets it do all that a trunk may be let do, and waits for nothing.
func newHostileWire(t *testing.T) *carrierWire {
	t.Helper()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.ListenTCP = cfg.Listen
	one := &cfg.Network.Trunks[0]
	one.Refer, one.SRTP, one.ComfortNoise, one.Username, one.Password = true, trunk.SRTPOffered, true, "us", "secret"
	one.Identity.Believe, one.Redirects = true, []string{"127.0.0.1"}
	quick := 20 * time.Millisecond
	cfg.Timers = Timers{T1: quick, B: 2 * quick, F: 2 * quick, H: 2 * quick, Linger: quick, Leave: quick, Record: patience, Close: quick, Pass: quick, Second: time.Millisecond, Ring: 10 * quick}
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	return &carrierWire{wire: w, edge: e, desk: d, run: rand.Uint32(), last: map[string]raw{}}
}

// invited waits for the INVITE of a new call, past all else.
func (c *carrierWire) invited() raw {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		m, _, came := c.receive(time.Until(deadline))
		if !came {
			c.t.Fatal("no INVITE")
		}
		if request, what := m.isRequest(); request && what == "INVITE" && m.tag("To") == "" && m.get("Call-ID") != c.last["INVITE"].get("Call-ID") {
			c.last["INVITE"] = m
			return m
		}
	}
}

// forgive has the edge forget how the trunk has fared, as if it had been changed:
// it keeps away from one that asked for that.
func (c *carrierWire) forgive() {
	c.t.Helper()
	network := c.edge.roster.Load().network
	network.Trunks = slices.Clone(network.Trunks)
	network.Trunks[0].Limits.Calls += 1000
	if err := c.edge.SetNetwork(network); err != nil {
		c.t.Fatal(err)
	}
}

// saying is answer, to be spoilt.
func (c *carrierWire) saying(req raw, status string) raw {
	m := raw{start: "SIP/2.0 " + status + " Whatever"}
	for _, name := range []string{"Via", "From", "Call-ID", "CSeq"} {
		m.set(name, req.get(name))
	}
	m.set("To", req.get("To")+";tag=far")
	m.set("Contact", "<sip:carrier@"+c.addr().String()+">")
	if status == "200" {
		m.set("Content-Type", "application/sdp")
		m.body = sdpOf("pcmu")
	}
	return m
}

// settle answers whatever the edge asks until it has no leg, so that nothing
// has to run out.
func (c *carrierWire) settle() {
	c.t.Helper()
	for deadline := time.Now().Add(patience); c.edge.Stats().Legs > 0; {
		if time.Now().After(deadline) {
			c.t.Fatalf("%d legs stay", c.edge.Stats().Legs)
		}
		m, _, came := c.receive(5 * time.Millisecond)
		if request, what := m.isRequest(); came && request && what != "ACK" && what != "INVITE" {
			c.answer(m, "200")
		} else if came && request && what == "INVITE" {
			c.answer(m, "486")
		}
	}
}
