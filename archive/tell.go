package archive

import (
	"iter"

	"webtrunk"
	"webtrunk/event"
)

// Tell returns a call's record as its events tell it, without waiting for the
// consumer that keeps records: the truth of this moment. No events are
// webtrunk.NotFound.
func Tell(events iter.Seq2[event.Record, error]) (Record, error) {
	var r row
	for e, err := range events {
		if err == nil && e.CallSeq == r.Seq+1 {
			err = r.fold(e)
		}
		if err != nil {
			return Record{}, err
		}
	}
	if r.ID == "" {
		return Record{}, &webtrunk.Error{Op: "archive", Kind: webtrunk.NotFound, Message: "There is no call with this ID."}
	}
	return r.Record, nil
}
