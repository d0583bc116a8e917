package room

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

const selected = `SELECT seq, leg, role, op, kind, body, at FROM room_operations WHERE `

func scan(from store.Row) (o Operation, err error) {
	var body string
	var at int64
	if err = from.Scan(&o.Seq, &o.By.Leg, &o.By.Role, &o.ID, &o.Kind, &body, &at); err != nil {
		return o, err
	}
	o.At = store.Time(at)
	return o, json.Unmarshal([]byte(body), &o.Body)
}

// load reads what the room of a call holds.
func (r *Rooms) load(ctx context.Context, c Call) ([]Operation, error) {
	rows, err := r.db.Query(ctx, selected+`call_id = $1 AND account = $2 AND test = $3 ORDER BY seq`, string(c.ID), string(c.Account), c.Test)
	return store.All(rows, err, scan)
}

// Chat is what was written in a call, in order; nothing for a call that had no chat,
// that is another's, or of which it was erased.
func (r *Rooms) Chat(ctx context.Context, c Call) ([]Operation, error) { return r.load(ctx, c) }

// created is what the log says of a message, a page that was shown, or the whiteboard: not what is in
// it, which may be about anybody. It is an event of the account's: a call's last is
// call.ended.
type created struct {
	Call webtrunk.CallID `json:"call"`
	Seq  int64           `json:"message_seq,omitempty"`
	Push int64           `json:"page_push_seq,omitempty"`
	Seen int64           `json:"whiteboard_seq,omitempty"`
	File string          `json:"file,omitempty"` // message.created: of a file that was sent
	Leg  string          `json:"leg,omitempty"`
	Role Role            `json:"role"`
}

// event is the one that tells of an operation; its type is empty where none does.
func (o *Operation) event(of webtrunk.CallID) (kind string, data created) {
	data = created{Call: of, Leg: o.By.Leg.Public(of), Role: o.By.Role}
	switch o.Kind {
	case Message:
		kind, data.Seq = "message.created", o.Seq
	case File:
		kind, data.Seq, data.File = "message.created", o.Seq, o.Filed.File
	case Page:
		kind, data.Push = "page_push.created", o.Seq
	case Draw, Undo, Clear:
		kind, data.Seen = "whiteboard.updated", o.Seq
	}
	return kind, data
}

// keep writes an operation down, and, unless it is quiet, what the log tells of it.
func (r *Rooms) keep(ctx context.Context, c Call, o Operation, quiet bool) error {
	body, err := json.Marshal(o.Body)
	if err != nil {
		return err
	}
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO room_operations (call_id, seq, account, test, leg, role, op, kind, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			string(c.ID), o.Seq, string(c.Account), c.Test, int64(o.By.Leg), string(o.By.Role), o.ID, string(o.Kind), string(body), store.Micros(o.At)); err != nil {
			return err
		}
		kind, data := o.event(c.ID)
		if kind == "" || quiet {
			return nil
		}
		told, err := event.New(c.Account, c.Test, kind, data)
		if err == nil {
			tx.Emit(told)
		}
		return err
	})
}

// Forget erases what was written in a call that has ended, and returns how many chats
// that were: none or one.
func (r *Rooms) Forget(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (n int, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exec(ctx, `DELETE FROM room_operations WHERE call_id = $1 AND account = $2`, string(id), string(account))
		n = min(int(rows), 1)
		return err
	})
	return n, err
}

// Prune erases what was written in an account's test or live calls of which nothing
// was written since a time, but for those that run, and returns how many chats that
// were.
func (r *Rooms) Prune(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (n int, err error) {
	for {
		rows, err := r.db.Query(ctx, `SELECT call_id FROM room_operations r WHERE account = $1 AND test = $2
			AND NOT EXISTS (SELECT 1 FROM open_calls o WHERE o.call_id = r.call_id)
			GROUP BY call_id HAVING max(at) < $3 LIMIT 100`, string(account), test, store.Micros(before))
		old, err := store.All(rows, err, func(from store.Row) (id webtrunk.CallID, err error) { return id, from.Scan(&id) })
		if err != nil || len(old) == 0 {
			return n, err
		}
		for _, id := range old {
			gone, err := r.Forget(ctx, account, id)
			if n += gone; err != nil {
				return n, err
			}
		}
	}
}
