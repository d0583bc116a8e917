package signaling

import (
	"context"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/call"
)

type (
	// A queuedNotice tells a page that it waits in a queue, and what it may wish instead.
	queuedNotice struct {
		head
		Callback  bool   `json:"callback"`
		Voicemail bool   `json:"voicemail"`
		Number    string `json:"number,omitempty"` // where the visitor can be called, as its site has signed
	}
	// A callbackNotice tells a page that it is not called back. That it is, its
	// call's end says.
	callbackNotice struct {
		head
		State   string `json:"state"` // refused
		Message string `json:"message"`
	}
	// A messageNotice tells a page how far the message is that it leaves.
	messageNotice struct {
		head
		State   call.MessageState `json:"state"`
		Longest int               `json:"longest,omitempty"` // seconds, that are recorded
	}
	// A recordingState is the same, to a page that returns.
	recordingState struct {
		State   call.MessageState `json:"state"`
		Seconds int               `json:"seconds,omitempty"` // recorded so far
		Longest int               `json:"longest,omitempty"`
	}
	// A placeNotice tells a page where in the queue it stands.
	placeNotice struct {
		head
		Position int `json:"position"`
		Wait     int `json:"wait"` // seconds, as estimated
	}
)

// Queued tells the page that it waits, perhaps again, for somebody has handed it on;
// and what it may do instead.
func (l *leg) Queued(q call.TellQueued) {
	_ = l.tell(func(s *session, c *pageCall) { // a page that is gone reads it when it is back
		if c.state == stateAnswered && !q.Again {
			return
		}
		c.state, c.queued, c.place = stateQueued, q, call.TellPlace{}
		n := &queuedNotice{head: head{Type: "queued", ID: c.id}, Callback: q.Callback, Voicemail: q.Voicemail}
		if q.Callback {
			n.Number = s.grant.telephone()
		}
		s.send(n)
		c.enter()
	})
}

// Place tells the page where it stands.
func (l *leg) Place(p call.TellPlace) {
	_ = l.tell(func(s *session, c *pageCall) {
		if c.state != stateQueued && c.moving != movingQueued {
			return
		}
		c.place = p
		s.send(&placeNotice{head: head{Type: "place", ID: c.id}, Position: p.Position, Wait: int(p.Wait.Seconds())})
	})
}

// noCallback is the sentence for a caller whom the queue does not call back.
const noCallback = "So many are waiting to be called back that no more calls can be promised. You keep your place here."

// CallingBack tells the page that nobody will call it back; it waits on.
func (l *leg) CallingBack(t call.TellCallback) {
	_ = l.tell(func(s *session, c *pageCall) {
		if c.state == stateQueued && t.Refused {
			s.send(&callbackNotice{head: head{Type: "callback", ID: c.id}, State: "refused", Message: noCallback})
		}
	})
}

// Message tells the page how far the message is that it leaves.
func (l *leg) Message(m call.TellMessage) {
	_ = l.tell(func(s *session, c *pageCall) {
		c.message, c.messageAt = m, time.Now()
		s.send(&messageNotice{head: head{Type: "voicemail", ID: c.id}, State: m.State, Longest: int(m.Longest.Seconds())})
	})
}

// recording is how far a page's message is, nil where it leaves none.
func (c *pageCall) recording() *recordingState {
	if c.message.Leg == 0 {
		return nil
	}
	r := &recordingState{State: c.message.State, Longest: int(c.message.Longest.Seconds())}
	if r.State == call.MessageRecording {
		r.Seconds = int(time.Since(c.messageAt).Seconds())
	}
	return r
}

// telephone is the number at which a visitor can be called whom the site has
// vouched for; empty where it named none that can be dialled.
func (g Grant) telephone() string {
	number, err := webtrunk.ParseAddress(g.Context[checked+"phone_number"])
	if err != nil || number.Scheme != webtrunk.Tel {
		return ""
	}
	return number.Value
}

// voicemail is a page's wish to leave a message rather than wait.
func (s *session) voicemail(c *pageCall, _ request) *refusal {
	if c.state != stateQueued || !c.queued.Voicemail {
		return refuse(codeBadMessage, "Only who waits in a queue that offers it can leave a message.")
	}
	return s.wish(c, call.LeaveMessage{By: c.leg.id})
}

// callback is a page's wish to be called back rather than wait.
func (s *session) callback(c *pageCall, r request) *refusal {
	if c.state != stateQueued || !c.queued.Callback {
		return refuse(codeBadMessage, "Only who waits in a queue that offers it can be called back.")
	}
	number, err := webtrunk.ParseAddress(strings.TrimSpace(r.Number))
	if err != nil || number.Scheme != webtrunk.Tel {
		return refuse(codeBadNumber, "The number to be called back at is written with its country code.")
	}
	ctx, cancel := context.WithTimeout(s.server.stopping, 5*time.Second)
	defer cancel()
	if bad := s.grant.mayBeCalled(ctx, number); bad != nil {
		return bad
	}
	return s.wish(c, call.CallMeBack{By: c.leg.id, Number: number})
}
