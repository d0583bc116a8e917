package room

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/store"
)

// Options are what rooms work with, beside their database.
type Options struct {
	Limits Limits
	Keep   time.Duration    // how long one operation may wait for the database; 0 is 10 s
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil discards

	// Pages returns how the account of a call has listed a page, which its people may show
	// then; NotFound: they may not. nil: no pages are shown.
	Pages func(ctx context.Context, c Call, url string) (Listing, error)
}

// Rooms are those of the calls that run on this node. They may be used from any
// goroutine.
type Rooms struct {
	db      *store.DB
	o       Options
	ctx     context.Context // ends when Close does not wait any longer
	cancel  context.CancelFunc
	working sync.WaitGroup // rooms with work to do; grows under mu and not once closed

	mu     sync.Mutex // of all rooms: what it guards is a few words, and never waits
	rooms  map[webtrunk.CallID]*room
	closed bool

	promised map[webtrunk.CallID]time.Time // something was shown since, before anybody was there
}

// New returns the rooms of a database; none is open.
func New(db *store.DB, o Options) *Rooms {
	o.Limits = o.Limits.withDefaults()
	if o.Keep == 0 {
		o.Keep = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Rooms{db: db, o: o, rooms: map[webtrunk.CallID]*room{}, promised: map[webtrunk.CallID]time.Time{}}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// patience is how long the last operations may take when the gateway stops.
const patience = 5 * time.Second

// Close takes no more operations, and returns when those that were taken are kept.
func (r *Rooms) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	last := time.AfterFunc(patience, r.cancel)
	defer last.Stop()
	r.working.Wait()
	r.cancel()
}

// A Call is whose room it is.
type Call struct {
	ID      webtrunk.CallID
	Account webtrunk.AccountID
	Test    bool
}

// News is what a member is told.
type News struct {
	Operations []Operation // in order
	Others     int         // how many others are in the room, who can read and write
	You        Member
}

// A room is that of one call. Rooms.mu guards everything but state.
type room struct {
	rooms *Rooms
	call  Call
	seats []*Seat
	todo  []task
	busy  bool                  // a goroutine does what is to be done, or is about to
	names map[call.LegID]string // what members are called, also those who have left

	state *State    // nil until it is read; the worker's alone
	drawn time.Time // when the log was last told of the whiteboard; the worker's alone
}

// A Seat is a member's place in a room.
type Seat struct {
	room    *room
	member  Member
	tell    func(News)
	asks    bucket // operations
	draws   bucket // those that are about the whiteboard
	replays bucket

	told int64 // the place of the last operation that it knows; the worker's alone
}

// Enter gives a member a place in a call's room. tell hears of everything that happens
// there, first of what the room holds already: from any goroutine, one call after the
// other. It must not block, nor use the rooms.
func (r *Rooms) Enter(c Call, m Member, tell func(News)) *Seat {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.at(c)
	_, promised := r.promised[c.ID]
	delete(r.promised, c.ID)
	l, now := r.o.Limits, r.o.Now()
	s := &Seat{room: at, member: m, tell: tell, asks: newBucket(l.Rate, l.Burst, now), draws: newBucket(l.DrawRate, l.DrawBurst, now), replays: newBucket(l.Replays, 4, now)}
	at.seats, at.names[m.Leg] = append(at.seats, s), m.Name
	at.tellOthers()
	if len(at.seats) > 1 || at.busy || promised {
		at.do(at.greet)
	}
	return s
}

// at is the room of a call. Rooms.mu is held.
func (r *Rooms) at(c Call) *room {
	at := r.rooms[c.ID]
	if at == nil {
		at = &room{rooms: r, call: c, names: map[call.LegID]string{}}
		r.rooms[c.ID] = at
	}
	return at
}

// Leave gives the place back. The room goes with its last member; what was kept stays.
func (s *Seat) Leave() {
	at := s.room
	at.rooms.mu.Lock()
	defer at.rooms.mu.Unlock()
	at.seats = slices.DeleteFunc(at.seats, func(other *Seat) bool { return other == s })
	at.tellOthers()
	at.closeIfDone()
}

// tellOthers tells everybody how many others there are. Rooms.mu is held.
func (at *room) tellOthers() {
	for _, s := range at.seats {
		at.tellOne(s, nil)
	}
}

// closeIfDone forgets a room that nobody is in and that has nothing to do.
func (at *room) closeIfDone() {
	if len(at.seats) == 0 && !at.busy && at.rooms.rooms[at.call.ID] == at {
		delete(at.rooms.rooms, at.call.ID)
	}
}

// Post asks for an operation, as the member's page has written it. It returns at once.
// What is kept reaches every member, also this one; refused is told what is not, with the
// ID by which the page knows it, from any goroutine.
func (s *Seat) Post(raw []byte, refused func(id string, err error)) {
	d, err := ParseDraft(raw)
	if err == nil {
		of := &s.asks
		if d.Kind.onBoard() {
			of = &s.draws
		}
		err = s.ask(of, tooFast, func(ctx context.Context) {
			if err := s.room.post(ctx, s, d); err != nil {
				refused(d.ID, err)
			}
		})
	}
	if err != nil {
		refused(d.ID, err)
	}
}

// Replay asks to be told once more what stands behind a place.
func (s *Seat) Replay(after int64, refused func(id string, err error)) {
	err := s.ask(&s.replays, tooOften, func(ctx context.Context) {
		if err := s.room.replay(ctx, s, after); err != nil {
			refused("", err)
		}
	})
	if err != nil {
		refused("", err)
	}
}

const (
	stopping = "The gateway is stopping: nothing is written down any more."
	tooFast  = "That was too much at once. Wait a moment, then send it again."
	tooOften = "The chat was asked for too often. Wait a moment, then ask again."
)

// ask has the room do something for a member who may still ask for it.
func (s *Seat) ask(b *bucket, otherwise string, f func(context.Context)) error {
	r := s.room.rooms
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return refused(webtrunk.Unavailable, stopping)
	case !b.take(r.o.Now()):
		return &webtrunk.Error{Op: "room", Kind: webtrunk.Exhausted, Message: otherwise, Retry: 2 * time.Second}
	case len(s.room.todo) >= r.o.Limits.Waiting:
		return refused(webtrunk.Unavailable, "What is written cannot be kept fast enough at the moment. Send it again.")
	}
	s.room.do(f)
	return nil
}
