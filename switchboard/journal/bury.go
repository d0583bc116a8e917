package journal

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// buried is what the account reads of a call that could not be replayed.
const buried = "The gateway stopped while the call was running, and what it had noted of the call cannot be read. The call is over."

// Bury implements switchboard.Undertaker: it records the end of a call whose
// records make no sense to this version of the gateway, behind the last of them.
// A call that has ended stays as it is.
func (j *Journal) Bury(ctx context.Context, id webtrunk.CallID, end call.CallEnded) error {
	var last event.Record
	var answered time.Time
	for r, err := range j.cfg.Log.Read(ctx, streamOf(id), 0) {
		if err != nil {
			return err
		}
		if r.Type == (call.CallAnswered{}).Type() {
			answered = r.Time
		}
		last = r
	}
	switch {
	case last.CallSeq == 0:
		return noSuchCall(id)
	case last.Last:
		return nil
	}
	if end.Message == "" {
		end.Message = buried
	}
	r, err := burial(last, end, answered)
	if err != nil {
		return err
	}
	return j.cfg.Log.Append(ctx, r)
}

// burial is the record of a call's end that follows its last.
func burial(last event.Record, end call.CallEnded, answered time.Time) (event.Record, error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	t := teller{after: call.View{ID: last.Call, Status: end.Status}, answered: answered, now: now}
	r, err := event.New(last.Account, last.Test, end.Type(), t.tell(end))
	if err != nil {
		return r, err
	}
	if r.Private, err = encode([]call.Event{end}); err != nil {
		return r, err
	}
	r.Time, r.Call, r.CallSeq, r.Last = now, last.Call, last.CallSeq+1, true
	return r, nil
}
