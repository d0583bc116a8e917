package journal

import (
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// kept is one call as its records tell it.
type kept struct {
	call     call.Call
	seq      int64        // of its last record
	held     []call.Event // internal ones, which wait for the next record
	hidden   hidden
	created  time.Time
	answered time.Time
	tried    *call.StageTried // the last
	begun    bool             // some of its records have been given to the log
	overrun  bool             // it is being ended, for too much waits
	lost     error            // why no more of it is recorded
}

// write folds events into the call and returns their records.
func (k *kept) write(events []call.Event, metadata func(string) bool) ([]event.Record, error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	var recs []event.Record
	for _, e := range events {
		k.fold(e, now)
		after := k.call.View()
		k.held = append(k.held, e)
		if internal(e, after) {
			continue
		}
		t := teller{after: after, hidden: k.hidden, metadata: metadata, tried: k.tried, answered: k.answered, now: now}
		r, err := event.New(after.Account, after.Test, typeOf(e), t.tell(e))
		if err != nil {
			return nil, err
		}
		if r.Private, err = encode(k.held); err != nil {
			return nil, err
		}
		k.seq++
		r.Time, r.Call, r.CallSeq, r.Last = now, after.ID, k.seq, k.call.Ended()
		k.held = nil
		recs = append(recs, r)
	}
	return recs, nil
}

// fold applies an event that happened at a time.
func (k *kept) fold(e call.Event, at time.Time) {
	k.call.Apply(e)
	k.hidden.learn(e)
	switch e := e.(type) {
	case call.StageTried:
		k.tried = &e
	case call.CallCreated:
		k.created = at
	case call.CallAnswered:
		k.answered = at
	}
}

// newKept is a call that has no record yet.
func newKept() *kept { return &kept{hidden: hidden{}} }

// read folds a record that the log holds.
func (k *kept) read(r event.Record) error {
	events, err := Events(r)
	if err != nil {
		return err
	}
	for _, e := range events {
		k.fold(e, r.Time)
	}
	k.seq = r.CallSeq
	return nil
}

// begins reports whether events begin a call.
func begins(events []call.Event) bool {
	_, created := events[0].(call.CallCreated)
	return created
}

func notRecorded(err error) error {
	return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Err: err,
		Message: "The gateway cannot record calls at the moment, and makes none that it cannot record. Try again in a minute."}
}
