package sip

import (
	"strings"
	"testing"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/transcode"
)

type nobody struct{}

func (nobody) Send(media.Frame) {}

// TestKeysOfAPageGoByInfo: a browser sends its keys as telephone-events; where
// the trunk took none, the edge says them by INFO.
func TestKeysOfAPageGoByInfo(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	reports := make(chan call.Input, 8)
	leg := c.dial(reports)
	c.sdp = "nokeys"
	c.answer(c.want("INVITE"), "200")
	c.want("ACK")
	c.next(reports)
	page := media.NewPort("page", nobody{})
	defer page.Close()
	page.SetFormat(media.Format{Codec: transcode.Opus, PayloadType: 109, Events: 101, EventsClock: 8000})
	unjoin, err := media.Join(page, leg.(switchboard.Leg).Port())
	if err != nil {
		t.Fatal(err)
	}
	defer unjoin()
	for i, key := range []byte{5, 11} {
		for n, end := range []byte{0, 0x80, 0x80, 0x80} {
			page.Receive(media.Frame{PayloadType: 101, Sequence: uint16(4*i + n), Timestamp: uint32(i * 9600), Payload: []byte{key, end | 10, 3, 32}})
		}
	}
	for _, key := range []string{"5", "#"} {
		info := c.want("INFO")
		if !strings.Contains(info.body, "Signal="+key+"\r\n") {
			t.Errorf("want %s, got %q", key, info.body)
		}
		c.answer(info, "200")
	}
	leg.Hangup(call.HangUpLeg{})
	c.answer(c.want("BYE"), "200")
	c.idle()
}
