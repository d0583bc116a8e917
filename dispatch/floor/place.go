package floor

import "time"

// tellPlaces tells callers who hold the line how they stand, where that is
// another than before. Whoever rings at an agent is let be, as is who came to a
// free one.
func (s *step) tellPlaces() {
	places, onDuty := map[string]int{}, map[string]int{}
	for _, e := range s.waiting {
		if places[e.Queue]++; places[e.Queue] == 1 {
			onDuty[e.Queue] = s.onDuty(e.Queue)
		}
		if e.offer == nil && !e.Callback {
			s.tellPlace(e, places[e.Queue], onDuty[e.Queue])
		}
	}
}

func (s *step) tellPlace(e *entry, place, onDuty int) {
	q := s.queues[e.Queue]
	wait := q.estimate(place, onDuty, s.now)
	aloud := place != e.aloud && !s.now.Before(e.mayHear(q))
	if place == e.place && wait == e.wait && !aloud {
		return
	}
	e.place, e.wait = place, wait
	if aloud {
		e.aloud, e.said = place, s.now
	}
	s.say(Tell{Entry: e.ID, Queue: e.Queue, Place: place, Wait: wait, Say: aloud})
}

// mayHear is when a telephone may be told its place again: music that is
// interrupted by each step forward is no comfort.
func (e *entry) mayHear(q *queue) time.Time {
	if e.said.IsZero() {
		return e.said
	}
	return e.said.Add(q.say())
}
