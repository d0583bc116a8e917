package call

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// How a call is recorded, and whom it asks. What is recorded is the sound of one leg, the
// outside party where there is one: what they say and what they hear. Nothing is recorded
// before everybody who can be heard in it has consented, and nothing while somebody joins
// them who has not.

// A RecordingPolicy says whether a call is recorded. The zero policy records nothing.
type RecordingPolicy struct {
	Consent  ConsentBy     // empty: the call is not recorded
	OnDemand bool          // only once somebody who works for the account asks for it
	Beep     time.Duration // between the tones that say that it records; 0: none
}

// ConsentBy is how consent is sought of whoever does not work for the account.
type ConsentBy string

const (
	ByAsking     ConsentBy = "ask"      // a page asks, a telephone says what to press
	ByAnnouncing ConsentBy = "announce" // a phrase tells of it: who stays agrees
)

// Valid reports whether it is a way to seek consent.
func (b ConsentBy) Valid() bool { return b == ByAsking || b == ByAnnouncing }

// ConsentText is the version of the sentences by which consent is sought, spoken and
// written, in all languages. It is on record with each consent, and changes with them.
const ConsentText = "2026-11"

// A ConsentMethod is how somebody has consented, or not.
type ConsentMethod string

const (
	Pressed  ConsentMethod = "digits"       // a key of a telephone, when asked by voice
	OnPage   ConsentMethod = "page"         // a button
	Heard    ConsentMethod = "announcement" // was told, and stayed
	Employed ConsentMethod = "staff"        // works for the account
)

// A PauseReason is why a recording is paused.
type PauseReason string

const (
	PausedForConsent   PauseReason = "consent"   // somebody can be heard who has not consented
	PausedByAgent      PauseReason = "agent"     // for card data, say
	PausedForSensitive PauseReason = "sensitive" // keys are asked for that nobody may keep
)

// A RecordingWish is what may be asked of a call's recording.
type RecordingWish string

const (
	StartIt  RecordingWish = "start" // where it is on demand
	StopIt   RecordingWish = "stop"  // the same
	PauseIt  RecordingWish = "pause"
	ResumeIt RecordingWish = "resume"
)

// answering is how long after the question a telephone may press a key.
const answering = 20 * time.Second

// recording is what a call knows of its recording.
type recording struct {
	policy   RecordingPolicy
	wanted   bool           // somebody has asked for it, where it is on demand
	held     bool           // an agent has paused it
	broken   bool           // it has failed, and is not tried again
	consents map[LegID]bool // granted, or declined; who is not in it has not said
	heard    map[LegID]bool // of those who granted it: whether they were told, and stayed, and were not asked
	count    int            // recordings begun
	leg      LegID          // whose sound the one that runs is of; 0: none runs
	paused   PauseReason    // empty: it is not
}

// on reports whether the call is to be recorded once all have consented.
func (r recording) on() bool {
	return r.policy.Consent.Valid() && !r.broken && (!r.policy.OnDemand || r.wanted)
}

// apply folds an event of the recording.
func (r *recording) apply(ev Event) {
	switch e := ev.(type) {
	case RecordingPlanned:
		r.policy = e.Policy
		if r.policy.Consent == ByAsking { // silence, which was an answer until now, is none here
			maps.DeleteFunc(r.consents, func(id LegID, granted bool) bool { return granted && r.heard[id] })
		}
	case RecordingWished:
		switch e.Wish {
		case StartIt:
			r.wanted = true
		case StopIt:
			r.wanted, r.held = false, false
		case PauseIt, ResumeIt:
			r.held = e.Wish == PauseIt
		}
	case RecordingStarted:
		r.count, r.leg, r.paused = e.Number, e.Leg, ""
	case RecordingPaused:
		r.paused = e.Reason
	case RecordingResumed:
		r.paused = ""
	case RecordingStopped:
		r.leg, r.paused = 0, ""
	case RecordingFailed:
		r.leg, r.paused, r.broken = 0, "", true
	case ConsentGranted:
		r.consents[e.Leg], r.heard[e.Leg] = true, e.Method == Heard
	case ConsentDeclined:
		r.consents[e.Leg] = false
	}
}

// planRecording takes the policy of where the call goes now.
func (s *step) planRecording(in Routed) {
	leads := in.For == ForCall || in.For == ForTransfer && in.Plan.Queue != ""
	if leads && in.Plan.Recording != nil && *in.Plan.Recording != s.c.recording.policy {
		s.emit(RecordingPlanned{*in.Plan.Recording})
	}
}

// mindRecording draws from a step what it means for the recording: who is to be asked,
// and whether it begins, pauses, goes on or is over.
func (s *step) mindRecording() {
	if s.c.status == "" || s.c.Ended() {
		return
	}
	s.seekConsents()
	leg := s.c.recordable()
	if r := s.c.recording; r.leg != 0 && r.leg != leg {
		s.emit(RecordingStopped{Number: r.count})
	}
	why := s.c.pauses(leg)
	switch r := s.c.recording; {
	case r.leg == 0 && (why == "" || why == PausedByAgent) && slices.Contains(s.c.wantsBridge(), leg):
		s.emit(RecordingStarted{Number: r.count + 1, Leg: leg})
		if why != "" { // an agent's pause is for the call, whoever's sound it is of
			s.emit(RecordingPaused{Number: r.count + 1, Reason: why})
		}
	case r.leg != 0 && why == "" && r.paused != "":
		s.emit(RecordingResumed{Number: r.count})
	case r.leg != 0 && why != r.paused:
		s.emit(RecordingPaused{Number: r.count, Reason: why})
	}
}

// recordable is the leg whose sound is recorded, or would be: the one that is, while it
// talks, else the first that does not work for the account. 0 is none.
func (c *Call) recordable() LegID {
	if !c.answered || c.message != nil || c.farewell != nil || !c.recording.on() {
		return 0
	}
	talking := slices.DeleteFunc(c.talking(), c.silent)
	if slices.Contains(talking, c.recording.leg) {
		return c.recording.leg
	}
	slices.SortStableFunc(talking, func(a, b LegID) int { return cmp.Compare(c.works(a), c.works(b)) })
	for _, id := range talking {
		return id
	}
	return 0
}

// works is 1 for a leg that works for the account, and 0 for another.
func (c *Call) works(id LegID) int {
	if c.leg(id).Staff {
		return 1
	}
	return 0
}

// pauses is why nothing of a leg may be recorded now, empty where it may.
func (c *Call) pauses(leg LegID) PauseReason {
	for _, id := range c.audible(leg) {
		if !c.recording.consents[id] {
			return PausedForConsent
		}
	}
	if c.recording.held {
		return PausedByAgent
	}
	for _, p := range c.prompts {
		if p.Sensitive {
			return PausedForSensitive
		}
	}
	return ""
}

// audible are those who can be heard where a leg's sound is recorded.
func (c *Call) audible(leg LegID) []LegID {
	bridge := c.wantsBridge()
	if !slices.Contains(bridge, leg) {
		return []LegID{leg}
	}
	for _, b := range c.wantsBeside(bridge) {
		if b.HeardBy == leg {
			bridge = append(slices.Clone(bridge), b.Leg)
		}
	}
	return bridge
}

// controlRecording takes a wish of somebody who works for the account.
func (s *step) controlRecording(in ControlRecording) {
	r := s.c.recording
	if l := s.c.leg(in.By); in.By != 0 && (l == nil || !l.Staff || l.State != Connected) || !r.policy.Consent.Valid() || r.broken {
		return
	}
	fits := map[RecordingWish]bool{
		StartIt: r.policy.OnDemand && !r.wanted, StopIt: r.policy.OnDemand && r.wanted,
		PauseIt: r.on() && !r.held, ResumeIt: r.held,
	}
	if fits[in.Wish] {
		s.emit(RecordingWished(in))
	}
}

// recordingFailed goes on without a recording.
func (s *step) recordingFailed(number int, why string) {
	if r := s.c.recording; r.leg != 0 && r.count == number {
		s.emit(RecordingFailed{Number: number, Message: why})
	}
}

// wants of a recording: the one that runs, and whether it is paused.
type wantedRecording struct {
	number int
	leg    LegID
	paused bool
	beep   time.Duration
}

func (c *Call) wantsRecording() wantedRecording {
	r := c.recording
	if r.leg == 0 {
		return wantedRecording{}
	}
	return wantedRecording{number: r.count, leg: r.leg, paused: r.paused != "", beep: r.policy.Beep}
}

// ends are the orders that end a recording, or pause it, before others hear each other.
func (w wantedRecording) ends(to wantedRecording) []Order {
	switch {
	case w.number != 0 && w.number != to.number:
		return []Order{EndRecording{w.number}}
	case to.number != 0 && to.number == w.number && to.paused && !w.paused:
		return []Order{PauseRecording{to.number}}
	}
	return nil
}

// starts are the orders that begin a recording, or have it go on, once they do.
func (w wantedRecording) starts(to wantedRecording) []Order {
	switch {
	case to.number == 0:
	case to.number != w.number:
		return []Order{StartRecording{Number: to.number, Leg: to.leg, Beep: to.beep}}
	case w.paused && !to.paused:
		return []Order{ResumeRecording{to.number}}
	}
	return nil
}
