//go:build e2e

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/baresip"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
	"webtrunk/trunk"
)

// Numbers of telephones, and the tone that each party says: a hundred milliseconds
// hold whole periods of all three, so that none is heard in another.
const (
	waitersNumber = "+15550100200"
	thirdsNumber  = "+15550100201"

	waitersTone = 620
	agentsTone  = 1010
	thirdsTone  = 1490
)

// TestATelephoneAndTheConsole has real telephones call a queue over a trunk.
func TestATelephoneAndTheConsole(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, soundcheck.Sine(agentsTone, 12000, 4*soundcheck.Rate)))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"it waits, is answered, and three talk", aTelephoneWaitsAndThreeTalk},
		{"after hours it leaves a message", aTelephoneLeavesAMessageAfterHours},
		{"an agent uses keys alone", anAgentUsesKeysAlone},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// behindTrunks puts telephones where the carrier in a box was, each at the end of a
// trunk of its own. Calls out take the first.
func behindTrunks(phones ...*baresip.Telephone) func(*demo) {
	return func(d *demo) {
		ours := d.cfg.Trunks[0].Identity
		d.cfg.Trunks = nil
		for i, p := range phones {
			at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), p.SIP)
			d.cfg.Trunks = append(d.cfg.Trunks, trunk.Trunk{Name: fmt.Sprintf("telephone%d", i+1), Proxy: at.String(), Identity: ours, Keepalive: -1})
		}
	}
}

// hotline makes a queue with a telephone number and lets the demo's agent answer it.
func (r *rehearsal) hotline(queue map[string]any) (id string) {
	r.t.Helper()
	id = r.ask("POST", "/v1/queues", queue)["id"].(string)
	ref := r.ask("POST", "/v1/references", map[string]any{"target": "queue:" + id})["id"].(string)
	account, err := r.directory.Operator(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	by := directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Operator: true, Test: true}
	if _, err := r.directory.CreateNumber(r.t.Context(), by, directory.NewNumber{Account: account.ID, Test: true, Number: waitingNumber, Reference: ref}); err != nil {
		r.t.Fatal(err)
	}
	r.ask("POST", "/v1/agents", map[string]any{"person": demoAgent, "queues": []string{id}})
	return id
}

// dials has a telephone call the hotline, which answers it.
func (r *rehearsal) dials(p *baresip.Telephone) {
	r.t.Helper()
	p.Press("dial", fmt.Sprintf("sip:%s@%s", waitingNumber, r.telephones.Addr()))
	p.Notices("CALL_ESTABLISHED")
}

// hears waits until a telephone has heard a phrase, and returns where.
func (r *rehearsal) hears(p *baresip.Telephone, phrase string) soundcheck.Finding {
	r.t.Helper()
	return listen(r.t, p.Hearing, phrase, recited(r.t, r.phrases, phrase))
}

func aTelephoneWaitsAndThreeTalk(t *testing.T, b *browser.Browser) {
	waiter := baresip.Set{Line: waitersNumber, Name: "<img src=x onerror=alert(1)>", Tone: waitersTone}.PickUp(t)
	third := baresip.Set{Line: thirdsNumber, Tone: thirdsTone}.PickUp(t)
	r := rehearse(t, carrier.Config{}, furnished, behindTrunks(third, waiter))
	r.hotline(map[string]any{"name": "Support", "greeting": "welcome,hold"})
	agent := r.console(b)
	unprocessed(agent)

	r.dials(waiter)
	greeting, place, music := r.hears(waiter, "welcome,hold"), r.hears(waiter, "you_are_number,place:1,in_the_queue"), r.hears(waiter, "music")
	if greeting.At(0) > place.At(0) || place.At(0) > music.At(0) {
		t.Errorf("not the greeting (%v), the place (%v) and the music (%v), in this order", greeting, place, music)
	}
	wantPlace(t, r.phrases, "en", waiter.Hearing(), place, 1)

	choose(t, agent, "Your presence", "available")
	shows(t, agent, "Call from +1 555 010 0200")
	if made := browser.Evaluate[int](agent, `document.querySelectorAll("#console img").length`); made != 0 {
		t.Error("the console makes elements of what a telephone calls itself")
	}
	agent.Click("button", "Answer")
	shows(t, agent, "In call with +1 555 010 0200")
	r.ofThem(agent, waiter, nil)

	agent.Click("button", "Add someone")
	writeReach(agent, "hand-over", thirdsNumber)
	agent.Click("button", "Add")
	third.Notices("CALL_ESTABLISHED")
	r.ofThem(agent, waiter, third)

	waiter.Press("hangup", "")
	waiter.Notices("CALL_CLOSED")
	agent.Click("button", "Hang up")
	third.Notices("CALL_CLOSED")
	shows(t, agent, "Last call")
}

// ofThem checks that each party hears the tones of all others, and not its own; who
// is nil is not there, and nobody hears them.
func (r *rehearsal) ofThem(agent *browser.Tab, waiter, third *baresip.Telephone) {
	r.t.Helper()
	page := agent.Hear()
	there := map[float64]func() []int16{
		agentsTone:  func() []int16 { return page.Next(time.Second).PCM },
		waitersTone: lately(r.t, waiter),
	}
	if third != nil {
		there[thirdsTone] = lately(r.t, third)
	}
	for own, next := range there {
		until(r.t, fmt.Sprintf("the party of %v Hz", own), func() error {
			heard := next()
			for _, hz := range []float64{waitersTone, agentsTone, thirdsTone} {
				purity, level := soundcheck.Tone(heard, hz)
				r.t.Logf("the party of %v Hz hears %v Hz as %.2f of the sound, at %.0f dB", own, hz, purity, level)
				_, speaks := there[hz]
				if speaks = speaks && hz != own; speaks && purity < 0.25 || !speaks && purity > 0.05 {
					return fmt.Errorf("it hears %v Hz as %.2f of the sound", hz, purity)
				}
			}
			return nil
		})
	}
}

// lately returns what a telephone hears from now on, a second at a time.
func lately(t *testing.T, p *baresip.Telephone) func() []int16 {
	return func() []int16 {
		from := len(p.Hearing())
		return longer(t, p.Hearing, from+soundcheck.Rate)[from:]
	}
}

func aTelephoneLeavesAMessageAfterHours(t *testing.T, b *browser.Browser) {
	waiter := baresip.Set{Line: waitersNumber, Says: harbour}.PickUp(t)
	r := rehearse(t, carrier.Config{}, furnished, behindTrunks(waiter))
	always := []map[string]any{}
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		always = append(always, map[string]any{"day": day, "from": "00:00", "to": "24:00"})
	}
	hours := r.ask("POST", "/v1/hours", map[string]any{"name": "Office", "time_zone": "UTC", "week": always})["id"].(string)
	queue := r.hotline(map[string]any{"name": "Support", "greeting": "welcome,hold", "hours": hours, "closed": map[string]any{"then": "voicemail"}})

	r.dials(waiter)
	r.hears(waiter, "welcome,hold")
	waiter.Press("hangup", "")
	waiter.Notices("CALL_CLOSED")

	r.ask("POST", "/v1/hours/"+hours, map[string]any{"exceptions": closedAround(time.Now().UTC())})
	r.dials(waiter)
	asked := r.hears(waiter, "leave_message")
	hearsTone(t, r.phrases, waiter.Hearing, asked.At(len(recited(t, r.phrases, "leave_message"))))
	longer(t, waiter.Saying, len(waiter.Saying())+len(harbour)+soundcheck.Rate)
	waiter.Press("hangup", "")
	waiter.Notices("CALL_CLOSED")

	id := r.message(queue)
	agent := r.console(b)
	agent.Click("button", "Voicemails 1")
	for _, message := range [][]int16{agent.Play(".messages audio").PCM, r.messageSound(id)} {
		if err := soundcheck.Hears(message, harbour, garden); err != nil {
			t.Error(err)
		}
	}
}

// closedAround is a day without opening hours, and the next, in case that it begins
// meanwhile.
func closedAround(now time.Time) (days []map[string]any) {
	for i := range 2 {
		days = append(days, map[string]any{"date": now.AddDate(0, 0, i).Format(time.DateOnly), "open": []any{}})
	}
	return days
}

// message waits for the one message of a queue, and returns its ID.
func (r *rehearsal) message(queue string) (id string) {
	r.t.Helper()
	if !eventually(func() bool {
		left := r.ask("GET", "/v1/voicemails?box="+queue, nil)["data"].([]any)
		if len(left) == 1 {
			id = left[0].(map[string]any)["id"].(string)
		}
		return len(left) == 1
	}) {
		r.t.Fatal("there is no message")
	}
	return id
}

// messageSound is a message as the interface gives it to who may hear it.
func (r *rehearsal) messageSound(id string) []int16 {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), "GET", r.urls()[0]+"/v1/voicemails/"+id+"/audio", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+r.account.key)
	response, err := client(nil).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("the message's sound: %s, %v", response.Status, err)
	}
	return decoded(r.t, content)
}
