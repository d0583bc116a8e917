//go:build e2e

package main

import (
	"slices"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// TestVideoBetweenTwoBrowsers has two real Chromium see each other through a
// whole gateway; then one loses its network.
func TestVideoBetweenTwoBrowsers(t *testing.T) {
	visitor, agent := browser.Start(t, browser.Beeping()), browser.Start(t, browser.Beeping())
	t.Run("they see each other, and one finds another path", func(t *testing.T) { theySeeEachOther(t, visitor, agent) })
	t.Run("where UDP is blocked", func(t *testing.T) { theySeeEachOtherByTCP(t, visitor, agent) })
	t.Run("a telephone shows nothing and films nobody", func(t *testing.T) { aTelephoneShowsNothing(t, visitor, agent) })
}

// filmed opens a page whose calls are with pictures.
func filmed(p *browser.Tab, port uint16, tcp bool) *browser.Tab {
	p.PermitCamera(browser.Granted)
	p.Set("video", "")
	p.Reroute(port, tcp)
	return p
}

// inPictures has a visitor call the desk, both filmed; the visitor's UDP goes
// through an airway.
func (r *rehearsal) inPictures(visitor, agent *browser.Browser, way *airway, tcp bool) (page, desk *browser.Tab) {
	r.t.Helper()
	direct := r.browsers.MediaAddr().Port()
	desk = filmed(r.desk(agent), direct, true)
	page = filmed(visitor.Open(r.t, r.urls()[0]+"/video", browser.Granted), way.port(), tcp)
	page.Click("button", "Call")
	page.Click("button", "Call")
	desk.Says("status", "Incoming call")
	desk.Click("button", "Accept")
	page.Says("status", "In call")
	desk.Says("status", "In call")
	page.SeesMoving()
	desk.SeesMoving()
	return page, desk
}

func theySeeEachOther(t *testing.T, visitor, agent *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	page, desk := r.inPictures(visitor, agent, way, false)

	// It is the other's picture: it goes dark as the other's camera goes off.
	desk.Click("button", "Camera off")
	page.SeesDark()
	desk.SeesMoving()
	desk.Click("button", "Camera off")
	page.SeesMoving()

	inStep(t, "the visitor", page)
	inStep(t, "the agent", desk)
	anotherPath(t, way, page, desk)

	page.Click("button", "Hang up")
	page.WantEnd("hangup")
	desk.WantEnd("hangup")
}

// inStep checks that what is heard and what is seen were taken within 100 ms of
// each other: the median of some moments, for this machine has other things to do.
func inStep(t *testing.T, who string, p *browser.Tab) {
	t.Helper()
	var apart []time.Duration
	p.Eventually("sound in step with the picture", func() bool {
		if now := p.Received(); now.Known && (len(apart) == 0 || now.Apart.Abs() != apart[len(apart)-1]) {
			apart = append(apart, now.Apart.Abs())
		}
		if len(apart) < 9 {
			return false
		}
		last := slices.Sorted(slices.Values(apart[len(apart)-9:]))
		return last[4] <= 100*time.Millisecond
	})
	t.Logf("%s: sound and picture are apart by %v", who, apart[len(apart)-9:])
}

// anotherPath cuts the visitor's path and says to the page what a system says
// when it has found another network. Sound and pictures come back, by the
// connection that there was.
func anotherPath(t *testing.T, way *airway, page, desk *browser.Tab) {
	t.Helper()
	before := []browser.Received{page.Received(), desk.Received()}
	way.cut()
	since := time.Now()
	browser.Evaluate[bool](page, `dispatchEvent(new Event("online"))`)
	for i, p := range []*browser.Tab{page, desk} {
		p.ComesBack("a second of sound more", func() bool { return p.Received().Samples > before[i].Samples+48000 })
	}
	t.Logf("a second of sound had come on both sides %v after the cut", time.Since(since).Round(100*time.Millisecond))
	for i, p := range []*browser.Tab{page, desk} {
		p.Eventually("pictures again", func() bool { return p.Received().Frames > before[i].Frames+10 })
		p.SeesMoving()
		if n := p.Received().Connections; n != 1 {
			t.Errorf("a page has made %d connections, want its first to go on", n)
		}
	}
}

func theySeeEachOtherByTCP(t *testing.T, visitor, agent *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	way.close()
	page, _ := r.inPictures(visitor, agent, way, true)
	if got := page.Received().Protocol; got != "tcp" {
		t.Errorf("the path is over %q, want tcp", got)
	}
	page.Click("button", "Hang up")
	page.WantEnd("hangup")
}

// A caller by telephone cannot see: the desk is not filmed for it.
func aTelephoneShowsNothing(t *testing.T, visitor, agent *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	direct := r.browsers.MediaAddr().Port()
	desk := filmed(r.desk(agent), direct, true)
	far := r.ring(desk)
	desk.Click("button", "Accept")
	desk.Says("status", "In call")
	if n := len(desk.Find("button", "Camera off")); n != 0 {
		t.Error("the desk is filmed for a telephone")
	}
	if err := far.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	desk.WantEnd("hangup")

	page := filmed(r.phone(visitor), direct, true)
	page.Call(echoNumber)
	page.Says("status", "In call")
	page.Eventually("a word about the picture", func() bool {
		return browser.Evaluate[string](page, `document.querySelector("webtrunk-call").shadowRoot.querySelector(".note").innerText`) ==
			"The other side sends no picture."
	})
	page.Click("button", "Hang up")
	page.WantEnd("hangup")
}
