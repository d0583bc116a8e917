package sip

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
)

// TestAKeySaidTwiceIsPressedOnce: reports of one key by telephone-events and by
// INFO are one press; two presses are two however they are said.
func TestAKeySaidTwiceIsPressedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		said string // e5 i5 t5: by events, by INFO and by its tone; +3s: later
		want string
	}{
		"by events alone":           {"e5 e5 e1", "551"},
		"by INFO alone":             {"i5 i5 i1", "551"},
		"by both":                   {"e5 i5", "5"},
		"by both, INFO first":       {"i5 e5", "5"},
		"twice by both":             {"e5 i5 e5 i5", "55"},
		"twice by both, in a row":   {"e5 e5 i5 i5", "55"},
		"INFO hurries ahead":        {"i1 i2 i3 e1 e2 e3", "123"},
		"another key between":       {"e1 e2 i1 i2", "12"},
		"much later":                {"e5 +3s i5", "55"},
		"a key held for long":       {"i5 +9s e5/9s", "5"},
		"not held so long":          {"i5 +9s e5/1s", "55"},
		"other keys are others":     {"e5 i6", "56"},
		"a third report is another": {"e5 i5 i5", "55"},
		"by its tone alone":         {"t5 t5 t1", "551"},
		"its tone first":            {"t5 e5", "5"},
		"in all three ways":         {"t5 i5 e5 t6 e6 i6", "56"},
		"twice in all three ways":   {"t5 i5 e5 t5 i5 e5", "55"},
	} {
		var p presses
		got, now := "", time.Unix(0, 0)
		for _, word := range strings.Fields(c.said) {
			if later, found := strings.CutPrefix(word, "+"); found {
				d, _ := time.ParseDuration(later)
				now = now.Add(d)
				continue
			}
			key, held, _ := strings.Cut(word, "/")
			d, _ := time.ParseDuration(held)
			by := byEvents
			if key[0] == 'i' {
				by = byInfo
			}
			if key[0] == 't' {
				by = byTone
			}
			if p.fresh(key[1], by, d, now) {
				got += key[1:]
			}
			now = now.Add(50 * time.Millisecond)
		}
		if got != c.want {
			t.Errorf("%s: %s is %s, want %s", name, c.said, got, c.want)
		}
	}
	var p presses
	for i := range 10 * maxPresses {
		p.fresh(byte('0'+i%10), byEvents, 0, time.Unix(0, 0))
	}
	if len(p.alone) > maxPresses {
		t.Errorf("%d reports are kept", len(p.alone))
	}
}

// TestADoubleDigitOnTheWireIsOne: a telephone says its key by RFC 4733 and by
// INFO; the call hears it once.
func TestADoubleDigitOnTheWireIsOne(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	reports := make(chan call.Input, 8)
	leg := c.dial(reports).(switchboard.Leg)
	c.answer(c.want("INVITE"), "200")
	c.want("ACK")
	c.next(reports)
	for i, key := range []byte{1, 2} {
		for n, end := range []byte{0, 0x80, 0x80, 0x80} {
			leg.Port().Receive(media.Frame{PayloadType: 97, Sequence: uint16(4*i + n), Timestamp: uint32(i * 1600), Payload: []byte{key, end | 10, 3, 32}})
		}
		if got, want := describeInput(c.next(reports)), fmt.Sprintf("digit %d", key); got != want {
			t.Fatalf("the leg reports %q, want %q", got, want)
		}
		info := c.within("INFO", i+1)
		info.set("Content-Type", "application/dtmf-relay")
		info.body = fmt.Sprintf("Signal=%d\r\nDuration=160\r\n", key)
		c.send(info.String())
		c.want("200")
	}
	leg.Hangup(call.HangUpLeg{})
	c.answer(c.want("BYE"), "200")
	c.idle()
	select {
	case in := <-reports:
		t.Errorf("the leg reports more: %s", describeInput(in))
	default:
	}
}

// TestEventsThatAreTaken reads a fmtp of telephone-events (RFC 4733 §2.4.1).
func TestEventsThatAreTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fmtp string
		keys uint16
	}{
		{"", 0xffff}, {"0-15", 0xffff}, {"0-16", 0xffff}, {"0-11", 0x0fff}, {"0-11,16", 0x0fff},
		{"0-9", 0x03ff}, {"0,1, 2", 7}, {"32-49", 0}, {"events=0-15", 0xffff}, {"rate=8000;events=0-11", 0x0fff},
		{"9-3", 0}, {"x", 0}, {"0-99999", 0},
	} {
		if got := eventsIn(c.fmtp); got != c.keys {
			t.Errorf("%q: %04x, want %04x", c.fmtp, got, c.keys)
		}
	}
	d, err := parseSDP([]byte(sdpOf("only=16")))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, found := d.streams[0].events(); found {
		t.Error("events without the keys of a telephone are taken for keys")
	}
}

// TestReportsGoWhereTheyAreWanted: a=rtcp (RFC 3605) says where RTCP goes; without
// it, to the next port.
func TestReportsGoWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		"": "127.0.0.1:40001", "a=rtcp:40009\r\n": "127.0.0.1:40009", "a=rtcp:40009 IN IP4 192.0.2.7\r\n": "192.0.2.7:40009",
		"a=rtcp:40009 IN IP6 2001:db8::7\r\n": "[2001:db8::7]:40009", "a=rtcp:40009 IN IP4 media.example\r\n": "127.0.0.1:40001",
		"a=rtcp:0\r\n": "127.0.0.1:40001", "a=rtcp:x\r\n": "127.0.0.1:40001", "a=rtcp\r\n": "127.0.0.1:40001",
		"a=rtcp:40009 IN IP4 224.0.0.1\r\n": "127.0.0.1:40001", "a=rtcp:40009 IN IP4 0.0.0.0\r\n": "127.0.0.1:40001",
	} {
		d, err := parseSDP([]byte(sdpOf("pcmu") + attribute))
		if err != nil {
			t.Fatal(err)
		}
		s := sessionOf("")
		s.addr = netip.MustParseAddr("127.0.0.1") // else its own machine is not called
		if _, err := s.answer(d); err != nil || s.control.String() != want {
			t.Errorf("%q: reports go to %v, want %s (%v)", attribute, s.control, want, err)
		}
	}
}

// within is the carrier's n-th request inside the call that the edge made.
func (c *carrierWire) within(method string, n int) raw {
	invite := c.last["INVITE"]
	m := raw{start: method + " " + invite.contact() + " SIP/2.0"}
	m.set("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%d-w%d;rport", c.addr(), c.run, n))
	m.set("From", invite.get("To")+";tag=far")
	m.set("To", invite.get("From"))
	m.set("Call-ID", invite.get("Call-ID"))
	m.set("CSeq", fmt.Sprintf("%d %s", n, method))
	m.set("Max-Forwards", "70")
	return m
}
