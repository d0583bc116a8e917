//go:build e2e

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/baresip"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// kitchen is what the third one says.
var kitchen = soundcheck.Sentence(soundcheck.Kitchen)

// someonesPhone is the number of a real telephone.
const someonesPhone = "+15550100200"

// reaching has the trunk lead to a real telephone.
func reaching(far *baresip.Telephone) func(*demo) {
	return func(d *demo) { d.cfg.Trunks[0].Proxy = fmt.Sprintf("127.0.0.1:%d", far.SIP) }
}

// work opens the console for one of the demo's agents, who takes calls.
func (r *rehearsal) work(p *party, site, email, password string) {
	r.t.Helper()
	p.open(r.t, p.b.Open(r.t, site+"/console", browser.Granted))
	r.logIn(p.page, email, password)
	p.page.Eventually("a line that is ready", func() bool { return browser.Evaluate[bool](p.page, `!!document.querySelector(".line.ready")`) })
	p.page.Click("button", "Take calls")
	p.page.Gone("button", "Take calls")
	unprocessed(p.page)
}

// callsFromCart opens the shop's cart and calls from it.
func (r *rehearsal) callsFromCart(p *party) {
	r.t.Helper()
	p.open(r.t, r.cart(p.b))
}

// TestACallIsBroughtToWhoKnows: a visitor calls from the shop with mugs in the cart.
// Of two agents the one who knows about mugs rings, with the cart on screen. They
// talk; the caller is put on hold, and taken back; the agent talks to the other
// agent in private, and hands the call over; the other hands it on to a telephone
// without a word, and the caller hangs up. It is one call, on one record, and nobody
// in it ever hears nothing for more than a second.
func TestACallIsBroughtToWhoKnows(t *testing.T) {
	far := baresip.Set{Line: someonesPhone}.PickUp(t)
	r := rehearse(t, carrier.Config{}, furnished, staffed, reaching(far))
	visitor, robin, sam := arrive(t, "the visitor", harbour), arrive(t, "Robin", garden), arrive(t, "Sam", kitchen)
	music := holdMusic(t, r.phrases)
	r.work(robin, r.urls()[0], demoAgentEmail, r.account.agentPassword)
	r.work(sam, r.urls()[0], demoSecondEmail, r.account.secondPassword)

	r.callsFromCart(visitor)
	visitor.listen()
	for _, fact := range []string{"Call from a visitor of the site", "From the page, not checked", "Harbour mug", "2 × Harbour mug, 1 × Harbour plate: € 80", "/cart"} {
		shows(t, robin.page, fact) // before anybody answers
	}
	wantHeard(t, "while it rings", visitor.hears(music, harbour, garden))
	robin.page.Click("button", "Answer")
	shows(t, robin.page, "In call with a visitor of the site")
	robin.listen()
	visitor.page.Says("status", "In call")
	wantHeard(t, "in the call", visitor.hears(garden, kitchen, harbour), robin.hears(harbour, kitchen, garden))
	if seen := visible(sam.page); strings.Contains(seen, "Call from") || strings.Contains(seen, "Somebody else") {
		t.Errorf("Sam's page says\n%s", seen)
	}
	if offers := r.ask("GET", "/v1/events?types=offer.created", nil)["data"].([]any); len(offers) != 1 {
		t.Errorf("the call was offered %d times, want once: %v", len(offers), offers)
	}

	robin.spare(browser.Patience, func() { // who holds does not listen
		robin.page.Click("button", "Hold")
		visitor.page.Says("status", "On hold.")
		wantHeard(t, "on hold", visitor.hears(music, garden, kitchen))
		robin.page.Click("button", "Resume")
		visitor.page.Says("status", "In call")
	})
	wantHeard(t, "taken back", visitor.hears(garden, kitchen, harbour), robin.hears(harbour, kitchen, garden))

	robin.spare(ringbackPause, func() {
		robin.page.Click("button", "Transfer")
		writeReach(robin.page, "hand-over", "Sam")
		robin.page.Click("button", "Talk first")
		shows(t, sam.page, "Robin asks you about a visitor of the site")
		sam.page.Click("button", "Answer")
		shows(t, robin.page, "You talk to Sam. A visitor of the site hears music and does not hear you.")
	})
	sam.listen()
	wantHeard(t, "in private", visitor.hears(music, garden, kitchen), robin.hears(kitchen, harbour, garden), sam.hears(garden, harbour, kitchen))
	robin.page.Click("button", "Hand over")
	shows(t, robin.page, "handed")
	visitor.page.Says("status", "In call")
	wantHeard(t, "handed over", visitor.hears(kitchen, garden, harbour), sam.hears(harbour, garden, kitchen))

	sam.page.Click("button", "Transfer")
	writeReach(sam.page, "hand-over", someonesPhone)
	sam.page.Click("button", "Hand over now")
	far.Notices("CALL_ESTABLISHED")
	shows(t, sam.page, "handed")
	until(t, "the telephone's tone", func() error { return tellTones(t, visitor.heard.Next(2*time.Second).PCM, baresip.Hz) })
	visitor.heard.Until(5 * time.Second)
	visitor.page.Click("button", "Hang up")
	visitor.page.WantEnd("hangup")
	far.Notices("CALL_CLOSED")

	for _, p := range []*party{visitor, robin, sam} {
		p.wantNoSilence(t)
	}
	atTelephone := far.Heard()
	if err := visitor.saidIn(atTelephone); err != nil {
		t.Errorf("the telephone: %v", err)
	}
	for _, s := range soundcheck.Silences(atTelephone, soundcheck.Rate) {
		t.Errorf("the telephone heard nothing from %v to %v", lasting(s[0]), lasting(s[1]))
	}
	r.wantOneRecord()
}

// ringbackPause is the pause of the ringing tone (media.TonesOf("us"): 2 s and 4 s).
const ringbackPause = 4 * time.Second

// saidIn looks for what the party says, and nobody else, in what was heard.
func (p *party) saidIn(heard []int16) error {
	return soundcheck.Hears(heard, p.says, garden, kitchen)
}

// wantOneRecord checks that all of it is one call, whose events are in order.
func (r *rehearsal) wantOneRecord() {
	r.t.Helper()
	var records []any
	if !eventually(func() bool {
		records = r.ask("GET", "/v1/records?status=completed", nil)["data"].([]any)
		return len(records) == 1
	}) {
		r.t.Fatalf("there are %d records, want one: %v", len(records), records)
	}
	record := records[0].(map[string]any)
	if said, _ := record["metadata"].(map[string]any); said["cart"] != "2 × Harbour mug, 1 × Harbour plate: € 80" || said["page"] != "/cart" {
		r.t.Errorf("the record says of the page %v", said)
	}
	if all := r.ask("GET", "/v1/records", nil)["data"].([]any); len(all) != 1 {
		r.t.Errorf("there are %d records, want one", len(all))
	}
	events := r.story(record["id"].(string))
	if !slices.Equal(events, broughtStory) {
		r.t.Errorf("the call's events are\n%s\nwant\n%s", strings.Join(events, "\n"), strings.Join(broughtStory, "\n"))
	}
	r.t.Logf("the record: %v", record)
}

// story is what happened to a call, in order, but for how it sounded and what an
// edge needs for itself.
func (r *rehearsal) story(id string) (types []string) {
	r.t.Helper()
	before := 0.0
	for _, e := range r.ask("GET", "/v1/calls/"+id+"/events?limit=100", nil)["data"].([]any) {
		e := e.(map[string]any)
		if seq := e["call_seq"].(float64); seq != before+1 {
			r.t.Errorf("event %v is the call's %v, behind %v", e["type"], seq, before)
		}
		before = e["call_seq"].(float64)
		kind := e["type"].(string)
		if strings.HasPrefix(kind, "leg.quality_warning") || slices.Contains(asides, kind) {
			continue
		}
		leg, _ := e["data"].(map[string]any)["leg"].(map[string]any)
		name, _ := leg["id"].(string)
		_, number, _ := strings.Cut(strings.TrimPrefix(name, "leg_"), "_")
		types = append(types, strings.TrimSuffix(kind+"_"+number, "_"))
	}
	return types
}

// asides are events of a call that are no part of its story: what an edge needs for
// itself, where a caller stands, what a policy allows.
var asides = []string{"leg.dialog_saved", "leg.updated", "queue.place_told", "call.credit_extended"}

// broughtStory is what happens to the call; leg 1 is the visitor, 2 Robin, 3 Sam, 4 the
// telephone.
var broughtStory = strings.Fields(`
	call.created leg.added_1 call.admitted call.updated call.queued call.routed
	leg.added_2 leg.ringing_2 call.ringing leg.joined_2 leg.joined_1 call.answered_2
	call.held_2 call.resumed_2
	transfer.requested_2 call.updated call.routed leg.added_3 leg.ringing_3 transfer.ringing_3 leg.joined_3 transfer.consulting_3
	transfer.completed_3 call.updated leg.left_2
	transfer.requested_3 call.updated call.routed leg.added_4 leg.ringing_4 transfer.ringing_4 leg.joined_4 transfer.completed_4 leg.left_3
	leg.left_1 leg.left_4 call.ended`)
