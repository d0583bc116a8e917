package room

import (
	"cmp"
	"time"

	"webtrunk/call"
)

// A Kind says what an operation does. Rows keep what each kind has to say as JSON, so
// that another kind needs no other table.
type Kind string

const (
	Message Kind = "message" // says something
	Read    Kind = "read"    // has seen everything up to a place
	Typing  Kind = "typing"  // is about to say something: told, and not kept
	Page    Kind = "page"    // shows a page, beside the call
	File    Kind = "file"    // sends a file: who keeps it tells of it, and no page
	Draw    Kind = "draw"    // puts something on the whiteboard
	Undo    Kind = "undo"    // takes back what the same leg drew or cleared
	Clear   Kind = "clear"   // takes everything off the whiteboard
	Sketch  Kind = "sketch"  // is about to draw something: told, and not kept
	Point   Kind = "point"   // points at a place of the whiteboard: told, and not kept
)

// A Role is what a member is in the call, as far as the others are told.
type Role string

const (
	Visitor Role = "visitor" // whoever uses a site's page
	Agent   Role = "agent"   // whoever works for the account
	Site    Role = "site"    // the account itself, by a rule: no leg of the call
)

// A Member is who does something in a room: a leg of its call.
type Member struct {
	Leg  call.LegID
	Role Role
	Name string // what the others are told; not in the log, for the call's record says who they were
}

// An Operation is what somebody did in a room.
type Operation struct {
	Seq  int64  // its place in the room, from 1 without gaps; 0 for what is not kept
	ID   string // given by the member's page
	By   Member
	Kind Kind
	Body
	At time.Time
}

// A Body is what an operation says, beside who did it and when.
type Body struct {
	Text string `json:"text,omitempty"` // of a message
	Upto int64  `json:"upto,omitempty"` // of a read mark: the place of what was seen last
	Shown
	Drawn
	Filed
}

// size is how many bytes a body takes of what a room holds.
func (b Body) size() int {
	return len(b.Text) + len(b.URL) + len(b.Title) + b.Drawn.size() + len(b.FileName)
}

// A name tells operations apart that a page has asked for.
type name struct {
	leg call.LegID
	id  string
}

func (o *Operation) name() name { return name{o.By.Leg, o.ID} }

// kept reports whether operations of a kind have a place in the log.
func (k Kind) kept() bool { return k != Typing && k != Sketch && k != Point }

// Limits bound a room. A zero field is replaced by the default beside it.
type Limits struct {
	Text       int     // 2,000 characters of a message
	Operations int     // 1,000 of a room, beside those of its whiteboard
	Bytes      int     // 131,072 of text of a room
	Drawings   int     // 2,000 operations of a whiteboard
	DrawnBytes int     // 196,608 of points, text and pictures of a whiteboard
	Pictures   int     // 32 of a whiteboard, those that were taken back among them
	Rate       float64 // 5 operations a second of one member
	Burst      float64 // 20 at once
	DrawRate   float64 // 15 operations a second of one member that are about the whiteboard
	DrawBurst  float64 // 60 at once
	Replays    float64 // one in 2 s: how often a member may ask for what there was
	Waiting    int     // 200 operations of a room that wait for the database
}

func (l Limits) withDefaults() Limits {
	l.Text = cmp.Or(l.Text, 2000)
	l.Operations = cmp.Or(l.Operations, 1000)
	l.Bytes = cmp.Or(l.Bytes, 128<<10)
	l.Drawings = cmp.Or(l.Drawings, 2000)
	l.DrawnBytes = cmp.Or(l.DrawnBytes, 192<<10)
	l.Pictures = cmp.Or(l.Pictures, 32)
	l.DrawRate = cmp.Or(l.DrawRate, 15)
	l.DrawBurst = cmp.Or(l.DrawBurst, 60)
	l.Rate = cmp.Or(l.Rate, 5)
	l.Burst = cmp.Or(l.Burst, 20)
	l.Replays = cmp.Or(l.Replays, 0.5)
	l.Waiting = cmp.Or(l.Waiting, 200)
	return l
}
