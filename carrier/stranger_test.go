package carrier

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A stranger speaks SIP by hand, so that it can do what our own end never
// would: forget an ACK, repeat itself, lie about tags.
type stranger struct {
	t    *testing.T
	conn *net.UDPConn
}

func newStranger(t *testing.T, c *Carrier) *stranger {
	t.Helper()
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(c.Addr()))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return &stranger{t, conn}
}

func (s *stranger) send(raw string) {
	s.t.Helper()
	_, err := s.conn.Write([]byte(raw))
	must(s.t, err)
}

// hear returns the next response, repetitions included.
func (s *stranger) hear() *sip.Response {
	s.t.Helper()
	msg := s.hearAny()
	res, ok := msg.(*sip.Response)
	if !ok {
		s.t.Fatalf("heard %s, want a response", lineOf(msg))
	}
	return res
}

func (s *stranger) hearAny() sip.Message {
	s.t.Helper()
	must(s.t, s.conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	buf := make([]byte, 8192)
	n, err := s.conn.Read(buf)
	must(s.t, err)
	msg, err := parse(buf[:n])
	must(s.t, err)
	return msg
}

// want hears responses up to one with that code, and returns it.
func (s *stranger) want(code int) *sip.Response {
	s.t.Helper()
	for {
		res := s.hear()
		if res.StatusCode == code {
			return res
		}
		if res.StatusCode >= 200 {
			s.t.Fatalf("heard %d, want %d", res.StatusCode, code)
		}
	}
}

// request writes a request to a number; more are header lines, and after an
// empty string the body.
func (s *stranger) request(method, to, branch string, seq int, toTag string, more ...string) string {
	head := slices.Clone(more)
	body := ""
	if i := slices.Index(more, ""); i >= 0 {
		head, body = slices.Clone(more[:i]), strings.Join(more[i+1:], "\r\n")+"\r\n"
	}
	if toTag != "" {
		toTag = ";tag=" + toTag
	}
	me := s.conn.LocalAddr().String()
	lines := append([]string{
		method + " sip:" + to + "@" + s.conn.RemoteAddr().String() + " SIP/2.0",
		"Via: SIP/2.0/UDP " + me + ";branch=" + branch + ";rport",
		"From: <sip:+15550100199@" + me + ">;tag=stranger",
		"To: <sip:" + to + "@" + s.conn.RemoteAddr().String() + ">" + toTag,
		"Call-ID: " + s.t.Name(),
		fmt.Sprintf("CSeq: %d %s", seq, method),
		"Contact: <sip:+15550100199@" + me + ">",
		"Max-Forwards: 70",
	}, head...)
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	return strings.Join(lines, "\r\n")
}

var aBody = []string{"Content-Type: application/sdp", "",
	"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 0"}

func (s *stranger) invite(to, branch string, seq int) string {
	return s.request("INVITE", to, branch, seq, "", aBody...)
}

func TestARefusalIsRepeatedUntilItsAck(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	s := newStranger(t, c)
	invite := s.invite("+15550100104", "z9hG4bK1", 1)
	s.send(invite)
	first := s.want(486)
	again := s.want(486) // Timer G
	if first.String() != again.String() {
		t.Error("the repetition differs")
	}
	s.send(s.request("ACK", "+15550100104", "z9hG4bK1", 1, tagOf(first.To().Params)))
	call, err := c.WaitCall(limit(t), Said("→ ACK"))
	must(t, err)
	n := call.Count("← 486 INVITE")
	s.send(invite) // a straggler changes nothing
	s.send(s.request("OPTIONS", "+1", "z9hG4bK2", 2, ""))
	for s.hear().CSeq().MethodName != sip.OPTIONS {
	}
	if now := call.Count("← 486 INVITE"); now != n {
		t.Errorf("%d more refusals after the ACK", now-n)
	}
}

func TestAnAnswerIsRepeatedAndGivenUpWithBye(t *testing.T) {
	t.Parallel()
	cfg := short()
	cfg.T1 = 5 * time.Millisecond
	c := start(t, cfg)
	s := newStranger(t, c)
	s.send(s.invite("+15550100101", "z9hG4bK1", 1))
	s.want(200)
	s.want(200)
	s.want(200)
	call, err := c.WaitCall(limit(t), Ended) // nobody says ACK: 64·T1
	must(t, err)
	wantEnd(t, call, Us, 0)
	for {
		req, ok := s.hearAny().(*sip.Request)
		if ok && req.Method == sip.BYE {
			break
		}
	}
	if got := c.Stats().Unacked; got != 1 {
		t.Errorf("%d answers counted as unacknowledged, want 1", got)
	}
}

func TestARepeatedInviteIsOneCall(t *testing.T) {
	t.Parallel()
	c := start(t, byHand())
	s := newStranger(t, c)
	invite := s.invite(manualNumber, "z9hG4bK1", 1)
	s.send(invite)
	s.want(100)
	s.send(invite)
	s.want(100)
	if st := c.Stats(); st.CallsTotal != 1 || st.Received.Invites != 1 || st.Received.Repeats != 1 {
		t.Errorf("one INVITE sent twice: %+v", st)
	}
	s.send(s.invite(manualNumber, "z9hG4bKother", 1)) // the same call by another way
	s.want(482)
}

func TestCancelAndByeMustFit(t *testing.T) {
	t.Parallel()
	c := start(t, byHand())
	s := newStranger(t, c)
	s.send(s.invite(manualNumber, "z9hG4bK1", 1))
	s.want(100)
	call := c.Calls()[0]
	must(t, call.Ring(limit(t)))
	tag := tagOf(s.want(180).To().Params)

	s.send(s.request("CANCEL", manualNumber, "z9hG4bKwrong", 1, ""))
	s.want(481)
	s.send(s.request("BYE", manualNumber, "z9hG4bK2", 2, "wrong"))
	s.want(481)
	if Ended(call) {
		t.Fatal("a CANCEL or BYE for another call ended this one")
	}
	s.send(s.request("BYE", manualNumber, "z9hG4bK3", 2, tag)) // odd but legal: it ends the early call
	if got := []int{s.hear().StatusCode, s.hear().StatusCode}; !slices.Equal(got, []int{200, 487}) {
		t.Errorf("BYE while ringing was answered %v, want 200 to it and 487 to INVITE", got)
	}
	wantEnd(t, call, Them, 487)
}

func TestRequestsOutOfOrderAreRefused(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	s := newStranger(t, c)
	s.send(s.invite("+15550100101", "z9hG4bK1", 5))
	ok := s.want(200)
	tag := tagOf(ok.To().Params)
	s.send(s.request("ACK", "+15550100101", "z9hG4bK2", 5, tag))
	call, err := c.WaitCall(limit(t), Reached(Confirmed))
	must(t, err)
	for _, r := range []struct {
		method string
		seq    int
		want   int
		more   []string
	}{
		{"OPTIONS", 6, 200, nil},
		{"INFO", 6, 500, nil}, // not above the last
		{"INFO", 7, 200, nil},
		{"INFO", 8, 415, []string{"Content-Type: text/plain", "", "hello"}},
		{"MESSAGE", 9, 405, nil},
		{"UPDATE", 10, 200, nil},
		{"UPDATE", 11, 488, []string{"Content-Type: application/sdp", "", "v=0", "m=video 9 RTP/AVP 99"}},
		{"INVITE", 12, 488, []string{"Content-Type: application/sdp", "", "v=0", "c=IN IP4 127.0.0.1", "m=audio 9 RTP/AVP 18"}},
		{"INVITE", 13, 420, []string{"Require: 100rel"}},
	} {
		branch := fmt.Sprint("z9hG4bKin", r.seq, r.method)
		s.send(s.request(r.method, "+15550100101", branch, r.seq, tag, r.more...))
		res := s.hear()
		for res.CSeq().Value() != fmt.Sprint(r.seq, " ", r.method) {
			res = s.hear()
		}
		if res.StatusCode != r.want {
			t.Errorf("%s number %d was answered %d, want %d", r.method, r.seq, res.StatusCode, r.want)
		}
		if r.method == "INVITE" {
			s.send(s.request("ACK", "+15550100101", branch, r.seq, tag))
		}
	}
	if Ended(call) {
		t.Error("refusing what came inside ended the call")
	}
}

func TestAnInviteWithoutOfferIsOfferedOne(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	s := newStranger(t, c)
	s.send(s.request("INVITE", "+15550100103", "z9hG4bK1", 1, ""))
	ok := s.want(200)
	offer, err := parseSDP(sdpOf(ok))
	must(t, err)
	if got := fmt.Sprint(offer.formats); got != "[{0 PCMU} {8 PCMA} {101 telephone-event}]" {
		t.Errorf("offered %s", got)
	}
	sound, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	defer sound.Close()
	answer := slices.Clone(aBody)
	answer[len(answer)-1] = fmt.Sprintf("m=audio %d RTP/AVP 8", sound.LocalAddr().(*net.UDPAddr).Port)
	tag := tagOf(ok.To().Params)
	s.send(s.request("ACK", "+15550100103", "z9hG4bK2", 1, tag, answer...))
	must(t, sound.SetReadDeadline(time.Now().Add(30*time.Second)))
	packet := make([]byte, 2048)
	n, err := sound.Read(packet)
	must(t, err)
	if n != 172 || packet[1]&127 != 8 {
		t.Errorf("a packet of %d octets and payload type %d came, want 172 and PCMA", n, packet[1]&127)
	}
	s.send(s.request("INVITE", "+15550100103", "z9hG4bK3", 2, tag)) // and again inside the call
	if again := s.final("2 INVITE"); again.StatusCode != 200 || sdpOf(again) == nil {
		t.Error("a re-INVITE without an offer got none")
	}
}

func TestWhatIsNotForUsIsRefused(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	s := newStranger(t, c)
	for i, r := range []struct {
		method string
		want   int
		more   []string
	}{
		{"OPTIONS", 200, nil},
		{"REGISTER", 405, nil},
		{"SUBSCRIBE", 405, nil},
		{"BYE", 481, nil},
		{"INFO", 481, nil},
		{"CANCEL", 481, nil},
		{"INVITE", 420, []string{"Require: precondition"}},
	} {
		s.send(s.request(r.method, "+15550100101", fmt.Sprint("z9hG4bK", i), 1, "", r.more...))
		if res := s.hear(); res.StatusCode != r.want {
			t.Errorf("%s was answered %d, want %d", r.method, res.StatusCode, r.want)
		} else if r.want == 405 && len(res.GetHeaders("Allow")) != 1 {
			t.Errorf("405 to %s without Allow", r.method)
		}
	}
}

func TestAnOfferThatCannotBeMetIsRefused(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]struct {
		want int
		more []string
	}{
		"garbage":       {488, []string{"Content-Type: application/sdp", "", "hello"}},
		"video only":    {488, []string{"Content-Type: application/sdp", "", "v=0", "c=IN IP4 127.0.0.1", "m=video 9 RTP/AVP 99"}},
		"encrypted":     {488, []string{"Content-Type: application/sdp", "", "v=0", "c=IN IP4 127.0.0.1", "m=audio 9 RTP/SAVP 0"}},
		"unknown codec": {488, []string{"Content-Type: application/sdp", "", "v=0", "c=IN IP4 127.0.0.1", "m=audio 9 RTP/AVP 18"}},
		"another body":  {415, []string{"Content-Type: text/plain", "", "hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, short())
			s := newStranger(t, c)
			s.send(s.request("INVITE", "+15550100101", "z9hG4bK1", 1, "", r.more...))
			s.want(r.want)
			wantEnd(t, c.Calls()[0], Us, r.want)
		})
	}
}

func TestNoMoreCallsThanAllowed(t *testing.T) {
	t.Parallel()
	cfg := byHand()
	cfg.MaxCalls = 1
	n := connect(t, short(), cfg)
	first, _ := n.dial(t, manualNumber, nil)
	second, far := n.dial(t, manualNumber, nil)
	wantEnd(t, second, Them, 503)
	refused := far.Messages()[1].Raw
	if !bytes.Contains(refused, []byte("Retry-After: ")) {
		t.Errorf("503 without Retry-After: %s", refused)
	}
	await(t, first, func(c *Call) bool { return c.Count("→ 100 INVITE") == 1 })
	must(t, first.Hangup(limit(t)))
	third, _ := n.dial(t, manualNumber, nil)
	await(t, third, func(c *Call) bool { return c.Count("→ 100 INVITE") == 1 })
	must(t, third.Hangup(limit(t)))
}

func TestResponsesGoWhereViaSays(t *testing.T) {
	t.Parallel()
	c := start(t, short())
	listener, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	defer listener.Close()
	s := newStranger(t, c)
	raw := s.request("OPTIONS", "+1", "z9hG4bK1", 1, "")
	raw = strings.Replace(raw, ";rport", "", 1)
	raw = strings.Replace(raw, "UDP "+s.conn.LocalAddr().String(), "UDP pc.example.com:"+strings.Split(listener.LocalAddr().String(), ":")[1], 1)
	s.send(raw)
	must(t, listener.SetReadDeadline(time.Now().Add(30*time.Second)))
	buf := make([]byte, 4096)
	n, err := listener.Read(buf)
	must(t, err)
	if !bytes.Contains(buf[:n], []byte("received=127.0.0.1")) {
		t.Errorf("the response does not say where the request came from: %s", buf[:n])
	}
}

func TestMalformedMessagesAreIgnored(t *testing.T) {
	t.Parallel()
	var seen []string
	cfg := short()
	cfg.OnMessage = func(dir Direction, _ netip.AddrPort, raw []byte) { seen = append(seen, dir.String()) }
	c := start(t, cfg)
	s := newStranger(t, c)
	good := s.request("OPTIONS", "+1", "z9hG4bK1", 1, "")
	bad := []string{
		"hello", "INVITE\r\n\r\n", "\x00\x01\x02", strings.Repeat("A", 4000),
		strings.Replace(good, "Via:", "Vai:", 1), strings.Replace(good, "To:", "Ot:", 1),
		strings.Replace(good, "From:", "Morf:", 1), strings.Replace(good, "Call-ID:", "Cal-ID:", 1),
		strings.Replace(good, "CSeq: 1 OPTIONS", "CSeq: 1 INVITE", 1), strings.Replace(good, "CSeq:", "Sceq:", 1),
	}
	for _, raw := range bad {
		s.send(raw)
	}
	s.send("\r\n\r\n") // a keep-alive is not malformed
	s.send(good)
	s.want(200)
	if st := c.Stats(); st.Malformed != len(bad) {
		t.Errorf("%d messages counted as malformed, want %d", st.Malformed, len(bad))
	}
	c.Close()
	if want := append(slices.Repeat([]string{"→"}, len(bad)+1), "←"); !slices.Equal(seen, want) {
		t.Errorf("the tap saw %v", seen)
	}
}

func TestCallsSurviveLostSignalling(t *testing.T) {
	t.Parallel()
	far := short()
	far.Signalling = Impairment{DropPercent: 20, Delay: time.Millisecond, Jitter: 3 * time.Millisecond, Seed: 3}
	n := connect(t, short(), far)
	for range 8 {
		near, call := n.dial(t, "+15550100101", nil)
		await(t, near, Reached(Confirmed))
		await(t, call, Reached(Confirmed))
		must(t, near.Hangup(limit(t)))
		wantEnd(t, call, Them, 0)
	}
	if s := n.far.Stats(); s.Sent.Repeats+s.Received.Repeats == 0 {
		t.Error("nothing was ever repeated: no message was lost")
	}
}
