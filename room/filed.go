package room

import (
	"context"
	"slices"

	"webtrunk"
)

// Filed is a file that was sent, by how it is kept elsewhere: of an operation of kind File.
type Filed struct {
	File      string `json:"file,omitempty"` // "file_…"
	FileName  string `json:"file_name,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	Bytes     int64  `json:"bytes,omitempty"`
}

// Send tells a call's room of a file that a member has sent, and returns when that is kept.
// Whoever has left the room while the file was on its way sends none.
func (r *Rooms) Send(ctx context.Context, c Call, by Member, f Filed) error {
	done := make(chan error, 1)
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return refused(webtrunk.Unavailable, stopping)
	}
	at := r.rooms[c.ID]
	if at == nil || at.call != c || !at.has(by) {
		r.mu.Unlock()
		return refused(webtrunk.NotFound, "You are not in this call any more: the file was not sent.")
	}
	at.do(func(ctx context.Context) {
		done <- at.post(ctx, &Seat{room: at, member: by}, Draft{ID: f.File, Kind: File, Body: Body{Filed: f}})
	})
	r.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return unkept(ctx.Err())
	}
}

// has reports whether a member has a seat. Rooms.mu is held.
func (at *room) has(m Member) bool {
	return slices.ContainsFunc(at.seats, func(s *Seat) bool { return s.member.Leg == m.Leg })
}
