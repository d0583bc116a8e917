package signaling

import (
	"encoding/json"
	"time"

	"webtrunk/call"
	"webtrunk/media"
)

// What a page knows about its call.
const (
	stateCalling  = "calling"
	stateQueued   = "queued" // waits in a queue
	stateRinging  = "ringing"
	stateEarly    = "early_media"
	stateAnswered = "answered"
	stateIncoming = "incoming" // rings here
)

// What of a page can be absent; a leg is lost while any is.
type absence uint8

const (
	absentPage  absence = 1 << iota // its socket
	absentMedia                     // its sound path
)

// A pageCall is a session's part in a call. The session's goroutine owns it.
type pageCall struct {
	session   *session
	leg       *leg
	id        string // the page's name for the call
	with      string // who is called, or calls
	incoming  bool
	state     string
	held      bool
	holds     bool // it has put the others on hold
	muted     bool
	written   bool               // it has no sound yet
	asked     bool               // and somebody in the call would talk
	moving    string             // how far its own transfer has come: see handing.go
	context   map[string]string  // what came with a call to it
	queued    call.TellQueued    // what it is offered while it waits in a queue
	place     call.TellPlace     // and where it was told that it stands
	message   call.TellMessage   // how far the message is that it leaves; Leg 0: it leaves none
	messageAt time.Time          // since when
	taping    call.TellRecording // what it was told of the recording last; Leg 0: nothing

	video      bool             // the page offered pictures
	wanted     media.VideoCodec // what the page should send; NoVideo: whatever it likes
	peer       peer             // nil until there is an offer
	joined     bool             // the sound path was up once
	manner     manner           // of speaking
	choices    []media.Format   // what the page offered to speak
	ufrag      string           // of its last offer
	candidates int              // trickled since the last offer
	absent     absence
	connecting *time.Timer // until the peer connects
	seat       RoomSeat    // in the call's room; nil: not there yet, or there is none
	missing    *time.Timer // until media that was lost is back

	bill    json.RawMessage // how the call is billed, as the page was told last
	unwatch func()          // nil: the page does not see that yet

	charged charged // what was asked for in the call
}

func (c *pageCall) describe() callState {
	d := callState{ID: c.id, Call: string(c.leg.call), State: c.state, Held: c.held, Holds: c.holds, Muted: c.muted, Video: c.video, Written: c.written, Asked: c.asked, Transfer: c.moving, Metadata: c.context, Bill: c.bill, Charge: c.charged.newest}
	if c.state == stateQueued {
		d.Callback, d.Message, d.Position, d.Wait = c.queued.Callback, c.queued.Voicemail, c.place.Position, int(c.place.Wait.Seconds())
		if d.Callback {
			d.Number = c.session.grant.telephone()
		}
	}
	d.Recording, d.Recorded = c.recording(), c.recorded()
	if c.incoming {
		d.From = c.with
	} else {
		d.To = c.with
	}
	return d
}

// lost notes that something of the page is gone, and tells the call of the first.
func (c *pageCall) lost(what absence) {
	was := c.absent
	c.absent |= what
	if was == 0 && c.state != stateIncoming {
		c.session.log.Info("leg lost", "call", c.leg.call, "leg", c.leg.id.String())
		c.leg.report(call.LegLost{Leg: c.leg.id})
	}
}

// returned notes that something of the page is back, and tells the call of the last.
func (c *pageCall) returned(what absence) {
	was := c.absent
	c.absent &^= what
	if was != 0 && c.absent == 0 && c.state != stateIncoming {
		c.session.log.Info("leg returned", "call", c.leg.call, "leg", c.leg.id.String())
		c.leg.report(call.LegReturned{Leg: c.leg.id})
	}
}

// attach makes p the call's peer and gives it time to connect. The peer that
// it replaces is closed.
func (c *pageCall) attach(p peer) {
	if old := c.peer; old != nil && old != p {
		c.session.server.background(old.close)
	}
	c.peer = p
	c.candidates = 0
	c.leg.port.SetFormat(p.format())
	c.await()
}

// goOn takes another offer of the peer there is: an ICE restart, which must find
// a path again, or a change of what is spoken on the one it has. The restarts of a
// page that wrote do not put off that it is told to write on.
func (c *pageCall) goOn(o *offer) {
	c.candidates = 0
	c.leg.port.Change(c.peer.format())
	if o.ufrag != c.ufrag && !c.written {
		c.await()
	}
	c.ufrag = o.ufrag
}

// await ends a call whose sound path does not come up in time; a call that
// had one is given its grace.
func (c *pageCall) await() {
	stop(c.connecting)
	s := c.session
	var t *time.Timer
	t = time.AfterFunc(s.server.cfg.Limits.Connect, func() {
		s.post(func() {
			switch {
			case s.call != c || c.connecting != t:
			case c.joined:
				c.mediaLost()
			case c.written:
				c.unfound()
			default:
				s.leave(c, call.LegEnded{Cause: call.ConnectionLost, Message: noSoundPath}, "gateway")
			}
		})
	})
	c.connecting = t
}

// changed is what a peer reports of its path.
func (c *pageCall) changed(p peer, to path) {
	s := c.session
	if s.call != c || c.peer != p {
		return // replaced, or the call is over
	}
	switch to {
	case pathFound:
		c.mediaFound()
	case pathLost:
		if c.joined {
			c.mediaLost()
		}
	}
}

// mediaFound notes that the sound path is up. A call that was accepted here, with sound,
// counts as answered only now: nobody pays for, or speaks into, silence.
func (c *pageCall) mediaFound() {
	stop(c.connecting)
	stop(c.missing)
	c.connecting, c.missing = nil, nil
	if !c.joined {
		c.joined = true
		c.session.log.Info("media connected", "call", c.leg.call, "leg", c.leg.id.String(), "codec", c.peer.format().Codec.String())
		c.found()
	}
	c.returned(absentMedia)
}

// mediaLost starts the grace of a lost sound path.
func (c *pageCall) mediaLost() {
	c.lost(absentMedia)
	if c.missing != nil {
		return
	}
	s := c.session
	var t *time.Timer
	t = time.AfterFunc(s.server.cfg.Limits.Grace, func() {
		s.post(func() {
			if s.call == c && c.missing == t {
				s.leave(c, call.LegEnded{Cause: call.ConnectionLost}, "gateway")
			}
		})
	})
	c.missing = t
}

func stop(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}
