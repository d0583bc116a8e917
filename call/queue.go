package call

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"webtrunk"
)

// Waiting is how a caller waits in a queue. A telephone is answered for it, but
// the call only when somebody takes it; a page hears the same before.
type Waiting struct {
	Music    string        // a phrase without an end; empty: HoldMusic
	Language string        // in which callers are told their place; empty: that of the call's context, or the gateway's own
	Callback bool          // who waits may wish to be called back, by key 1
	Box      string        // or to leave a message in this box, by key 2; empty: may not
	Most     time.Duration // nobody waits longer, whatever the desk does; 0 means DefaultWait
}

const (
	DefaultWait = time.Hour       // a carrier bills every minute of it
	longestSaid = 2 * time.Minute // a phrase of ours that ends by itself
	promising   = 5 * time.Second // in which whoever runs the queue says whether a caller is called back
)

// queue lets the caller wait until stages come, here instead of elsewhere.
func (s *step) queue(p Plan) {
	s.dismissAll()
	s.emit(CallQueued{Queue: p.Queue, Waiting: p.Waiting, Priority: p.Priority, Needs: p.Needs})
	s.letIn()
	if p.Greeting != "" {
		s.say(p.Greeting)
	}
}

// letIn answers a telephone that calls: it hears nothing of ours before.
func (s *step) letIn() {
	if l := s.c.leg(1); l != nil && l.Kind != WebRTC && l.State != Connected && !s.c.dialled(1) {
		s.emit(LegJoined{Leg: 1})
	}
}

// turnAway says why nobody is to be reached, and ends the call.
func (s *step) turnAway(g Goodbye) {
	if g.Phrase != "" {
		s.letIn()
	}
	s.goodbye(g)
}

// queues reports whether somebody waits in a queue, also while agents ring.
func (c *Call) queues() bool { return c.waits() != 0 }

// hears reports whether something can be played to whom phrases are said: to a
// telephone that is answered, or to any page that calls.
func (c *Call) hears() bool {
	if c.silent(c.hearer()) {
		return false
	}
	return c.connected(c.hearer()) || !c.answered && c.live(1) && c.leg(1).Kind == WebRTC && !c.callback
}

// offered is what whoever waits may wish instead: nothing, who waits for others.
func (c *Call) offered() (callback bool, box string) {
	if !c.queues() || c.consults() || c.writes() {
		return false, ""
	}
	return c.queued.Waiting.Callback, c.queued.Waiting.Box
}

// tune is what the caller hears while nobody answers.
func (c *Call) tune() string {
	if c.queues() {
		return cmp.Or(c.queued.Waiting.Music, HoldMusic)
	}
	return Ringback
}

// wantsQueued is what a page is told that waits.
func (c *Call) wantsQueued() TellQueued {
	id := c.waits()
	if id == 0 || c.leg(id).Kind != WebRTC || c.callback && !c.answered || c.consults() { // who consults is told by TellTransfer
		return TellQueued{}
	}
	callback, box := c.offered()
	return TellQueued{Leg: id, Again: c.answered, Callback: callback, Voicemail: box != ""}
}

// dismissAll hangs up what rings for whoever waits.
func (s *step) dismissAll() {
	for _, id := range s.c.dialling(s.c.huntsFor()) {
		s.dismiss(id, Canceled, "")
	}
}

// rescind takes an offer back. When that was the last, the hunt goes on.
func (s *step) rescind(in Rescind) {
	dismissed, p := false, s.c.huntsFor()
	for _, id := range s.c.dialling(p) {
		if l := s.c.leg(id); in.To.IsZero() || in.To == l.Address || in.To == l.Shown {
			s.dismiss(id, cmp.Or(in.Cause, Canceled), "")
			dismissed = true
		}
	}
	if dismissed && len(s.c.dialling(p)) == 0 {
		s.nextStage(p)
	}
}

// tellPlace tells whoever waits where they stand: a page at once, a telephone when
// nothing else is being said.
func (s *step) tellPlace(in Place) {
	id := s.c.waits()
	page := id != 0 && s.c.leg(id).Kind == WebRTC
	in.Say = in.Say && !page
	if told := PlaceTold(in); s.c.queues() && (in.Say || told != s.c.place) {
		s.emit(told)
		s.sayPlace()
		if page {
			s.order(TellPlace{Leg: id, Position: in.Position, Wait: in.Wait})
		}
	}
}

// sayPlace says a telephone's place that it has not heard.
func (s *step) sayPlace() {
	if _, busy := s.c.prompts[s.c.waits()]; !s.c.unsaid || busy {
		return
	}
	if phrase := s.c.placePhrase(); phrase != "" {
		s.say(phrase)
	}
}

// placePhrase is what a telephone hears of its place, and what it may do instead
// of waiting; empty where there is nothing to say.
func (c *Call) placePhrase() string {
	var items []string
	if c.place.Position > 0 && c.place.Position < 1000 {
		items = append(items, "you_are_number", fmt.Sprintf("place:%d", c.place.Position), "in_the_queue")
	}
	if c.place.Wait > 0 {
		minutes := int(math.Ceil(min(c.place.Wait, 24*time.Hour).Minutes())) // who is told more waits less
		items = append(items, "estimated_wait", fmt.Sprintf("duration:%d", 60*minutes))
	}
	if c.backNumber().Value != "" {
		items = append(items, "press_for_callback")
	}
	if _, box := c.offered(); box != "" {
		items = append(items, "press_for_message")
	}
	return c.inWords(items...)
}

// inWords is the phrase of these items in the caller's language.
func (c *Call) inWords(items ...string) string {
	if len(items) == 0 {
		return ""
	}
	return Say(c.spokenIn(), strings.Join(items, ","))
}

// spokenIn is the language in which the caller is spoken to, empty for the gateway's own.
func (c *Call) spokenIn() string {
	return Spoken(cmp.Or(c.queued.Waiting.Language, c.context["language"]))
}

// say plays a phrase to the caller, or who is left of the call, in place of the one before.
func (s *step) say(phrase string) {
	if s.c.hears() {
		s.prompt(Prompt{Leg: s.c.hearer(), Phrase: phrase, Timeout: longestSaid})
	}
}

// prompt begins a prompt, in place of the one before.
func (s *step) prompt(p Prompt) {
	if before, busy := s.c.prompts[p.Leg]; busy {
		s.emit(PromptFinished{Leg: p.Leg, Digits: before.digits, Reason: "ended"})
	}
	s.emit(PromptStarted{p})
}

// promptEnded takes it that a phrase was played to its end. Music that ends is
// none to wait with.
func (s *step) promptEnded(leg LegID) {
	p, prompted := s.c.prompts[leg]
	switch {
	case prompted && p.Digits == 0:
		s.finish(PromptFinished{Leg: leg, Reason: "played"})
	case !prompted && leg != 0 && leg == s.c.waits() && s.c.queued.Waiting.Music != "":
		s.emit(MusicRefused{})
	}
}

// finish ends a prompt, and goes on with what waited for that.
func (s *step) finish(f PromptFinished) {
	p := s.c.prompts[f.Leg]
	s.emit(f)
	if p.Consent {
		s.consentSpoken(p, f)
	}
	switch {
	case f.Leg != s.c.hearer():
	case s.c.farewell != nil:
		s.end(CallEnded{Reason: s.c.farewell.Cause, Message: s.c.farewell.Message})
	case s.c.message != nil && !s.c.message.recording:
		s.goOn(p.Phrase)
	case s.c.queues():
		s.sayPlace()
	}
}

// Collects returns the legs whose keys mean something now: a prompt asks for
// them, or a queue's offers do.
func (c *Call) Collects() []LegID {
	callback, box := c.offered()
	wishes := callback || box != "" || c.message != nil
	return c.legsWhere(func(l Leg) bool {
		return c.prompts[l.ID].Digits > 0 || wishes && l.ID == c.hearer()
	})
}

// pressed takes a key that no prompt asked for.
func (s *step) pressed(in LegDigit) {
	switch {
	case in.Leg != s.c.hearer():
	case s.c.speaks() && in.Digit == "#":
		s.messageOver(CallEnded{By: in.Leg})
	case in.Digit == "1":
		s.callMeBack(CallMeBack{By: in.Leg})
	case in.Digit == "2":
		s.leaveMessage(LeaveMessage{By: in.Leg})
	}
}

// backNumber is where whoever waits can be called back, as far as the queue offers
// it. A contact that a reference hides is no number to be named.
func (c *Call) backNumber() webtrunk.Address {
	number := c.from
	if id := c.waits(); id != 0 && c.dialled(id) {
		number = cmp.Or(c.leg(id).Shown, c.leg(id).Address)
	}
	if callback, _ := c.offered(); !callback || number.Scheme != webtrunk.Tel {
		return webtrunk.Address{}
	}
	return number
}

// callMeBack asks whoever runs the queue for a caller who would rather be called
// when it is his turn. He waits on until that is promised: a queue calls only so
// many back.
func (s *step) callMeBack(in CallMeBack) {
	number := in.Number
	if number.IsZero() {
		number = s.c.backNumber()
	}
	callback, _ := s.c.offered()
	if !callback || s.c.asksBack() || !s.c.waitsFor(in.By) || number.Scheme != webtrunk.Tel || number.Value == "" {
		return
	}
	s.emit(CallbackRequested{Queue: s.c.queued.Queue, Number: number})
}

// asksBack reports whether a caller who waits has asked to be called back, and
// has no answer yet.
func (c *Call) asksBack() bool { return c.queues() && !c.back.IsZero() }

// callbackSettled lets a caller go who will be called back.
func (s *step) callbackSettled(in CallbackSettled) {
	switch {
	case !s.c.asksBack():
	case in.Promised:
		s.goodbye(Goodbye{Phrase: s.c.inWords("will_call_back", "goodbye"), Cause: Callback, Message: "You will be called back as soon as it is your turn."})
	default:
		s.refuseCallback()
	}
}

// refuseCallback tells a caller that he is not called back: a page in writing. He
// waits on.
func (s *step) refuseCallback() {
	s.emit(CallbackRefused{Queue: s.c.queued.Queue})
	if id := s.c.waits(); s.c.leg(id).Kind == WebRTC {
		s.order(TellCallback{Leg: id, Refused: true})
	} else {
		s.say(s.c.inWords("cannot_call_back"))
	}
}

// waitsFor reports whether a wish is that of whoever waits; 0 is of somebody who
// speaks for them.
func (c *Call) waitsFor(by LegID) bool { return by == 0 || by == c.waits() }

// waitedTooLong lets a caller go whom nobody has taken, or has him leave a message.
func (s *step) waitedTooLong() {
	if _, box := s.c.offered(); box != "" {
		s.voicemail(Plan{Voicemail: box})
	} else {
		s.goodbye(Goodbye{Phrase: s.c.inWords("nobody_free", "goodbye"), Message: "Nobody was free to take your call. Please call again later."})
	}
}

// goodbye says a last phrase and ends the call; who cannot hear it is just told.
func (s *step) goodbye(in Goodbye) {
	if s.c.answered && !s.c.queues() || s.c.farewell != nil || s.c.message != nil || s.c.status == Authorizing {
		return
	}
	in.Cause = cmp.Or(in.Cause, NoAnswer)
	if s.c.inQueue() && !s.notTaken(LegLeft{Cause: in.Cause, Message: in.Message}) {
		return
	}
	s.dismissAll()
	s.part(in)
}

// part says a last phrase, and then the call ends.
func (s *step) part(in Goodbye) {
	if !s.c.hears() || in.Phrase == "" {
		s.end(CallEnded{Reason: in.Cause, Message: in.Message})
		return
	}
	s.emit(FarewellBegun{Cause: in.Cause, Message: in.Message})
	s.say(in.Phrase)
}
