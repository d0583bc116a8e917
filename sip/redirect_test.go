package sip

import (
	"context"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// TestContactsByPreference reads Contact as a redirection orders it (RFC 3261
// §8.1.3.4, §20.10).
func TestContactsByPreference(t *testing.T) {
	res := sip.NewResponse(302, "Moved")
	for _, c := range []struct{ user, q string }{{"c", "0.5"}, {"d", "0.5"}, {"a", ""}, {"z", "2"}, {"y", "much"}, {"b", "0.900"}, {"x", "NaN"}} {
		h := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: c.user, Host: "h"}}
		if c.q != "" {
			h.Params = sip.HeaderParams{{K: "q", V: c.q}}
		}
		res.AppendHeader(h)
	}
	order := ""
	for _, c := range contactsOf(res) {
		order += c.uri.User
	}
	if order != "abcdzyx" {
		t.Errorf("tried as %q", order)
	}
	for range 2 * maxContacts {
		res.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "e", Host: "h"}})
	}
	if n := len(contactsOf(res)); n != maxContacts {
		t.Errorf("%d contacts are read", n)
	}
}

// TestRedirectedWhileAsked: the call is given up while it is asked whether its
// redirection may be followed. Nothing is sent any more.
func TestRedirectedWhileAsked(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Network.Trunks[0].Redirects = []string{"carrier.example"}
	asked, decide := make(chan webtrunk.Address), make(chan error)
	cfg.Permit = func(_ context.Context, _ call.Leg, to webtrunk.Address) error {
		asked <- to
		return <-decide
	}
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	reports := make(chan call.Input, 8)
	leg, err := dialRecorded(e, call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}},
		&recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	m := raw{start: "SIP/2.0 302 Moved"}
	invite := c.want("INVITE")
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		m.set(name, invite.get(name))
	}
	m.set("To", invite.get("To")+";tag=far")
	m.set("Contact", "<sip:+15550100301@carrier.example>")
	c.send(m.String())
	c.want("ACK")
	if to := <-asked; to.Value != "+15550100301" {
		t.Fatalf("asked about %s", to)
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Canceled})
	if err := e.quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	decide <- nil
	e.Close() // waits for whoever was told to decide
	if m, again, ok := w.receive(time.Millisecond); ok && !again {
		t.Errorf("the edge says\n%s", m.bytes)
	}
}
