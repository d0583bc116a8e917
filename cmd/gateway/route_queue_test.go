package main

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
	"webtrunk/dispatch/rules"
)

// A callCentre is a shop with a queue, a number and a reference that lead to it.
type callCentre struct {
	premises
	book  *dispatch.Book
	by    directory.Principal
	queue dispatch.Queue
	ref   directory.Reference
}

func openCentre(t *testing.T) callCentre {
	t.Helper()
	p, db := shopAndStore(t)
	now := func() time.Time { return time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) } // a Monday, at night
	o := callCentre{premises: p, by: directory.Principal{Account: p.account, ID: "key_maker", Rights: directory.AllRights()}}
	o.book = dispatch.Open(dispatch.Options{DB: db, Directory: p.Directory, Now: now})
	o.queues = o.book
	var err error
	if o.queue, err = o.book.CreateQueue(t.Context(), o.by, dispatch.Queue{Name: "Sales", Greeting: "welcome", Music: "music:hold", Callback: true, Voicemail: true}); err != nil {
		t.Fatal(err)
	}
	if o.ref, err = o.CreateReference(t.Context(), o.by, directory.NewReference{Target: webtrunk.Address{Scheme: webtrunk.Queue, Value: o.queue.ID}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.CreateNumber(t.Context(), o.by, directory.NewNumber{Account: p.account, Number: "+15550100042", Reference: o.ref.ID}); err != nil {
		t.Fatal(err)
	}
	return o
}

// called is a call to an address, from a page that says something of it.
func (o callCentre) called(t *testing.T, to string, said map[string]string) call.View {
	t.Helper()
	v := o.visit(t, "ref_shop")
	v.To, v.Context = address(t, to), said
	return v
}

// plan is where a call goes.
func (o callCentre) plan(t *testing.T, v call.View) call.Plan {
	t.Helper()
	plan, err := o.router().Route(t.Context(), v, call.AskRoute{For: call.ForCall, To: v.To})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestAReferenceAndANumberLeadToAQueue(t *testing.T) {
	o := openCentre(t)
	visitor := o.called(t, o.ref.ID, map[string]string{"language": "zh"})
	dialled := call.View{ID: webtrunk.NewCallID(), Account: o.account, Via: "carrier", From: address(t, stranger), To: address(t, "+15550100042"),
		Legs: []call.Leg{{ID: 1, Kind: call.PSTN, Role: call.Caller}}}
	for language, v := range map[string]call.View{"zh": visitor, "": dialled} {
		plan := o.plan(t, v)
		want := call.Waiting{Music: "music:hold", Language: language, Callback: true, Box: o.queue.ID}
		if plan.Queue != o.queue.ID || plan.Greeting != "welcome" || plan.Waiting != want || len(plan.Stages) > 0 {
			t.Errorf("a call to %v: %+v", v.To, plan)
		}
	}
	_, err := o.router().Route(t.Context(), dialled, call.AskRoute{For: call.ForInvite, To: address(t, o.ref.ID)})
	if webtrunk.KindOf(err) != webtrunk.Unsupported || !strings.Contains(err.Error(), "hand the call over") {
		t.Errorf("an invitation: %v", err)
	}
}

// A hotline speaks its own language, whatever that of the page.
func TestAQueueSpeaksItsLanguage(t *testing.T) {
	o := openCentre(t)
	never, err := o.book.CreateHours(t.Context(), o.by, dispatch.Hours{Name: "Never", Table: hours.Table{Zone: "Asia/Riyadh"}})
	if err != nil {
		t.Fatal(err)
	}
	plan := func(set func(*dispatch.Queue)) call.Plan {
		t.Helper()
		if _, err := o.book.UpdateQueue(t.Context(), o.by, o.queue.ID, set); err != nil {
			t.Fatal(err)
		}
		return o.plan(t, o.called(t, o.ref.ID, map[string]string{"language": "zh"}))
	}
	if p := plan(func(q *dispatch.Queue) { q.Language = "ar" }); p.Waiting.Language != "ar" {
		t.Errorf("who waits: %+v", p)
	}
	if p := plan(func(q *dispatch.Queue) { q.Hours = never.ID }); p.Goodbye.Phrase != "say:ar:closed,goodbye" {
		t.Errorf("who is turned away: %+v", p)
	}
	p := plan(func(q *dispatch.Queue) { q.Closed.Then = dispatch.ClosedVoicemail })
	if p.Greeting != "say:ar:leave_message" || p.Context["language"] != "ar" {
		t.Errorf("who leaves a message: %+v", p)
	}
	if p := plan(func(q *dispatch.Queue) { q.Language = "" }); p.Greeting != "say:zh:leave_message" {
		t.Errorf("without a language: %+v", p)
	}
	if _, err := o.book.UpdateQueue(t.Context(), o.by, o.queue.ID, func(q *dispatch.Queue) { q.Language = "tlh" }); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("a language that nobody speaks: %v", err)
	}
}

// A call is handed to the queue that was chosen, by reference or by itself: no rule
// leads it elsewhere, but those that name no other queue count.
func TestACallIsHandedToAQueue(t *testing.T) {
	o := openCentre(t)
	garden, err := o.book.CreateQueue(t.Context(), o.by, dispatch.Queue{Name: "Garden"})
	if err != nil {
		t.Fatal(err)
	}
	for i, then := range []rules.Outcome{{Queue: garden.ID, Priority: 1}, {Priority: 7, Needs: map[string]int{"german": 4}}} {
		r := dispatch.Rule{Name: "rule", Position: i, Rule: rules.Rule{Then: then}}
		if _, err := o.book.CreateRule(t.Context(), o.by, r); err != nil {
			t.Fatal(err)
		}
	}
	v := o.handedByAgent(t)
	for _, to := range []string{o.ref.ID, "queue:" + o.queue.ID} {
		plan, err := o.router().Route(t.Context(), v, call.AskRoute{For: call.ForTransfer, To: address(t, to)})
		if err != nil || plan.Queue != o.queue.ID || plan.Priority != 7 || plan.Needs["german"] != 4 || plan.Greeting != "welcome" {
			t.Errorf("handed to %s: %+v, %v", to, plan, err)
		}
	}
	plan, err := o.router().Route(t.Context(), v, call.AskRoute{For: call.ForTransfer, To: address(t, "queue:"+garden.ID)})
	if err != nil || plan.Queue != garden.ID || plan.Priority != 1 {
		t.Errorf("handed to the garden: %+v, %v", plan, err)
	}
	if _, err := o.router().Route(t.Context(), v, call.AskRoute{For: call.ForTransfer, To: address(t, "queue:queue_none")}); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("handed to a queue that is not there: %v", err)
	}
}

// Whoever hands over is told that a queue is closed or full, and still has the call;
// a visitor's page reaches no queue by its name.
func TestAQueueThatTakesNobody(t *testing.T) {
	o := openCentre(t)
	v, ask := o.handedByAgent(t), call.AskRoute{For: call.ForTransfer, To: address(t, "queue:"+o.queue.ID)}
	visitor := o.called(t, "ref_shop", nil)
	if _, err := o.router().Route(t.Context(), visitor, ask); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("a visitor: %v", err)
	}
	o.full = true
	if _, err := o.router().Route(t.Context(), v, ask); webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(webtrunk.MessageOf(err, ""), "Sales") {
		t.Errorf("a full queue: %v", err)
	}
	o.full = false
	office := o.office(t)
	for _, then := range []dispatch.ClosedThen{dispatch.ClosedVoicemail, dispatch.ClosedHangup} {
		o.close(t, office, dispatch.Closed{Then: then})
		const want = "Sales is closed. It opens on Tuesday, 24 November, 09:00 CET."
		if _, err := o.router().Route(t.Context(), v, ask); webtrunk.KindOf(err) != webtrunk.Unavailable || webtrunk.MessageOf(err, "") != want {
			t.Errorf("closed, %s: %v", then, err)
		}
	}
}

// handedByAgent is a call that an agent of the account hands over.
func (o callCentre) handedByAgent(t *testing.T) call.View {
	t.Helper()
	v := o.called(t, "ref_shop", nil)
	v.Legs, v.By = append(v.Legs, call.Leg{ID: 2, Kind: call.WebRTC, Role: call.Callee, Address: address(t, "browser:agent_ada")}), 2
	return v
}

func TestWhatASiteHasSignedOpensADoorThatAClaimDoesNot(t *testing.T) {
	o := openCentre(t)
	gold, err := o.book.CreateQueue(t.Context(), o.by, dispatch.Queue{Name: "Gold"})
	if err != nil {
		t.Fatal(err)
	}
	signed := rules.Condition{Key: "identity.plan", Is: rules.Equals, Values: []string{"gold"}, Trusted: true}
	hose := rules.Condition{Key: "product", Is: rules.Contains, Values: []string{"hose"}}
	for i, r := range []rules.Rule{
		{When: []rules.Condition{signed}, Then: rules.Outcome{Queue: gold.ID, Priority: 7}},
		{When: []rules.Condition{{Key: "product", Is: rules.Exists, Trusted: true}}, Then: rules.Outcome{Queue: gold.ID}},
		{When: []rules.Condition{hose}, Then: rules.Outcome{Needs: map[string]int{"garden": 2}, Page: "https://crm.example/garden", Greeting: "hold"}},
	} {
		if _, err := o.book.CreateRule(t.Context(), o.by, dispatch.Rule{Name: "rule", Position: i, Rule: r}); err != nil {
			t.Fatal(err)
		}
	}
	claim := o.plan(t, o.called(t, o.ref.ID, map[string]string{"product": "a hose", "plan": "gold"}))
	if claim.Queue != o.queue.ID || claim.Needs["garden"] != 2 || claim.Greeting != "hold" || claim.Context["rule.page"] != "https://crm.example/garden" || claim.Context["rule.name"] != "rule" {
		t.Errorf("who says so: %+v", claim)
	}
	if believed := o.plan(t, o.called(t, o.ref.ID, map[string]string{"identity.plan": "gold"})); believed.Queue != gold.ID || believed.Priority != 7 {
		t.Errorf("who is signed so: %+v", believed)
	}
	server := o.called(t, o.ref.ID, map[string]string{"product": "a hose"})
	server.Via = "key_1"
	if plan := o.plan(t, server); plan.Queue != gold.ID {
		t.Errorf("what our server says: %+v", plan)
	}
}

// office are opening hours of Tuesdays.
func (o callCentre) office(t *testing.T) string {
	t.Helper()
	var day hours.Weekday
	if err := day.UnmarshalText([]byte("tuesday")); err != nil {
		t.Fatal(err)
	}
	h, err := o.book.CreateHours(t.Context(), o.by, dispatch.Hours{Name: "Office", Table: hours.Table{Zone: "Europe/Berlin", Week: []hours.Weekly{{Day: day, Span: hours.Span{From: 9 * 60, To: 17 * 60}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return h.ID
}

// close has the queue keep hours.
func (o callCentre) close(t *testing.T, hours string, c dispatch.Closed) {
	t.Helper()
	if _, err := o.book.UpdateQueue(t.Context(), o.by, o.queue.ID, func(q *dispatch.Queue) { q.Hours, q.Closed = hours, c }); err != nil {
		t.Fatal(err)
	}
}

func TestAfterHours(t *testing.T) {
	o := openCentre(t)
	office := o.office(t)
	closed := func(c dispatch.Closed) call.Plan {
		t.Helper()
		o.close(t, office, c)
		return o.plan(t, o.called(t, o.ref.ID, map[string]string{"language": "ar"}))
	}
	turned := closed(dispatch.Closed{Then: dispatch.ClosedHangup})
	if g := turned.Goodbye; g.Phrase != "say:ar:closed,goodbye" || g.Message != "لا أحد يستقبل المكالمات هنا في الوقت الحالي. اتصل مجددًا ابتداءً من الثلاثاء 24 نوفمبر، الساعة 09:00 (CET)." || turned.Queue != "" {
		t.Errorf("turned away: %+v", turned)
	}
	if g := closed(dispatch.Closed{Then: dispatch.ClosedHangup, Phrase: "say:en:closed"}).Goodbye; g.Phrase != "say:en:closed" {
		t.Errorf("in our own words: %+v", g)
	}
	if plan := closed(dispatch.Closed{Then: dispatch.ClosedVoicemail}); plan.Voicemail != o.queue.ID || plan.Queue != "" {
		t.Errorf("a message: %+v", plan)
	}
	night, err := o.book.CreateQueue(t.Context(), o.by, dispatch.Queue{Name: "Night"})
	if err != nil {
		t.Fatal(err)
	}
	if plan := closed(dispatch.Closed{Then: dispatch.ClosedQueue, Queue: night.ID}); plan.Queue != night.ID {
		t.Errorf("the night: %+v", plan)
	}
	if err := o.DeleteReference(t.Context(), o.by, o.ref.ID); err == nil {
		t.Error("a number leads to nothing")
	}
}

// Whoever calls reads when the queue opens, in their language or the queue's, and in
// English where nobody knows it.
func TestWhenAQueueOpensIsToldInEachLanguage(t *testing.T) {
	o := openCentre(t)
	o.close(t, o.office(t), dispatch.Closed{Then: dispatch.ClosedHangup})
	for language, want := range map[string]string{
		"":    "Nobody takes calls here at the moment. Call again from Tuesday, 24 November, 09:00 CET on.",
		"tlh": "Nobody takes calls here at the moment. Call again from Tuesday, 24 November, 09:00 CET on.",
		"en":  "Nobody takes calls here at the moment. Call again from Tuesday, 24 November, 09:00 CET on.",
		"zh":  "目前无人接听。请于11月24日星期二 09:00（CET）之后再来电。",
	} {
		if got := o.plan(t, o.called(t, o.ref.ID, map[string]string{"language": language})).Goodbye.Message; got != want {
			t.Errorf("in %q: %s", language, got)
		}
	}
	for _, language := range []string{"", "en", "zh", "ar"} {
		if opensAt(time.Time{}, language) == "" {
			t.Errorf("a queue that never opens says nothing in %q", language)
		}
	}
}

func TestAQueueCannotBeCalledFirst(t *testing.T) {
	o := openCentre(t)
	c := callers{o.Directory, o.router()}
	target, err := c.Reach(t.Context(), o.by, webtrunk.Address{Scheme: webtrunk.Queue, Value: o.queue.ID})
	if err != nil || target.Address.Scheme != webtrunk.Queue || target.Trunk != "" {
		t.Errorf("a queue is %+v, %v", target, err)
	}
}
