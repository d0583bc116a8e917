package visitor

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// A Message is any message of the gateway's.
type Message struct {
	Type     string            `json:"type"`
	Seq      uint64            `json:"seq"`
	ID       string            `json:"id"`
	Session  string            `json:"session"`
	Resumed  bool              `json:"resumed"`
	Grace    int               `json:"grace_seconds"`
	Calls    []State           `json:"calls"`
	Lost     *Loss             `json:"lost"`
	SDP      string            `json:"sdp"`
	Call     string            `json:"call"`
	From     string            `json:"from"`
	Metadata map[string]string `json:"metadata"`
	Digit    string            `json:"digit"`
	Reason   string            `json:"reason"`
	Text     string            `json:"message"` // a sentence for a person
	By       string            `json:"by"`
	SIPCode  int               `json:"sip_code"`
	Code     string            `json:"code"`
	Remedies []string          `json:"remedies"`
	State    string            `json:"state"`   // of the other side's pictures, a transfer, an invitation
	Renew    bool              `json:"renew"`   // another offer is asked for
	Written  bool              `json:"written"` // an incoming call has no sound

	RetryAfter int `json:"retry_after"` // seconds

	Callback bool `json:"callback"` // a queue offers it
	Message  bool `json:"voicemail"`
	Position int  `json:"position"` // in the queue
	Wait     int  `json:"wait"`     // seconds

	Bill   json.RawMessage `json:"bill"`   // how the call is billed
	Cost   json.RawMessage `json:"cost"`   // what a call would cost
	Charge json.RawMessage `json:"charge"` // what is sold in it

	Number  string `json:"number"`  // where the visitor can be called back
	Longest int    `json:"longest"` // seconds that are recorded

	Verdict string `json:"verdict"`
	About   string `json:"about"` // you, them
	Raised  bool   `json:"raised"`

	Candidate json.RawMessage `json:"candidate"`

	Others     int         `json:"others"` // in the call's room
	Operations []Operation `json:"operations"`
	Operation  string      `json:"operation"` // that was refused, as the page has named it

	File   string `json:"file"` // of a ticket, as the page has called it
	Path   string `json:"path"`
	Secret string `json:"secret"`
}

// An Operation is what was done in the room of a call.
type Operation struct {
	Seq  int64  `json:"seq"`
	ID   string `json:"id"`
	Kind string `json:"kind"`
	By   string `json:"by"` // you, agent, visitor, site
	Name string `json:"name"`
	Text string `json:"text"`
	Upto int64  `json:"upto"`

	Stroke string `json:"stroke"` // of what is drawn, as its page has called it

	URL    string `json:"url"` // of a page that is shown
	Title  string `json:"title"`
	Beside bool   `json:"beside"`

	File      string `json:"file"` // that was sent
	FileName  string `json:"file_name"`
	MediaType string `json:"media_type"`
	Bytes     int64  `json:"bytes"`
}

// A Loss is why a session that was asked for is not there.
type Loss struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// A State is a running call as a welcome tells it.
type State struct {
	ID      string `json:"id"`
	Call    string `json:"call"`
	State   string `json:"state"`
	To      string `json:"to"`
	From    string `json:"from"`
	Held    bool   `json:"held"`
	Holds   bool   `json:"holds"`
	Muted   bool   `json:"muted"`
	Written bool   `json:"written"`
	Asked   bool   `json:"asked_to_talk"`

	Transfer string            `json:"transfer"`
	Metadata map[string]string `json:"metadata"`
	Callback bool              `json:"callback"` // while it waits in a queue
	Position int               `json:"position"`
	Wait     int               `json:"wait"`
	Number   string            `json:"number"`

	Recording *Recording `json:"recording"`
}

// A Recording is how far the message is that a page leaves.
type Recording struct {
	State   string `json:"state"`
	Seconds int    `json:"seconds"`
	Longest int    `json:"longest"`
}

// A Refusal is the gateway's error about a call or the session.
type Refusal struct{ Message }

func (r *Refusal) Error() string { return fmt.Sprintf("visitor: %s: %s", r.Code, r.Text) }

// An Ended is the end of a call that was waited for in vain.
type Ended struct{ Message }

func (e *Ended) Error() string {
	return fmt.Sprintf("visitor: the call ended: %s by %s: %s", e.Reason, e.By, e.Text)
}

// A journal holds the messages so far and lets any number wait for more.
type journal struct {
	mu      sync.Mutex
	all     []Message
	last    uint64        // the highest seq
	changed chan struct{} // closed and replaced by every add
	err     error         // why no more come for now
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

func (j *journal) add(m Message) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, m)
	switch {
	case m.Type != "welcome":
		j.last = max(j.last, m.Seq)
	case !m.Resumed: // a new session; a resumed one's welcome comes before what it counts
		j.last = m.Seq
	}
	j.wake()
}

// fail notes that the socket is gone; nil notes a new one.
func (j *journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = err
	j.wake()
}

func (j *journal) wake() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// wait returns the first message from position from on that matches, and the
// position after it.
func (j *journal) wait(ctx context.Context, from int, match func(Message) bool) (Message, int, error) {
	for {
		j.mu.Lock()
		for ; from < len(j.all); from++ {
			if m := j.all[from]; match(m) {
				j.mu.Unlock()
				return m, from + 1, nil
			}
		}
		changed, err := j.changed, j.err
		j.mu.Unlock()
		if err != nil {
			return Message{}, from, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, from, ctx.Err()
		}
	}
}

func (j *journal) messages() []Message {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Message(nil), j.all...)
}

func (j *journal) lastSeq() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}
