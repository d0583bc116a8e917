package dispatch

import (
	"context"
	"fmt"
	"strings"

	"webtrunk/call"
	"webtrunk/directory"
)

// The bounds of a queue's settings: an hour of ringing or wrap-up, and a day of
// waiting, are mistakes.
const (
	mostRing     Seconds = 3600
	mostWait     Seconds = 86400
	mostSteps            = 10
	mostPriority         = 1000
	mostCallers          = 100_000
)

// Check tidies a queue, and refuses what cannot be meant.
func (q *Queue) Check(ctx context.Context, b *Book, from directory.Source) error {
	q.tidy()
	for _, check := range []func() error{
		func() error { return checkName("queue", q.Name) },
		q.checkWords,
		q.checkLengths,
		q.checkSteps,
		func() error { return b.checkPhrases(q.Greeting, q.Music, q.Closed.Phrase) },
		func() error { return q.checkLeads(ctx, from) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// tidy fills in what was not said.
func (q *Queue) tidy() {
	q.Name = strings.TrimSpace(q.Name)
	fill(&q.Strategy, LongestIdle)
	fill(&q.Ring, usualRing)
	fill(&q.Last, LastHangup)
	fill(&q.Closed.Then, ClosedHangup)
	fill(&q.ServiceLevel, usualServiceLevel)
	q.Overflow, q.Relax = append([]Overflow{}, q.Overflow...), append([]Relax{}, q.Relax...)
	if q.Metadata == nil {
		q.Metadata = map[string]string{}
	}
}

// fill sets what is empty.
func fill[T comparable](to *T, usual T) {
	if *to == *new(T) {
		*to = usual
	}
}

func (q *Queue) checkWords() error {
	switch q.Strategy {
	case LongestIdle, RoundRobin, RingAll, Skills:
	default:
		return invalid("queue", fmt.Sprintf("%.20q is no strategy: choose longest_idle, round_robin, ring_all or skills.", string(q.Strategy)))
	}
	switch q.Last {
	case LastVoicemail, LastHangup, LastCallback:
	case LastQueue:
		if len(q.Overflow) == 0 {
			return invalid("queue", "Callers cannot be led to another queue at last where there is none in overflow: name one there.")
		}
	default:
		return invalid("queue", fmt.Sprintf("%.20q is nothing that callers come to at last: choose voicemail, hangup, callback or queue.", string(q.Last)))
	}
	switch q.Closed.Then {
	case ClosedHangup, ClosedVoicemail, ClosedQueue:
	default:
		return invalid("queue", fmt.Sprintf("%.20q is nothing that callers come to while it is closed: choose hangup, voicemail or another_queue.", string(q.Closed.Then)))
	}
	switch q.Language {
	case "", "en", "zh", "ar":
	default:
		return invalid("queue", fmt.Sprintf("%.20q is no language that callers can be spoken to in: choose en, zh or ar, or leave it out.", q.Language))
	}
	switch q.Recording {
	case "", "off", string(call.ByAsking), string(call.ByAnnouncing):
	default:
		return invalid("queue", fmt.Sprintf("%.20q is no way to record calls: choose off, ask or announce, or leave it out.", q.Recording))
	}
	if (q.Closed.Then == ClosedQueue) != (q.Closed.Queue != "") {
		return invalid("queue", "Name the other queue while this one is closed exactly where another_queue is chosen.")
	}
	return nil
}

func (q *Queue) checkLengths() error {
	for _, l := range []struct {
		name     string
		is, most Seconds
	}{{"ring_seconds", q.Ring, mostRing}, {"max_wait_seconds", q.MaxWait, mostWait}, {"wrap_up_seconds", q.WrapUp, mostRing}, {"service_level_seconds", q.ServiceLevel, mostWait}} {
		if l.is < 0 || l.is > l.most {
			return invalid("queue", fmt.Sprintf("%s is from 0 to %d.", l.name, l.most))
		}
	}
	if q.Most < 0 || q.Most > mostCallers {
		return invalid("queue", fmt.Sprintf("most_waiting is from 0, which is no limit, to %d.", mostCallers))
	}
	if q.Priority < -mostPriority || q.Priority > mostPriority {
		return invalid("queue", fmt.Sprintf("priority is from %d to %d.", -mostPriority, mostPriority))
	}
	return nil
}

// checkSteps holds what happens as time passes to the order in which it does.
func (q *Queue) checkSteps() error {
	if len(q.Overflow) > mostSteps || len(q.Relax) > mostSteps {
		return invalid("queue", fmt.Sprintf("There are at most %d steps of overflow, and of relax.", mostSteps))
	}
	last := Seconds(0)
	for _, o := range q.Overflow {
		if o.After < last || o.After > mostWait {
			return invalid("queue", "The steps of overflow come one after the other: write the earliest first, within a day.")
		}
		last = o.After
	}
	last = 0
	for _, r := range q.Relax {
		if r.After < last || r.After > mostWait || r.By < 1 || r.By > mostLevel {
			return invalid("queue", fmt.Sprintf("The steps of relax come one after the other, and each takes 1 to %d off the levels that callers need.", mostLevel))
		}
		last = r.After
	}
	return nil
}

// checkLeads refuses queues and hours that the tenant does not have.
func (q *Queue) checkLeads(ctx context.Context, from directory.Source) error {
	if q.Hours != "" {
		if err := openingHours.Has(ctx, from, q.Tenant, q.Hours); err != nil {
			return err
		}
	}
	for _, id := range q.leadsTo() {
		if id == q.ID {
			return invalid("queue", "A queue cannot lead its callers to itself: name another one.")
		}
		if err := queues.Has(ctx, from, q.Tenant, id); err != nil {
			return err
		}
	}
	return nil
}

// leadsTo returns the queues that the queue's callers may come to.
func (q *Queue) leadsTo() (ids []string) {
	for _, o := range q.Overflow {
		ids = append(ids, o.Queue)
	}
	if q.Closed.Queue != "" {
		ids = append(ids, q.Closed.Queue)
	}
	return ids
}

// checkPhrases refuses phrases that cannot be played.
func (b *Book) checkPhrases(phrases ...string) error {
	for _, p := range phrases {
		if p == "" {
			continue
		}
		if len(p) > 500 {
			return invalid("phrase", "A phrase has at most 500 characters.")
		}
		if err := b.o.Playable(p); err != nil {
			return err
		}
	}
	return nil
}
