package main

import (
	"fmt"
	"math"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
	"webtrunk/transcode"
)

// A judgedCall is a page's call to a telephone whose sound is looked at twice a
// second, where a gateway that is served takes five.
type judgedCall struct {
	*testing.T
	*visitor.Call
	box *demo
	far *carrier.Call
}

// judged has a page call a telephone that plays a tone.
func judged(t *testing.T, page visitor.Config) judgedCall {
	t.Helper()
	return called(t, "+15550100103", page)
}

// called has a page call a number of the telephone network in a box.
func called(t *testing.T, number string, page visitor.Config) judgedCall {
	t.Helper()
	d := liveBox(t, openToTheBox, func(g *gateway) { g.sampled = 500 * time.Millisecond })
	page.Key, page.Origin = "pk_shop1", "https://shop.example"
	v, err := visitor.Dial(t.Context(), "ws://"+d.site.addr().String()+"/v1/ws", page)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	c, err := v.Call(t.Context(), number, nil)
	if err == nil {
		_, err = c.Wait(t.Context(), "answered")
	}
	if err != nil {
		t.Fatal(err)
	}
	return judgedCall{t, c, d, d.carrier.Calls()[0]}
}

// audible is seconds of a tone.
func audible(seconds int) []int16 {
	pcm := make([]int16, seconds*transcode.SampleRate)
	for i := range pcm {
		pcm[i] = int16(4000 * math.Sin(float64(i)/3))
	}
	return pcm
}

// hears waits until what the page was told last of a verdict is this.
func (j judgedCall) hears(verdict, about string, raised bool) {
	j.Helper()
	comesTrue(j.T, "the page is told of "+verdict, func() bool {
		for _, m := range slices.Backward(j.Messages("verdict")) {
			if m.Verdict == verdict {
				return m.About == about && m.Raised == raised && (m.Text != "") == raised
			}
		}
		return false
	})
}

// recorded are the verdicts on record, in their order.
func (j judgedCall) recorded() (all []string) {
	j.Helper()
	operator, err := j.box.directory.Operator(j.Context())
	if err != nil {
		j.Fatal(err)
	}
	for r, err := range j.box.store.Read(j.Context(), event.Stream{Account: operator.ID}, 0) {
		if err != nil {
			j.Fatal(err)
		}
		if what, is := strings.CutPrefix(r.Type, "leg.quality_warning_"); is {
			_, metric, _ := strings.Cut(string(r.Data), `"metric":"`)
			metric, _, _ = strings.Cut(metric, `"`)
			if what == "raised" && strings.Contains(metric, "s") && strings.Contains(string(r.Data), `"message":"`) {
				metric += " explained"
			}
			all = append(all, what+" "+metric)
		}
	}
	return all
}

// records waits until these verdicts are on record, in their order, and beside them
// none but those that a busy machine makes: of its network, and of a page whose first
// packets it keeps waiting.
func (j judgedCall) records(want ...string) {
	j.Helper()
	late := !strings.Contains(strings.Join(want, " "), "no_packets_from_browser")
	comesTrue(j.T, strings.Join(want, ", ")+" is on record", func() bool {
		got := slices.DeleteFunc(j.recorded(), func(s string) bool {
			metric, _ := strings.CutSuffix(s, " explained")
			return strings.HasSuffix(metric, "jitter_ms") || strings.HasSuffix(metric, "loss") || strings.HasSuffix(metric, "mos") || late && strings.HasSuffix(metric, "no_packets_from_browser")
		})
		return slices.Equal(got, want)
	})
}

func TestAPageThatSendsNothingIsTold(t *testing.T) {
	t.Parallel()
	j := judged(t, visitor.Config{Mute: true})
	j.hears("no_packets_from_browser", "you", true)
	for _, live := range j.box.board.Snapshot() {
		if q := live.Quality[1]; q.Received == 0 && q.MOS != 0 {
			t.Errorf("nothing comes from the page, and it is rated %v", q.MOS)
		}
	}
	j.records("raised no_packets_from_browser explained")
}

// TestAMicrophoneThatIsSilent comes alive; then the system mutes it, and then its
// person does, who needs to be told nothing.
func TestAMicrophoneThatIsSilent(t *testing.T) {
	t.Parallel()
	j := judged(t, visitor.Config{})
	j.hears("silent_microphone", "you", true)
	if err := j.Speak(t.Context(), audible(2)); err != nil {
		t.Fatal(err)
	}
	j.hears("silent_microphone", "you", false)
	if err := j.Send("mute", map[string]any{"muted": false, "system": true}); err != nil {
		t.Fatal(err)
	}
	j.hears("microphone_muted_by_system", "you", true)
	if err := j.Send("mute", map[string]any{"muted": true, "system": true}); err != nil {
		t.Fatal(err)
	}
	j.hears("microphone_muted_by_system", "you", false)
	j.records("raised silent_microphone explained", "cleared silent_microphone",
		"raised microphone_muted_by_system explained", "cleared microphone_muted_by_system")
}

// TestACarrierThatIsNotHeard: first its sound is lost on the way, then it comes
// from an address that was not announced, then in a codec that was not agreed, and
// in the end as it should.
func TestACarrierThatIsNotHeard(t *testing.T) {
	t.Parallel()
	j := judged(t, visitor.Config{})
	speaking := make(chan struct{})
	go func() { defer close(speaking); _ = j.Speak(t.Context(), audible(60)) }()
	defer func() { j.Close(); <-speaking }()

	j.far.Impair(carrier.Impairment{DropPercent: 100})
	j.hears("carrier_sends_nothing", "them", true)
	stray, quiet := make(chan struct{}), make(chan struct{})
	go func() { defer close(quiet); strayRTP(t, rtpPort(j.far), stray) }()
	j.hears("carrier_sends_elsewhere", "them", true)
	j.hears("carrier_sends_nothing", "them", false)
	close(stray)
	<-quiet
	j.far.Impair(carrier.Impairment{PayloadType: 77})
	j.hears("carrier_sends_elsewhere", "them", false)
	j.hears("codec_not_agreed", "them", true)
	j.far.Impair(carrier.Impairment{})
	j.hears("codec_not_agreed", "them", false)
}

// TestAPageWithoutAPath: its network is gone, but for the socket by which it is told.
func TestAPageWithoutAPath(t *testing.T) {
	t.Parallel()
	j := judged(t, visitor.Config{})
	speaking := make(chan struct{})
	go func() { defer close(speaking); _ = j.Speak(t.Context(), audible(60)) }()
	defer func() { j.Close(); <-speaking }()
	if err := j.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.Unplug()
	j.hears("path_lost", "you", true)
}

// rtpPort is where the gateway has said that it wants a call's sound.
func rtpPort(c *carrier.Call) (port int) {
	_, sdp := c.Invite()
	_, line, _ := strings.Cut(string(sdp), "m=audio ")
	_, _ = fmt.Sscan(line, &port)
	return port
}

// strayRTP sends sound to a port, from where no carrier is, until it is stopped.
func strayRTP(t *testing.T, port int, stop chan struct{}) {
	from, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	if err != nil {
		t.Error(err)
		return
	}
	defer from.Close()
	packet := append([]byte{0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4}, make([]byte, 160)...)
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for {
		_, _ = from.WriteToUDP(packet, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		select {
		case <-stop:
			return
		case <-pace.C:
		}
	}
}
