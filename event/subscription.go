package event

import (
	"context"
	"sync"
)

// pageSize is how many records a subscription reads from the log at once while
// it catches up.
const pageSize = 256

// A Subscription is one subscriber's view of a stream. It begins in the log and
// changes over to the Hub where the two overlap, without gap or duplicate. Next,
// Ready and Place are for one goroutine; Close is for any.
type Subscription struct {
	hub    *Hub
	filter Filter
	stream Stream
	topic  Stream // whose records the hub offers

	// The reader's.
	page     []*Record // read, and not yet returned by Next
	place    int64     // up to which everything was returned
	reached  int64     // the place of the newest record read from the log
	position int64     // up to which the log was read
	live     bool

	// from is the place behind which the hub's offers are taken: the hub may be
	// behind the log, and so behind the subscriber. Set when the hub is joined.
	from int64

	mu     sync.Mutex // the hub's comes first, where both are held
	queue  []*Record
	passed int64 // the place of the newest that was not wanted, before any in the queue
	ended  *Reason
	wake   chan struct{} // holds a token when the queue or ended has changed
}

func newSubscription(h *Hub, f Filter, s Stream, after int64) *Subscription {
	sub := &Subscription{hub: h, filter: f, stream: s, topic: s, place: after, reached: after, wake: make(chan struct{}, 1)}
	if sub.topic.Call == "" {
		sub.topic.Call = f.Call
	}
	if sub.topic.Account == "" {
		sub.topic.Account = f.Account
	}
	if s == (Stream{}) {
		sub.position = after
	}
	return sub
}

// follows reports whether a record is in the stream.
func (s *Subscription) follows(r *Record) bool {
	return (s.stream.Account == "" || s.stream.Account == r.Account) && (s.stream.Call == "" || s.stream.Call == r.Call)
}

// wants reports whether a record is in the stream and the filter wants it.
func (s *Subscription) wants(r *Record) bool { return s.follows(r) && s.filter.match(r) }

// Next returns the next record, without its Private part, and waits for it if
// need be. After ErrResync the subscription has ended. After any other error,
// which is ctx's or the log's, Next may be called again.
func (s *Subscription) Next(ctx context.Context) (Record, error) {
	for len(s.page) == 0 {
		if err := s.fill(ctx); err != nil {
			return Record{}, err
		}
	}
	r := s.page[0]
	s.page[0], s.page = nil, s.page[1:]
	s.place = s.stream.place(r)
	return *r, nil
}

// Ready reports whether Next is sure to return at once.
func (s *Subscription) Ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.page) > 0 || len(s.queue) > 0 || s.ended != nil
}

// Place returns from where to subscribe again: everything wanted up to it was
// returned by Next.
func (s *Subscription) Place() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	return s.place
}

// catchUp moves the place behind what was read and not wanted. The caller has
// locked.
func (s *Subscription) catchUp() {
	if len(s.page) == 0 {
		s.place = max(s.place, s.reached, s.passed)
	}
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.leave(s)
}

// fill gets records from the hub, or from the log as long as the hub does not
// have all that are missing. It may get none.
func (s *Subscription) fill(ctx context.Context) error {
	if s.live {
		return s.wait(ctx)
	}
	select {
	case <-s.hub.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.page, s.reached, s.live = s.hub.join(s, s.position, s.reached); s.live {
		return nil
	}
	if s.hub.hasStopped() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.catchUp()
		return &Resync{Stopping, s.place}
	}
	return s.read(ctx)
}

// read gets a page from the log.
func (s *Subscription) read(ctx context.Context) error {
	certain := s.hub.Stats().Position // the log holds everything up to here, so this reading does
	n := 0
	for r, err := range s.hub.Log.Read(ctx, s.stream, s.reached) {
		if err != nil {
			return err
		}
		place := s.stream.place(&r)
		if place != s.reached+1 && s.stream != (Stream{}) {
			if n > 0 {
				return nil // first what is there
			}
			return &Resync{TooOld, place - 1}
		}
		s.reached = place
		s.position = r.Position
		if s.wants(&r) {
			r.Private = nil
			s.page = append(s.page, &r)
		}
		if n++; n == pageSize {
			return nil
		}
	}
	s.position = max(s.position, certain)
	return ctx.Err()
}

// wait takes what the hub has queued.
func (s *Subscription) wait(ctx context.Context) error {
	select {
	case <-s.wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil || len(s.queue) > 0 {
		s.page, s.queue = s.queue, nil
	} else {
		s.catchUp()
	}
	if s.ended == nil {
		return nil
	}
	s.signal() // for the next time
	if len(s.page) > 0 {
		return nil
	}
	return &Resync{*s.ended, s.place}
}

// What became of an offer.
type outcome uint8

const (
	notWanted outcome = iota
	queued
	tooMany // the subscription has ended
)

// offer puts a record into the queue, if it is wanted and there is room. Only
// the hub calls it.
func (s *Subscription) offer(r *Record, most int) outcome {
	place := s.stream.place(r)
	if place <= s.from {
		return notWanted
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.wants(r):
		if len(s.queue) == 0 {
			s.passed = place
		}
		return notWanted
	case len(s.queue) == most:
		reason := TooSlow
		s.ended, s.queue = &reason, nil
		s.signal()
		return tooMany
	}
	s.queue = append(s.queue, r)
	s.signal()
	return queued
}

// end ends the subscription once what is queued has been taken.
func (s *Subscription) end(why Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = &why
	s.signal()
}

// signal wakes the reader. The caller has locked.
func (s *Subscription) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
