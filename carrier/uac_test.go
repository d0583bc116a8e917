package carrier

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A gateway of our own making answers the carrier's calls by hand.
type byHandGateway struct {
	t    *testing.T
	conn *net.UDPConn
	peer netip.AddrPort
}

func newGateway(t *testing.T) *byHandGateway {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return &byHandGateway{t: t, conn: conn}
}

func (g *byHandGateway) addr() netip.AddrPort { return g.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// want hears requests up to one of that method.
func (g *byHandGateway) want(method sip.RequestMethod) *sip.Request {
	g.t.Helper()
	buf := make([]byte, 8192)
	for {
		must(g.t, g.conn.SetReadDeadline(time.Now().Add(30*time.Second)))
		n, peer, err := g.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			g.t.Fatalf("waiting for %s: %v", method, err)
		}
		g.peer = peer
		msg, err := parse(buf[:n])
		must(g.t, err)
		if req, ok := msg.(*sip.Request); ok && req.Method == method {
			return req
		}
	}
}

// reply answers a request under a To-tag, with SDP if there is any.
func (g *byHandGateway) reply(req *sip.Request, code int, tag string, sdp ...string) {
	g.t.Helper()
	res := (&Carrier{}).response(req, code, tag)
	res.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "gw", Host: "127.0.0.1", Port: int(g.addr().Port())}})
	if len(sdp) > 0 {
		setSDP(res, lines(sdp...))
	} else {
		res.SetBody(nil)
	}
	_, err := g.conn.WriteToUDPAddrPort([]byte(res.String()), g.peer)
	must(g.t, err)
}

var anAnswer = []string{"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 8"}

// placed places a call to a gateway made by hand.
func placed(t *testing.T) (*byHandGateway, *Carrier, *Call, *sip.Request) {
	t.Helper()
	g := newGateway(t)
	cfg := short()
	cfg.Gateway = g.addr()
	c := start(t, cfg)
	call, err := c.Call(t.Context(), caller, "+15550100177", nil)
	must(t, err)
	return g, c, call, g.want(sip.INVITE)
}

func TestAnInviteIsWhatATrunkExpects(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	if got := invite.Recipient.User; got != "+15550100177" {
		t.Errorf("Request-URI is to %s", got)
	}
	for name, want := range map[string]string{
		"From": caller, "P-Asserted-Identity": caller, "To": "+15550100177", "Contact": caller,
		"Max-Forwards": "70", "Allow": "CANCEL", "Content-Type": sdpType,
	} {
		hs := invite.GetHeaders(name)
		if len(hs) != 1 || !strings.Contains(hs[0].Value(), want) {
			t.Errorf("%s is %v, want one with %s", name, hs, want)
		}
	}
	offer, err := parseSDP(sdpOf(invite))
	must(t, err)
	if fmt.Sprint(offer.formats) != "[{0 PCMU} {8 PCMA} {101 telephone-event}]" || offer.addr.Port()%2 != 0 {
		t.Errorf("offered %+v", offer)
	}
	g.reply(invite, 486, "b")
	g.want(sip.ACK)
	wantEnd(t, call, Them, 486)
}

func TestAGatewayThatIsSilentIsAskedAgainThenGivenUp(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	cfg := short()
	// The last repetition comes one T1 before the end: it must be long enough
	// for a busy machine to keep them apart.
	cfg.T1, cfg.Gateway = 50*time.Millisecond, g.addr()
	c := start(t, cfg)
	call, err := c.Call(t.Context(), caller, "+15550100177", nil)
	must(t, err)
	wantEnd(t, call, Them, 408)
	if got := call.Count("← INVITE"); got != 7 {
		t.Errorf("INVITE was sent %d times, want 7: at 0, 1, 3, 7, 15, 31 and 63 T1", got)
	}
}

func TestCancelWaitsForTheFirstSignOfLife(t *testing.T) {
	t.Parallel()
	g, c, call, invite := placed(t)
	done := make(chan error, 1)
	ctx := limit(t)
	go func() { done <- call.Hangup(ctx) }()
	g.want(sip.INVITE) // repeated: no CANCEL before a provisional response
	c.do(func() {})
	if call.Count("← CANCEL") != 0 {
		t.Error("CANCEL went out before a provisional response")
	}
	g.reply(invite, 100, "")
	cancel := g.want(sip.CANCEL)
	if cancel.Via().Value() != invite.Via().Value() || cancel.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Error("the CANCEL does not fit its INVITE")
	}
	g.reply(cancel, 200, "b")
	g.reply(invite, 487, "b")
	g.want(sip.ACK)
	must(t, <-done)
	wantEnd(t, call, Us, 487)
}

func TestAnAnswerInSpiteOfCancelIsHungUp(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	g.reply(invite, 180, "b")
	await(t, call, Reached(Ringing))
	done := make(chan error, 1)
	ctx := limit(t)
	go func() { done <- call.Hangup(ctx) }()
	cancel := g.want(sip.CANCEL)
	g.reply(invite, 200, "b", anAnswer...)
	g.reply(cancel, 200, "b")
	g.want(sip.ACK)
	g.reply(g.want(sip.BYE), 200, "b")
	must(t, <-done)
	wantEnd(t, call, Us, 0)
}

func TestAGatewayThatForgetsACancelledInviteDoesNotKeepUs(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	g.reply(invite, 180, "b")
	await(t, call, Reached(Ringing))
	must(t, call.Hangup(limit(t))) // 64·T1
	wantEnd(t, call, Us, 487)
}

func TestAnswersFromTwoBranchesKeepTheFirst(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	g.reply(invite, 180, "a")
	g.reply(invite, 180, "b")
	g.reply(invite, 200, "b", anAnswer...)
	if ack := g.want(sip.ACK); tagOf(ack.To().Params) != "b" {
		t.Errorf("ACK has To-tag %s", tagOf(ack.To().Params))
	}
	await(t, call, Reached(Confirmed))
	g.reply(invite, 200, "a", anAnswer...)
	if ack := g.want(sip.ACK); tagOf(ack.To().Params) != "a" {
		t.Errorf("ACK of the second answer has To-tag %s", tagOf(ack.To().Params))
	}
	bye := g.want(sip.BYE)
	if tagOf(bye.To().Params) != "a" {
		t.Errorf("BYE went to %s, want the second telephone", tagOf(bye.To().Params))
	}
	g.reply(bye, 200, "")
	g.reply(invite, 200, "a", anAnswer...) // it had not heard the ACK yet
	if ack := g.want(sip.ACK); tagOf(ack.To().Params) != "a" {
		t.Errorf("the repeated ACK of the second answer has To-tag %s", tagOf(ack.To().Params))
	}
	if Ended(call) {
		t.Error("the first telephone was hung up too")
	}
}

func TestAnAnswerThatMakesNoSenseIsHungUp(t *testing.T) {
	t.Parallel()
	for name, sdp := range map[string][]string{
		"no SDP":        nil,
		"no codec":      {"v=0", "c=IN IP4 127.0.0.1", "m=audio 9 RTP/AVP 18"},
		"refused audio": {"v=0", "c=IN IP4 127.0.0.1", "m=audio 0 RTP/AVP 0"},
		"garbage":       {"hello"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _, call, invite := placed(t)
			g.reply(invite, 200, "b", sdp...)
			g.want(sip.ACK)
			g.reply(g.want(sip.BYE), 200, "b")
			wantEnd(t, call, Us, 0)
		})
	}
}

func TestRequestsFollowTheRecordedRoute(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	proxy := newGateway(t)
	res := (&Carrier{}).response(invite, 200, "b")
	for _, r := range []string{"sip:far@10.9.9.9;lr", "sip:near@" + proxy.addr().String() + ";lr"} {
		var uri sip.Uri
		must(t, sip.ParseUri(r, &uri))
		res.AppendHeader(&sip.RecordRouteHeader{Address: uri})
	}
	res.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "gw", Host: "10.8.8.8"}})
	setSDP(res, lines(anAnswer...))
	_, err := g.conn.WriteToUDPAddrPort([]byte(res.String()), g.peer)
	must(t, err)

	ack := proxy.want(sip.ACK)
	routes := ack.GetHeaders("Route")
	if len(routes) != 2 || !strings.Contains(routes[0].Value(), "near") || !strings.Contains(routes[1].Value(), "far") {
		t.Errorf("routes are %v", routes)
	}
	if ack.Recipient.Host != "10.8.8.8" {
		t.Errorf("Request-URI is %s, want the Contact", ack.Recipient.String())
	}
	await(t, call, Reached(Confirmed))
}

func TestACallThatTheGatewayHasLostIsHungUp(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	g.reply(invite, 200, "b", anAnswer...)
	g.want(sip.ACK)
	await(t, call, Reached(Confirmed))
	held := make(chan error, 1)
	ctx := limit(t)
	go func() { held <- call.Hold(ctx) }()
	g.reply(g.want(sip.INVITE), 481, "b")
	g.want(sip.BYE)
	if err := <-held; err == nil {
		t.Error("held a call that was lost")
	}
	wantEnd(t, call, Us, 0)
}

func TestARefusedHoldLeavesTheCallAsItWas(t *testing.T) {
	t.Parallel()
	g, _, call, invite := placed(t)
	g.reply(invite, 200, "b", anAnswer...)
	g.want(sip.ACK)
	await(t, call, Reached(Confirmed))
	outcome := make(chan error, 1)
	ctx := limit(t)
	go func() { outcome <- call.Hold(ctx) }()
	reinvite := g.want(sip.INVITE)
	if !strings.Contains(string(reinvite.Body()), "a=sendonly") {
		t.Errorf("a hold without sendonly: %s", reinvite.Body())
	}
	g.reply(reinvite, 488, "b")
	g.want(sip.ACK)
	if err := <-outcome; err == nil || !strings.Contains(err.Error(), "488") {
		t.Errorf("a refused hold returned %v", err)
	}
	go func() { outcome <- call.Resume(ctx) }()
	again := g.want(sip.INVITE)
	if !strings.Contains(string(again.Body()), "a=sendrecv") || again.CSeq().SeqNo != reinvite.CSeq().SeqNo+1 {
		t.Errorf("the next re-INVITE is %s", again.String())
	}
	g.reply(again, 200, "b", anAnswer...)
	ack := g.want(sip.ACK)
	must(t, <-outcome)
	g.reply(again, 200, "b", anAnswer...) // it had not heard the ACK yet
	if repeated := g.want(sip.ACK); repeated.String() != ack.String() {
		t.Errorf("the ACK is repeated as\n%s, was\n%s", repeated, ack)
	}
	if Ended(call) {
		t.Error("a refused hold ended the call")
	}
}
