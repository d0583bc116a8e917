package dispatch

import (
	"context"

	"webtrunk/directory"
)

// A Queue is where callers wait until one of its agents is free.
type Queue struct {
	Row
	Name     string   `json:"name"`
	Strategy Strategy `json:"strategy"`
	Priority int      `json:"priority"` // an agent of several queues is offered the larger one's callers first

	Ring     Seconds    `json:"ring_seconds"`     // how long an agent is offered a call
	Most     int        `json:"most_waiting"`     // callers at once; 0 is no limit
	MaxWait  Seconds    `json:"max_wait_seconds"` // then Last comes; 0 is no limit
	Overflow []Overflow `json:"overflow"`
	Relax    []Relax    `json:"relax"`
	WrapUp   Seconds    `json:"wrap_up_seconds"` // after a call, until the agent is offered the next
	Last     Last       `json:"last"`            // what becomes of whoever has waited for MaxWait, or found Most waiting

	Hours    string `json:"hours"` // opening hours; empty is always open
	Closed   Closed `json:"closed"`
	Greeting string `json:"greeting"` // a phrase; empty says nothing
	Music    string `json:"music"`    // while they wait; empty is the gateway's own
	Language string `json:"language"` // of what they are told besides: en, zh or ar; empty is that of their page, or the gateway's own

	Callback  bool `json:"callback"`  // callers may ask to be called back, and keep their place
	Voicemail bool `json:"voicemail"` // callers may leave a message instead

	Recording string `json:"recording"` // how consent is sought: ask or announce; off records nothing; empty is as the account's policy says

	ServiceLevel Seconds           `json:"service_level_seconds"` // an answer within it counts as in time
	Metadata     map[string]string `json:"metadata"`
}

// offered is a queue as its callers meet it: nobody is asked for a message that
// could not be kept.
func (b *Book) offered(q Queue) Queue {
	if !b.o.NoMailbox {
		return q
	}
	q.Voicemail = false
	if q.Last == LastVoicemail {
		q.Last = LastHangup
	}
	if q.Closed.Then == ClosedVoicemail {
		q.Closed.Then = ClosedHangup
	}
	return q
}

// A Strategy is to which of a queue's agents a call is offered.
type Strategy string

// The strategies.
const (
	LongestIdle Strategy = "longest_idle"
	RoundRobin  Strategy = "round_robin"
	RingAll     Strategy = "ring_all" // to all at once: the first to answer has it
	Skills      Strategy = "skills"   // to the one who has what the caller needs, and least beyond it
)

// An Overflow lets whoever has waited for a while wait in another queue.
type Overflow struct {
	After Seconds `json:"after_seconds"`
	Queue string  `json:"queue"`
}

// A Relax asks less skill of agents after a while: the levels that a caller
// needs are By lower.
type Relax struct {
	After Seconds `json:"after_seconds"`
	By    int     `json:"by"`
}

// Last is what becomes of a caller whom nobody answers in time.
type Last string

// The ends of waiting.
const (
	LastVoicemail Last = "voicemail"
	LastHangup    Last = "hangup"
	LastCallback  Last = "callback"
	LastQueue     Last = "queue" // the first of Overflow
)

// Closed is what becomes of a caller while the queue is closed.
type Closed struct {
	Then   ClosedThen `json:"then"`
	Phrase string     `json:"phrase,omitempty"` // that is said; empty says the gateway's own
	Queue  string     `json:"queue,omitempty"`  // of another_queue
}

// ClosedThen is what follows while a queue is closed.
type ClosedThen string

// What follows while a queue is closed.
const (
	ClosedHangup    ClosedThen = "hangup"
	ClosedVoicemail ClosedThen = "voicemail"
	ClosedQueue     ClosedThen = "another_queue"
)

// What a queue is where nothing else was said. 20 s is four rings, and answering
// 80 % of callers within 20 s is what call centres commonly promise.
const (
	usualRing         Seconds = 20
	usualServiceLevel Seconds = 20
)

var queues = kept[Queue, *Queue]{Kind: "queue", Name: "queue", Prefix: "queue", Table: "queues", Most: 500}

// CreateQueue makes a queue in the account and mode of whoever asks.
func (b *Book) CreateQueue(ctx context.Context, by directory.Principal, q Queue) (Queue, error) {
	return queues.Create(ctx, b, by, q)
}

// Queues lists the queues, the newest first.
func (b *Book) Queues(ctx context.Context, by directory.Principal, p directory.Page) ([]Queue, error) {
	return queues.List(ctx, b, by, p)
}

// Queue returns one of the queues.
func (b *Book) Queue(ctx context.Context, by directory.Principal, id string) (Queue, error) {
	return queues.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateQueue lets f change a queue. Whoever waits in it keeps their place.
func (b *Book) UpdateQueue(ctx context.Context, by directory.Principal, id string, f func(*Queue)) (Queue, error) {
	return queues.Update(ctx, b, by, id, f)
}

// DeleteQueue deletes a queue that nothing leads to any more. Its agents stay,
// without it; whoever waits in it is led on by whoever runs the queues.
func (b *Book) DeleteQueue(ctx context.Context, by directory.Principal, id string) error {
	return queues.Remove(ctx, b, by, id)
}
