package billing

import (
	"time"

	"webtrunk/billing/meter"
)

// lookEvery is how often a session looks whether pictures flow, where they have a rate of
// their own: what is charged at it is right to that time.
const lookEvery = time.Second

// look asks whether a page in the call has been sent pictures since it was asked last. That
// some were agreed is not enough: a camera can be off.
func (s *session) look(now time.Duration) {
	if s.quote.Terms.Video == 0 || s.meter.State() == meter.Quoted || now-s.looked < lookEvery {
		return
	}
	s.looked = now
	flow := false
	for _, w := range s.b.watchersOf(s.quote.Call) {
		n := w.shown()
		flow = flow || n > w.before
		w.before = n
	}
	if flow != s.flow {
		s.flow = flow
		s.facts.Video = flow
		s.hear(s.meter.Learn(now, s.facts))
	}
}
