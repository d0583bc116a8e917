package carrier

import (
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestDigitsTravelAsEventsAndAreSpokenBack(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100112", nil)
	await(t, near, Reached(Confirmed))
	must(t, near.SendDigits(limit(t), "5#5"))
	await(t, far, Typed("5#5"))
	spoken := SpokenDigit('5')
	await(t, near, func(c *Call) bool {
		return holding(c.Heard(), spoken[:len(spoken)/frameSamples*frameSamples])
	})
	must(t, near.Hangup(limit(t)))

	for _, d := range far.DigitEvents() {
		if d.By != "rtp" || d.Duration != keyFrames*frameTime {
			t.Errorf("digit %c came by %s and lasted %v, want rtp and %v", d.Key, d.By, d.Duration, keyFrames*frameTime)
		}
	}
	if got := far.RTP().ByType[101]; got != 3*(keyFrames+keyEnds-1) {
		t.Errorf("%d event packets came, want %d", got, 3*(keyFrames+keyEnds-1))
	}
	if rtp := far.RTP(); rtp.Lost != 0 || rtp.Gaps != 0 || rtp.Reordered != 0 {
		t.Errorf("events and sound do not make one stream: %+v", rtp)
	}
}

func TestDigitsSurviveABadLine(t *testing.T) {
	t.Parallel()
	far := short()
	far.Impairment = Impairment{DropPercent: 20, Seed: 7}
	n := connect(t, short(), far)
	near, call := n.dial(t, "+15550100112", nil)
	await(t, near, Reached(Confirmed))
	must(t, near.SendDigits(limit(t), "13579*"))
	await(t, call, Typed("13579*"))
	must(t, near.Hangup(limit(t)))
}

func TestDigitsTravelAsInfoWithoutEvents(t *testing.T) {
	t.Parallel()
	far := short()
	far.Codecs = []string{"PCMA"}
	n := connect(t, short(), far)
	near, call := n.dial(t, "+15550100112", nil)
	await(t, near, Reached(Confirmed))
	must(t, near.SendDigits(limit(t), "9*"))
	await(t, call, Typed("9*"))
	must(t, near.Hangup(limit(t)))
	for _, d := range call.DigitEvents() {
		if d.By != "info" || d.Duration != 100*time.Millisecond {
			t.Errorf("digit %+v, want by info for 100 ms", d)
		}
	}
	wantTranscript(t, call, "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK",
		"→ INFO", "← 200 INFO", "→ INFO", "← 200 INFO", "→ BYE", "← 200 BYE")
}

func TestOnlyKeysOfATelephoneAreSent(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, _ := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed))
	if err := near.SendDigits(limit(t), "1E"); err == nil || !strings.Contains(err.Error(), "key") {
		t.Errorf("pressing E: %v", err)
	}
	must(t, near.Hangup(limit(t)))
	if err := near.SendDigits(limit(t), "1"); err == nil {
		t.Error("pressed a key on a call that was over")
	}
}

func TestOneKeyPressIsOneDigitHoweverManyPackets(t *testing.T) {
	t.Parallel()
	packet := func(ts uint32, event, flags byte, held uint16) *rtp.Packet {
		return &rtp.Packet{Header: rtp.Header{Timestamp: ts}, Payload: []byte{event, flags, byte(held >> 8), byte(held)}}
	}
	var e eventTracker
	keys := &keyboard{changed: func() {}}
	for _, p := range []*rtp.Packet{
		packet(1000, 7, 10, 160), packet(1000, 7, 10, 320), packet(1000, 7, 0x8a, 480), packet(1000, 7, 0x8a, 480),
		packet(9000, 7, 0x8a, 800), // the same key again, its beginning lost
		packet(1000, 7, 0x8a, 480), // and a straggler of the first press
		packet(17000, 11, 10, 160),
		packet(18000, 16, 10, 160), // flash: an event, but no key
		{Header: rtp.Header{Timestamp: 19000}, Payload: []byte{1}},
	} {
		if d, ok := e.take(p); ok {
			keys.press(d)
		}
	}
	if got := keys.typed(); got != "77#" {
		t.Fatalf("typed %q, want 77#", got)
	}
	if all := keys.all(); all[0].Duration != 60*time.Millisecond || all[1].Duration != 100*time.Millisecond {
		t.Errorf("durations %v and %v, want 60 and 100 ms", all[0].Duration, all[1].Duration)
	}
}

func TestInfoBodiesAreReadLeniently(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Digit{
		"Signal=5\r\nDuration=160\r\n":  {Key: '5', Duration: 160 * time.Millisecond, By: "info"},
		"signal = d\nduration = x\n":    {Key: 'D', By: "info"},
		"Signal=#":                      {Key: '#', By: "info"},
		"Duration=160\r\nSignal=0\r\n ": {Key: '0', Duration: 160 * time.Millisecond, By: "info"},
	} {
		if got, ok := parseRelay(body); !ok || got != want {
			t.Errorf("%q read as %+v, %v", body, got, ok)
		}
	}
	for _, body := range []string{"", "Signal=", "Signal=12", "Signal=E", "5"} {
		if got, ok := parseRelay(body); ok {
			t.Errorf("%q read as %+v", body, got)
		}
	}
}
