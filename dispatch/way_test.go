package dispatch

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch/hours"
	"webtrunk/dispatch/rules"
)

// ruleTo leads every call to a queue.
func ruleTo(queue string) rules.Rule { return rules.Rule{Then: rules.Outcome{Queue: queue}} }

// when leads calls of which a fact is known.
func when(key, value string, trusted bool, then rules.Outcome) rules.Rule {
	return rules.Rule{When: []rules.Condition{{Key: key, Is: rules.Equals, Values: []string{value}, Trusted: trusted}}, Then: then}
}

// office makes hours from 9 to 17 on weekdays in Berlin.
func (w *world) office(by directory.Principal) Hours {
	w.t.Helper()
	table := hours.Table{Zone: "Europe/Berlin"}
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday"} {
		var open hours.Weekly
		if err := json.Unmarshal([]byte(`{"day": "`+day+`", "from": "09:00", "to": "17:00"}`), &open); err != nil {
			w.t.Fatal(err)
		}
		table.Week = append(table.Week, open)
	}
	h, err := w.CreateHours(w.t.Context(), by, Hours{Name: "office", Table: table})
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// way is where a call to a queue waits.
func (w *world) way(by directory.Principal, queue string, known rules.Context) Way {
	w.t.Helper()
	way, err := w.Way(w.t.Context(), Question{Tenant: tenantOf(by), Queue: queue, Known: known})
	if err != nil {
		w.t.Fatal(err)
	}
	return way
}

func TestByDayToSalesAndByNightToTheNight(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		office := w.office(shop)
		night := w.queue(shop, Queue{Name: "Night", Hours: office.ID, Greeting: "say:en:welcome", Closed: Closed{Then: ClosedVoicemail}})
		sales := w.queue(shop, Queue{Name: "Sales", Hours: office.ID, Closed: Closed{Then: ClosedQueue, Queue: night.ID}})
		w.at("2026-11-23T10:00:00Z") // a Monday
		if way := w.way(shop, sales.ID, nil); way.Queue.ID != sales.ID || way.Closed != "" || !way.Opens.IsZero() {
			t.Errorf("by day: %+v", way)
		}
		w.at("2026-11-23T20:00:00Z")
		way := w.way(shop, sales.ID, nil)
		if way.Queue.ID != night.ID || way.Closed != ClosedVoicemail || way.Greeting != "say:en:welcome" || way.Opens.Format("15:04 MST") != "09:00 CET" {
			t.Errorf("by night: %+v", way)
		}
		if open, until, err := w.Opening(t.Context(), shop, sales.ID); open || until.Day() != 24 || err != nil {
			t.Errorf("open %v until %v, %v", open, until, err)
		}
		must(t)(w.UpdateQueue(t.Context(), shop, night.ID, func(q *Queue) { q.Hours = "" }))
		if way := w.way(shop, sales.ID, nil); way.Queue.ID != night.ID || way.Closed != "" {
			t.Errorf("with somebody awake: %+v", way)
		}
		refused(t, w.DeleteHours(t.Context(), shop, office.ID), webtrunk.Conflict, "The queue Sales keeps")
	})
}

// Where no messages are kept, nobody is asked for one, and the queue's own settings
// stay for the day on which they are.
func TestNoMailbox(t *testing.T) {
	each(t, func(w *world) {
		w.o.NoMailbox = true
		shop := w.account("Shop")
		office := w.office(shop)
		q := w.queue(shop, Queue{Name: "Sales", Hours: office.ID, Voicemail: true, Last: LastVoicemail, Closed: Closed{Then: ClosedVoicemail, Phrase: "say:en:closed"}})
		w.at("2026-11-23T10:00:00Z") // a Monday
		if way := w.way(shop, q.ID, nil); way.Closed != "" || way.Queue.Voicemail {
			t.Errorf("by day: %+v", way)
		}
		w.at("2026-11-23T20:00:00Z")
		if way := w.way(shop, q.ID, nil); way.Closed != ClosedHangup || way.Queue.Closed.Phrase != "say:en:closed" {
			t.Errorf("by night: %+v", way)
		}
		staff, err := w.Staff(t.Context(), Tenant{Account: shop.Account, Test: false})
		if err != nil || staff.Queues[0].Voicemail || staff.Queues[0].Last != LastHangup {
			t.Errorf("the desk has %+v, %v", staff.Queues, err)
		}
		if kept := must(t)(w.Queue(t.Context(), shop, q.ID)); !kept.Voicemail || kept.Last != LastVoicemail || kept.Closed.Then != ClosedVoicemail {
			t.Errorf("the row became %+v", kept)
		}
	})
}

func TestQueuesThatLeadInACircleEnd(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		never, err := w.CreateHours(t.Context(), shop, Hours{Name: "never", Table: hours.Table{Zone: "UTC"}})
		if err != nil {
			t.Fatal(err)
		}
		a := w.queue(shop, Queue{Name: "a", Hours: never.ID})
		b := w.queue(shop, Queue{Name: "b", Hours: never.ID, Closed: Closed{Then: ClosedQueue, Queue: a.ID}})
		must(t)(w.UpdateQueue(t.Context(), shop, a.ID, func(q *Queue) { q.Closed = Closed{Then: ClosedQueue, Queue: b.ID} }))
		if way := w.way(shop, a.ID, nil); way.Closed != ClosedHangup {
			t.Errorf("it ends as %+v", way)
		}
	})
}

func TestRulesChooseByWhatIsKnown(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		sales, gold := w.queue(shop, Queue{Name: "Sales", Greeting: "say:en:welcome"}), w.queue(shop, Queue{Name: "Gold"})
		for i, r := range []Rule{
			{Name: "last", Position: 9, Rule: rules.Rule{Then: rules.Outcome{Priority: -1}}},
			{Name: "gold", Position: 1, Rule: when("identity.plan", "gold", true, rules.Outcome{Queue: gold.ID, Priority: 5, Greeting: "say:en:goodbye"})},
			{Name: "hose", Position: 1, Rule: when("product", "hose", false, rules.Outcome{Needs: map[string]int{"garden": 3}, Page: "https://crm.example/garden", Price: "price_1", CallerPage: "https://Shop.example/hoses"})},
		} {
			w.later(time.Microsecond) // one after the other: the older is asked first
			if _, err := w.CreateRule(t.Context(), shop, r); err != nil {
				t.Fatal(i, err)
			}
		}
		hose := rules.Context{"product": {Value: "hose"}}
		way := w.way(shop, sales.ID, hose)
		if way.Queue.ID != sales.ID || way.Rule != "hose" || way.Needs["garden"] != 3 || way.Greeting != "say:en:welcome" || way.CallerPage != "https://shop.example/hoses" {
			t.Errorf("a hose: %+v", way)
		}
		if got := way.Context(); !maps.Equal(got, map[string]string{"rule.name": "hose", "rule.page": "https://crm.example/garden", "rule.price": "price_1"}) {
			t.Errorf("it travels with %v", got)
		}
		claimed := rules.Context{"identity.plan": {Value: "gold"}}
		if way := w.way(shop, sales.ID, claimed); way.Rule != "last" || way.Queue.ID != sales.ID || way.Priority != -1 {
			t.Errorf("who merely says gold: %+v", way)
		}
		signed := rules.Context{"identity.plan": {Value: "gold", Trusted: true}, "product": {Value: "hose"}}
		if way := w.way(shop, sales.ID, signed); way.Queue.ID != gold.ID || way.Priority != 5 || way.Greeting != "say:en:goodbye" {
			t.Errorf("gold: %+v", way)
		}
		forged := rules.Context{CallQueue: {Value: gold.ID, Trusted: true}}
		if way := w.way(shop, sales.ID, forged); way.Queue.ID != sales.ID {
			t.Errorf("a page chose its queue: %+v", way)
		}
		_, err := w.Way(t.Context(), Question{Tenant: tenantOf(shop), Queue: "queue_gone"})
		refused(t, err, webtrunk.NotFound, "no longer in use")
	})
}

func TestMistakesInARuleAreNamed(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		for want, r := range map[string]Rule{
			"name of 1 to 200":   {},
			"A position":         {Name: "r", Position: 1001},
			"names a fact":       {Name: "r", Rule: rules.Rule{When: []rules.Condition{{Is: rules.Exists}}}},
			"A priority":         {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Priority: 2000}}},
			"is an https":        {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Page: "javascript:alert(1)"}}},
			"https address":      {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Page: "https://user:pass@crm.example"}}},
			"for pages of this":  {Name: "r", Rule: rules.Rule{Then: rules.Outcome{CallerPage: "http://shop.example/"}}},
			"named by its ID":    {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Price: "two euros"}}},
			"no name of a skill": {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Needs: map[string]int{"": 1}}}},
			"recorded nonsense":  {Name: "r", Rule: rules.Rule{Then: rules.Outcome{Greeting: "nonsense"}}},
		} {
			_, err := w.CreateRule(t.Context(), shop, r)
			refused(t, err, webtrunk.Invalid, want)
		}
		_, err := w.CreateRule(t.Context(), shop, Rule{Name: "r", Rule: ruleTo("queue_none")})
		refused(t, err, webtrunk.NotFound, "no such queue")
	})
}

func TestWhatIsKnownOfACall(t *testing.T) {
	tel := func(n string) webtrunk.Address { return webtrunk.Address{Scheme: webtrunk.Tel, Value: n} }
	page := Facts(call.View{Via: "pk_live_x", From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, To: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"},
		Context: map[string]string{"product": "hose", "identity.sub": "ada", "call.to": "ref_vip", "call.from": "+15550100199"}, Legs: []call.Leg{{Kind: call.WebRTC}}})
	for name, want := range map[string]rules.Fact{
		"product": {Value: "hose"}, "identity.sub": {Value: "ada", Trusted: true}, CallTo: {Value: "ref_shop", Trusted: true}, CallKind: {Value: "webrtc", Trusted: true},
	} {
		if page[name] != want {
			t.Errorf("of a page's call %s is %+v", name, page[name])
		}
	}
	if from, known := page[CallFrom]; known {
		t.Errorf("a page says that it calls from %+v", from)
	}
	phone := Facts(call.View{Via: "carrier", From: tel("+15550100199"), To: tel("+15550100001"), Legs: []call.Leg{{Kind: call.PSTN}}})
	if phone[CallFrom] != (rules.Fact{Value: "+15550100199"}) || !phone[CallTo].Trusted {
		t.Errorf("of a telephone's call is known %+v", phone)
	}
	if server := Facts(call.View{Via: "key_1", Context: map[string]string{"order": "4711"}}); !server["order"].Trusted {
		t.Errorf("what the account's server says is %+v", server)
	}
}
