//go:build e2e

package main

import (
	"context"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestFromABrowser has people at a real Chromium call the simulated telephone
// network through a whole gateway, and be called. One browser serves all: its
// microphone says the harbour sentence over and over. The last of the stories begins
// first: those that wait the longest stand there, so that none of them is left alone at
// the end.
func TestFromABrowser(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"the speech comes back", theSpeechComesBack},
		{"a visitor talks with the shop", aVisitorTalksWithTheShop},
		{"a link is called", aLinkIsCalled},
		{"a withdrawn link leads to nobody", aWithdrawnLinkLeadsToNobody},
		{"digits are spoken back", digitsAreSpokenBack},
		{"each refusal has its sentence", eachRefusalHasItsSentence},
		{"cancelling reaches the carrier", cancellingReachesTheCarrier},
		{"a refused microphone is explained", aRefusedMicrophoneIsExplained},
		{"the far side hangs up", theFarSideHangsUp},
		{"the far side holds", theFarSideHolds},
		{"early media is heard before the answer", earlyMediaIsHeardBeforeTheAnswer},
		{"ringing is heard", ringingIsHeard},
		{"the desk is called", theDeskIsCalled},
		{"the desk declines", theDeskDeclines},
		{"the caller gives up", theCallerGivesUp},
		{"a third joins at the desk", aThirdJoinsAtTheDesk},
		{"a connection that stays lost ends the call", aConnectionThatStaysLostEndsTheCall},
		{"a closed tab ends its call", aClosedTabEndsItsCall},
		{"each mistake is explained", eachMistakeIsExplained},
		{"a dead trunk is explained", aDeadTrunkIsExplained},
		{"a silent microphone is explained", aSilentMicrophoneIsExplained},
		{"everyone can use the pages", everyoneCanUse},
		{"the screen stays awake", theScreenStaysAwake},
		{"a microphone that is taken away is explained", aMicrophoneThatIsTakenAwayIsExplained},
		{"a network that lets nothing out is explained", aNetworkThatLetsNothingOutIsExplained},
		{"mute silences", muteSilences},
		{"a late answer is spanned by its own ringing", aLateAnswerIsSpannedByItsOwnRinging},
		{"a lost connection comes back", aLostConnectionComesBack},
		{"a call without UDP", aCallWithoutUDP},
		{"a call finds another path", aCallFindsAnotherPath},
		{"the codec changes in the call", theCodecChangesInTheCall},
		{"a weak network is told", aWeakNetworkIsTold},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// The sentences: one in the microphone, the other at the telephone.
var (
	harbour = soundcheck.Sentence(soundcheck.Harbour)
	garden  = soundcheck.Sentence(soundcheck.Garden)
)

// A rehearsal is a demo that a test has to itself. Everything in it is real
// but the telephones.
type rehearsal struct {
	*demo
	t *testing.T
}

// rehearse starts a demo, after change has had its way with it. When the test
// has ended nothing of its calls may be left anywhere.
func rehearse(t *testing.T, network carrier.Config, change ...func(*demo)) *rehearsal {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	network.Log = log.With("part", "carrier")
	telephones, err := carrier.Start(network)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { telephones.Close() })
	d := &demo{carrier: telephones, command: demoCommand{HTTP: "127.0.0.1:0"}}
	site, err := openSite(HTTPConfig{Listen: d.command.HTTP}, nil, "--http", log)
	if err != nil {
		t.Fatal(err)
	}
	d.gateway = &gateway{cfg: defaultConfig(), site: site, log: log, simulated: true, furnish: d.furnish}
	if err := d.remember(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.forget)
	d.listen()
	d.fill()
	d.callRobin()
	d.cfg.Limits.CPU, d.cfg.Limits.Lateness = 0, 0 // nobody is refused because this machine has other things to do
	for _, f := range change {
		f(d)
	}
	if err := d.start(); err != nil {
		t.Fatal(err)
	}
	telephones.SetGateway(d.telephones.Addr())
	r := &rehearsal{d, t}
	t.Cleanup(func() { r.wantNothingLeft(); d.stop() })
	return r
}

// staffed gives a rehearsal the demo's queue, and the agents who answer it.
func staffed(d *demo) { d.gateway.staff = d.staff }

// callRobin has the cart call the demo's first agent, without a queue.
func (d *demo) callRobin() {
	d.pages.Queue = "ref_robin_" + secret()
	d.cfg.References = append(d.cfg.References, ReferenceConfig{d.pages.Queue, webtrunk.Address{Scheme: webtrunk.Browser, Value: directory.AgentName(demoAgent)}})
	d.cfg.Keys[0].Destinations = append(d.cfg.Keys[0].Destinations, to(d.pages.Queue)...)
}

// wantNothingLeft waits until no part holds anything of a call any more.
func (r *rehearsal) wantNothingLeft() {
	r.t.Helper()
	left := func() []int {
		return []int{r.board.Running(), r.browsers.Stats().Legs, r.telephones.Stats().Legs, r.carrier.Stats().CallsOpen}
	}
	begin := time.Now()
	if !eventually(func() bool { l := left(); return l[0]+l[1]+l[2]+l[3] == 0 }) {
		r.t.Errorf("left at the end: calls, browser legs, telephone legs, the carrier's calls: %v", left())
	}
	if waited := time.Since(begin).Round(time.Second); waited > 0 {
		r.t.Logf("nothing was left of the calls %v after the story: one that hangs up ends sooner", waited)
	}
	if s := r.carrier.Stats(); s.Panics+s.Unacked+s.Malformed > 0 {
		r.t.Errorf("the carrier has seen bad SIP: %+v", s)
	}
	if s := r.telephones.Stats(); s.Panics+s.Malformed > 0 {
		r.t.Errorf("the telephone edge has seen bad SIP: %+v", s)
	}
}

// eventually asks until it is so, for as long as a page may take.
func eventually(so func() bool) bool {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(browser.Patience); time.Now().Before(end); <-again.C {
		if so() {
			return true
		}
		runtime.Gosched()
	}
	return so()
}

// inTime bounds what a test waits for at the carrier.
func inTime(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), browser.Patience)
	t.Cleanup(cancel)
	return ctx
}

// phone opens the page that dials any number, with the microphone as the codec
// path needs it: without the browser's processing.
func (r *rehearsal) phone(b *browser.Browser) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/phone", browser.Granted)
	p.Unprocessed()
	return p
}

// at returns the carrier's call to a number.
func (r *rehearsal) at(number string, asked ...carrier.Match) *carrier.Call {
	r.t.Helper()
	far, err := r.carrier.WaitCall(inTime(r.t), append(asked, carrier.To(number))...)
	if err != nil {
		r.t.Fatalf("no such call to %s reached the carrier: %v", number, err)
	}
	return far
}
