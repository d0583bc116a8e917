package signaling

import (
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// Rooms are where pages share what is not sound: beside each call in which pages talk
// there may be one. What can be done in a room is not for signaling to know.
type Rooms interface {
	// Enter gives a page its seat in the room of its call. tell hears what is done there:
	// from any goroutine, one call after the other; it never blocks.
	Enter(p RoomPage, tell func(RoomNews)) RoomSeat
}

// A RoomPage is who enters a room.
type RoomPage struct {
	Call    webtrunk.CallID
	Leg     call.LegID
	Account webtrunk.AccountID
	Test    bool
	Works   bool   // for the account
	Name    string // as was checked; may be empty
	Origin  string // of the page
}

// RoomNews is what a page is told.
type RoomNews struct {
	Others     int // how many others are in the room
	Operations func() ([]json.RawMessage, error)
}

// A RoomSeat is a page's place in a room. Its methods return at once, and report what is
// refused, with the ID that the page gave the operation, from any goroutine.
type RoomSeat interface {
	Post(operation []byte, refused func(id string, err error))
	Replay(after int64, refused func(id string, err error)) // tell again what stands behind a place
	Leave()
	// Attach and Fetch let the page send a file, or fetch one; answer may come at once.
	Attach(name string, bytes int64, answer func(RoomTicket, error))
	Fetch(file string, answer func(RoomTicket, error))
}

// A roomNotice tells a page who else can read along, and what was done, in order. It has
// no number: what a page misses of it while it is away, it asks for.
type roomNotice struct {
	Type       string            `json:"type"` // room
	ID         string            `json:"id"`
	Others     int               `json:"others"`
	Operations []json.RawMessage `json:"operations,omitempty"`
}

// roomPiece is how many bytes of operations one message has, about: a room that is full to
// its bounds fits into what a page may be slow to read.
const roomPiece = 32 << 10

// enter takes the page into its call's room, once it talks there, or waits in a queue,
// where it is shown what the account has for it; who only writes, from the beginning, for
// what they write is there for whoever comes. A page that answered enters once the call has
// chosen it. Whoever only listens, or whispers, is not in it: the others
// must not learn of them.
func (c *pageCall) enter() {
	s := c.session
	if c.leg.part != call.Talks {
		return
	}
	c.showBill()
	rooms := s.server.cfg.Rooms
	if rooms == nil || c.seat != nil {
		return
	}
	p := RoomPage{Call: c.leg.call, Leg: c.leg.id, Account: s.grant.Account, Test: s.grant.Test, Works: s.grant.Hands, Name: s.grant.Context[checked+"name"], Origin: s.hello.Origin}
	c.seat = rooms.Enter(p, func(n RoomNews) {
		s.post(func() {
			if s.call == c && c.seat != nil {
				c.news(n)
			}
		})
	})
}

// leaveRoom gives the page's place in the room back, if it has one.
func (c *pageCall) leaveRoom() {
	if c.seat != nil {
		c.seat.Leave()
		c.seat = nil
	}
}

// news passes on what was done in the room, in messages that a slow page can take.
func (c *pageCall) news(n RoomNews) {
	s := c.session
	all, err := n.Operations()
	if err != nil {
		s.log.Error("what was done in a room cannot be written", "call", c.leg.call, "error", err)
		return
	}
	for first := true; first || len(all) > 0; first = false {
		part, bytes := 0, 0
		for part < len(all) && bytes < roomPiece {
			bytes += len(all[part])
			part++
		}
		s.pass(roomNotice{Type: "room", ID: c.id, Others: n.Others, Operations: all[:part]})
		all = all[part:]
	}
}

// room does something in the call's room, or asks for what was done there. Who asks
// before there is a room hears of everything once there is one.
func (s *session) room(c *pageCall, r request) *refusal {
	refused := func(id string, err error) {
		s.post(func() {
			if s.call == c {
				s.refuseOperation(c, id, err)
			}
		})
	}
	switch {
	case r.After != nil && c.seat == nil:
	case r.After != nil:
		c.seat.Replay(*r.After, func(_ string, err error) { refused("after", err) })
	case len(r.Operation) == 0:
		return refuse(codeBadMessage, "room needs an operation, or after.")
	case c.unread():
		return refuse(codeNoRoom, "Nobody in this call can read this: it was not answered, or the gateway keeps no chat.").over(r.Operation)
	default:
		c.seat.Post(r.Operation, refused)
	}
	return nil
}

// unread reports whether nobody reads what is done in the room, now or later.
func (c *pageCall) unread() bool {
	return c.seat == nil || c.state == stateQueued && !c.queued.Again && !c.written
}

// refuseOperation tells the page what came of an operation that the room has refused. A
// page that goes on sending what is wrong is cut, as with any message; one that our
// database keeps waiting is not.
func (s *session) refuseOperation(c *pageCall, id string, err error) {
	bad := &refusal{codeBadMessage, webtrunk.MessageOf(err, "This cannot be done here."), webtrunk.RetryOf(err), id}
	switch webtrunk.KindOf(err) {
	case webtrunk.Exhausted:
		bad.code = codeRoomFull
		if bad.retry > 0 {
			bad.code = codeRateLimited
		}
	case webtrunk.Forbidden:
		bad.code = codePageRefused
	case webtrunk.Unavailable:
		bad.code = codeBusyGateway
		s.complain(bad, c.id)
		return
	case webtrunk.Internal:
		bad.code = codeInternal
	}
	if !s.errors.take(time.Now()) {
		s.flooded(bad, c.id)
		return
	}
	s.complain(bad, c.id)
}

// over says which operation a refusal is about, if the page has named it.
func (r *refusal) over(operation []byte) *refusal {
	var named struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(operation, &named) == nil && validID(named.ID) {
		r.operation = named.ID
	}
	return r
}
