package call

import (
	"cmp"
	"time"

	"webtrunk"
)

// routed begins the hunt that a plan describes, or waits in its queue.
func (s *step) routed(in Routed) {
	if !s.c.wanted(in.For, in.To) {
		return
	}
	if len(in.Plan.Context) > 0 {
		s.annotate(in.Plan.Context)
	}
	s.planRecording(in)
	switch {
	case in.For == ForTransfer && in.Plan.Queue != "":
		s.handToQueue(in.Plan)
		return
	case in.For == ForTransfer && s.c.inQueue() && in.Plan.Voicemail != "":
		s.voicemail(in.Plan)
		return
	case in.For != ForCall:
	case in.Plan.Goodbye != (Goodbye{}):
		s.turnAway(in.Plan.Goodbye)
		return
	case in.Plan.Queue != "" && !s.c.awaitsCaller():
		s.queue(in.Plan)
		return
	case in.Plan.Voicemail != "" && len(in.Plan.Stages) == 0:
		s.voicemail(in.Plan)
		return
	}
	if len(s.c.dialling(in.For)) > 0 || in.For == ForCall && s.c.awaitsCaller() && s.c.leg(1) != nil {
		return
	}
	s.emit(CallRouted{For: in.For, Plan: in.Plan})
	if in.For == ForTransfer && s.c.transfer.Refer {
		s.refer(in.Plan)
		return
	}
	if in.For == ForCall && s.c.callback && s.c.leg(1) == nil {
		s.dial(Caller, s.c.caller, 0)
		return
	}
	s.nextStage(in.For)
}

// awaitsCaller reports whether the caller of a call-back is still to answer: nobody
// waits in a queue before.
func (c *Call) awaitsCaller() bool { return c.callback && !c.connected(1) }

func (s *step) noRoute(in NoRoute) {
	if s.c.wanted(in.For, in.To) && len(s.c.dialling(in.For)) == 0 {
		s.huntFailed(in.For, LegLeft{Cause: in.Cause, Message: in.Message})
	}
}

// wanted reports whether an answer for a purpose still fits: it may have been
// asked for something given up since.
func (c *Call) wanted(p Purpose, to webtrunk.Address) bool {
	switch p {
	case ForCall:
		return !c.answered && c.farewell == nil && c.message == nil && c.status != Authorizing && (to.IsZero() || to == c.to)
	case ForTransfer:
		return c.transfer != nil && c.referred == 0 && (c.transfer.To == to || to.IsZero() && c.queues())
	case ForInvite:
		return c.invite != nil && c.invite.To == to
	}
	return false
}

// nextStage dials a plan's next stage, or gives up when there is none.
func (s *step) nextStage(p Purpose) {
	h := s.c.hunts[p]
	next := h.stage + 1
	if next >= len(h.plan.Stages) {
		s.huntFailed(p, s.c.unread(h.worst))
		return
	}
	s.emit(StageTried{For: p, Stage: next})
	stage := h.plan.Stages[next]
	targets := s.c.readable(stage.Targets)
	for _, t := range targets {
		s.dial(p.role(), t, stage.Timeout)
	}
	if len(targets) == 0 {
		s.nextStage(p)
	}
}

// dial adds a leg and has its edge reach it. It may ring for as long as the
// terms say where ring is 0.
func (s *step) dial(r Role, t Target, ring time.Duration) {
	l := Leg{
		ID: LegID(len(s.c.legs) + 1), Call: s.c.id, Kind: KindOf(t.Address), Role: r,
		Address: t.Address, Shown: t.Shown, From: t.From, Anonymous: t.Anonymous, Trunk: t.Trunk, Staff: t.Staff, Context: s.c.context, RingTime: ring, Written: s.c.writes(), State: Connecting,
	}
	if l.RingTime == 0 {
		l.RingTime = s.c.terms.RingTime
	}
	l = s.whoWaits(l)
	if l.From.IsZero() && l.Kind == WebRTC {
		l.From = s.c.from // a page may see who calls; what a carrier sees is its trunk's policy
	}
	if r == TransferTarget {
		l.Replaces = s.c.transfer.Replaces
	}
	if r == Invited {
		l.Part, l.HeardBy = s.c.invite.Part, s.c.invite.HeardBy
	}
	s.emit(LegAdded{l})
	s.order(Dial{l})
}

// dialled reports whether a leg was dialled by us, not one that arrived.
func (c *Call) dialled(id LegID) bool { return id != 1 || c.callback }

// legAnswered connects a dialled leg; the others of its hunt are dismissed.
func (s *step) legAnswered(id LegID) {
	l := s.c.leg(id)
	if l == nil || !l.dialling() || !s.c.dialled(id) {
		return
	}
	s.emit(LegJoined{Leg: id})
	for _, other := range s.c.dialling(l.Role.purpose()) {
		s.dismiss(other, Answered, "")
	}
	switch l.Role {
	case Caller:
		s.callerAnswered()
	case Callee:
		s.calleeAnswered(id)
	case TransferTarget:
		s.targetAnswered(id)
	}
	if s.c.live(id) {
		s.order(Confirm{Leg: id})
	}
}

// callerAnswered goes on with a call-back: the caller holds the line while the
// callee is dialled, or waits in a queue, whose greeting is the announcement that
// the call was made with.
func (s *step) callerAnswered() {
	if plan := s.c.hunts[ForCall].plan; plan.Queue != "" {
		plan.Greeting = cmp.Or(s.c.phrase, plan.Greeting)
		s.queue(plan)
		return
	}
	if s.c.phrase != "" {
		s.prompt(Prompt{Leg: 1, Phrase: s.c.phrase, Timeout: defaultPrompt})
	}
	if s.c.alone() {
		s.emit(CallAnswered{Leg: 1})
		return
	}
	s.nextStage(ForCall)
}

// alone reports whether a call is between somebody and us: whoever asked for it speaks
// with them by prompts.
func (c *Call) alone() bool { return c.callback && c.to.IsZero() }

func (s *step) calleeAnswered(id LegID) {
	if p, playing := s.c.prompts[1]; playing && !p.Consent { // who is asked for consent hears the question out
		s.emit(PromptFinished{Leg: 1, Reason: "ended"})
	}
	if !s.c.connected(1) {
		s.emit(LegJoined{Leg: 1})
	}
	s.emit(CallAnswered{Leg: id})
}

// huntFailed is reached when a purpose has nobody left to try.
func (s *step) huntFailed(p Purpose, why LegLeft) {
	if why.Cause == "" {
		why.Cause = Unreachable
	}
	switch {
	case p == ForTransfer && s.c.inQueue():
		s.emit(s.c.queued)
		s.waitOn()
	case p == ForTransfer:
		s.transferFailed(why)
	case p == ForInvite:
		s.inviteFailed(why)
	case s.c.hunts[p].plan.Voicemail != "":
		s.voicemail(s.c.hunts[p].plan)
	case s.c.queued.Queue != "":
		s.emit(s.c.queued)
	case s.c.callback && s.c.phrase != "" && s.c.farewell == nil && s.c.connected(1): // who was told to hold is told why that was in vain
		s.part(Goodbye{Phrase: s.c.inWords("not_reached"), Cause: why.Cause, Message: why.Message})
	default:
		s.end(CallEnded{Reason: why.Cause, By: why.Leg, SIPCode: why.SIPCode, Message: why.Message})
	}
}
