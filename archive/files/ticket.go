package files

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/call"
)

// A Ticket lets whoever has its secret send the bytes of one file, or fetch them: once.
type Ticket struct {
	ID     string // of the file, or, to fetch it, of the ticket
	Secret string
	Lasts  time.Duration
}

// lasting is how long a ticket is good: a page uses it at once.
const lasting = time.Minute

// mostTickets bounds those of one call that nobody has used.
const mostTickets = 20

// A ticket is one that was given out.
type ticket struct {
	secret string
	origin string // of the page that has it; empty: the gateway's own
	until  time.Time
	file   File // to be sent, or to be fetched
	lends  bool
	used   bool // its bytes are on their way
	kept   func(context.Context, File) error
}

// A Wish is what a page asks to send.
type Wish struct {
	Call   Call
	Leg    call.LegID
	Origin string // of the page; empty: the gateway's own
	Name   string
	Bytes  int64
}

// Offer lets a page send a file. kept tells the others of it once it is kept: an error means
// that they cannot be told, and nothing is kept.
func (f *Files) Offer(ctx context.Context, w Wish, kept func(context.Context, File) error) (Ticket, error) {
	name := cleanName(w.Name)
	if err := f.fits(name, w.Bytes); err != nil {
		return Ticket{}, err
	}
	k, _ := kindOf(name)
	file := File{ID: webtrunk.NewID("file"), Call: w.Call, Leg: w.Leg, Name: name, MediaType: k.media, Bytes: w.Bytes}
	given, err := f.give(file.ID, &ticket{origin: w.Origin, file: file, kept: kept})
	if err != nil {
		return Ticket{}, err
	}
	if err := f.hasRoom(ctx, w.Call); err != nil { // with this one: of two that ask at once, neither is missed
		f.drop(file.ID)
		return Ticket{}, err
	}
	return given, nil
}

// Lend lets a page of a call fetch one of its files.
func (f *Files) Lend(ctx context.Context, of Call, origin, id string) (Ticket, error) {
	file, err := f.Get(ctx, of, id)
	if err != nil {
		return Ticket{}, err
	}
	return f.give(webtrunk.NewID("file"), &ticket{origin: origin, file: file, lends: true})
}

func (f *Files) give(id string, t *ticket) (Ticket, error) {
	now := f.o.Now()
	t.secret, t.until = rand.Text(), now.Add(lasting)
	f.mu.Lock()
	defer f.mu.Unlock()
	same := 0
	for id, other := range f.tickets {
		switch {
		case !other.used && now.After(other.until):
			delete(f.tickets, id)
		case !other.used && other.file.Call == t.file.Call:
			same++
		}
	}
	if same >= mostTickets {
		return Ticket{}, refused(webtrunk.Exhausted, "That was too much at once. Wait a moment, then try again.")
	}
	f.tickets[id] = t
	return Ticket{ID: id, Secret: t.secret, Lasts: lasting}, nil
}

// Origin is that of the page which a ticket was given to, for the answer to a browser that
// asks whether the page may use it.
func (f *Files) Origin(id string) (origin string, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, known := f.tickets[id]
	if !known || t.used || f.o.Now().After(t.until) {
		return "", false
	}
	return t.origin, true
}

// take uses a ticket up. One whose bytes are on their way counts among what its call has
// until it is dropped.
func (f *Files) take(id, secret string, lends bool) (*ticket, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tickets[id]
	if t == nil || t.used || t.lends != lends || f.o.Now().After(t.until) || subtle.ConstantTimeCompare([]byte(t.secret), []byte(secret)) == 0 {
		return nil, refused(webtrunk.NotFound, "There is no such file here, or no longer: ask for it again in the call.")
	}
	if t.used = true; lends {
		delete(f.tickets, id)
	}
	return t, nil
}

// drop forgets a ticket.
func (f *Files) drop(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.tickets, id)
}

// Borrow opens the file that a ticket is for.
func (f *Files) Borrow(id, secret string) (File, objects.Reader, error) {
	t, err := f.take(id, secret, true)
	if err != nil {
		return File{}, nil, err
	}
	content, err := f.open(t.file)
	return t.file, content, err
}

// inWords is a number of bytes as a person reads it.
func inWords(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
