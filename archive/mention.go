package archive

import (
	"context"
	"encoding/json"
	"strings"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// mentioning are the kinds of records in an account's own stream that say of a call
// who took part in it.
var mentioning = []string{"offer.", "queue.entry_", "call.wrapped_up", "voicemail."}

// mentioned is the call that a record of an account's own stream is about, empty
// where it is about none.
func mentioned(e event.Record) webtrunk.CallID {
	for _, kind := range mentioning {
		if e.Call == "" && strings.HasPrefix(e.Type, kind) {
			var about struct {
				Call webtrunk.CallID `json:"call"`
			}
			if json.Unmarshal(e.Data, &about) == nil {
				return about.Call
			}
		}
	}
	return ""
}

// mention notes where the log speaks of calls beside their own streams. Such a
// record may come long after its call's end: where the call's identity is erased
// already, the record loses its own at once.
func (a *Archive) mention(ctx context.Context, recs []event.Record) error {
	places := map[int64]webtrunk.CallID{}
	for _, e := range recs {
		if id := mentioned(e); id != "" {
			places[e.Position] = id
		}
	}
	if len(places) == 0 {
		return nil
	}
	return a.db.Tx(ctx, func(tx *store.Tx) error {
		for position, id := range places {
			if err := a.mentionOne(ctx, tx, position, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *Archive) mentionOne(ctx context.Context, tx *store.Tx, position int64, id webtrunk.CallID) error {
	if _, err := tx.Exec(ctx, `INSERT INTO call_mentions (call_id, position) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(id), position); err != nil {
		return err
	}
	r, err := load(ctx, tx, id)
	if err != nil || r.Erased == nil {
		return err
	}
	m, err := loadMask(ctx, tx, r.Account)
	if err != nil {
		return err
	}
	_, err = tx.RedactAt(ctx, position, m.said)
	return err
}

// redactMentions takes identity out of what the log says of a call beside the
// call's own stream.
func redactMentions(ctx context.Context, tx *store.Tx, id webtrunk.CallID, m mask) error {
	rows, err := tx.Query(ctx, `SELECT position FROM call_mentions WHERE call_id = $1 ORDER BY position`, string(id))
	places, err := store.All(rows, err, func(row store.Row) (at int64, err error) { return at, row.Scan(&at) })
	if err != nil {
		return err
	}
	for _, at := range places {
		if _, err := tx.RedactAt(ctx, at, m.said); err != nil {
			return err
		}
	}
	return nil
}

// said takes identity out of a record that restores nothing.
func (m mask) said(r event.Record) event.Record {
	r.Data = m.data(r.Data)
	return r
}
