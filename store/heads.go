package store

import (
	"context"
	"encoding/json"
	"fmt"

	"webtrunk"
	"webtrunk/event"
)

// Heads are the ends of the log as a transaction found them that lets nobody
// else write: they decide what may follow, and give out the places.
type heads struct {
	position int64
	epoch    int64 // of this process's node, in the database
	seqs     map[webtrunk.AccountID]int64
	calls    map[webtrunk.CallID]callHead
	ids      map[string]bool // records of no call that the log has
	claimed  claimed
}

// A callHead is a call's newest record.
type callHead struct {
	seq  int64
	last bool
	node string // who runs it, while it is open
}

// loadHeads reads what concerns some records.
func loadHeads(ctx context.Context, k kind, q queryer, c claimed, recs []event.Record) (*heads, error) {
	h, err := readHeads(ctx, k, q, c)
	if err != nil {
		return nil, err
	}
	return h, h.load(ctx, k, q, recs)
}

// readHeads reads where the log ends.
func readHeads(ctx context.Context, k kind, q queryer, c claimed) (*heads, error) {
	h := &heads{claimed: c, seqs: map[webtrunk.AccountID]int64{}, calls: map[webtrunk.CallID]callHead{}, ids: map[string]bool{}}
	err := q.QueryRowContext(ctx, k.dialect(`SELECT coalesce((SELECT max(position) FROM events), 0), coalesce((SELECT epoch FROM nodes WHERE node = $1), 0)`), c.node).Scan(&h.position, &h.epoch)
	return h, err
}

// load reads what concerns further records.
func (h *heads) load(ctx context.Context, k kind, q queryer, recs []event.Record) error {
	var accounts, calls, ids []string
	for _, r := range recs {
		if _, known := h.seqs[r.Account]; !known {
			h.seqs[r.Account] = 0
			accounts = append(accounts, string(r.Account))
		}
		if r.Call == "" {
			ids = append(ids, r.ID)
		} else if _, known := h.calls[r.Call]; !known {
			h.calls[r.Call] = callHead{}
			calls = append(calls, string(r.Call))
		}
	}
	if err := h.loadSeqs(ctx, k, q, accounts); err != nil {
		return err
	}
	if err := h.loadCalls(ctx, k, q, calls); err != nil {
		return err
	}
	return h.loadIDs(ctx, k, q, ids)
}

func (h *heads) loadSeqs(ctx context.Context, k kind, q queryer, accounts []string) error {
	return each(ctx, k, q, `SELECT x.value, coalesce((SELECT max(seq) FROM events WHERE account = x.value), 0) FROM `, accounts,
		func(scan func(...any) error) error {
			var account webtrunk.AccountID
			var seq int64
			err := scan(&account, &seq)
			h.seqs[account] = seq
			return err
		})
}

func (h *heads) loadCalls(ctx context.Context, k kind, q queryer, calls []string) error {
	return each(ctx, k, q, `SELECT x.value, coalesce((SELECT max(call_seq) FROM events WHERE call_id = x.value), 0),
		coalesce((SELECT node FROM open_calls WHERE call_id = x.value), ''),
		NOT EXISTS (SELECT 1 FROM open_calls WHERE call_id = x.value) FROM `, calls,
		func(scan func(...any) error) error {
			var call webtrunk.CallID
			var head callHead
			err := scan(&call, &head.seq, &head.node, &head.last)
			head.last = head.last && head.seq > 0
			h.calls[call] = head
			return err
		})
}

func (h *heads) loadIDs(ctx context.Context, k kind, q queryer, ids []string) error {
	return each(ctx, k, q, `SELECT x.value FROM events, `, ids, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		h.ids[id] = true
		return err
	}, ` WHERE events.id = x.value`)
}

// each runs a query over a list of strings, none if it is empty.
func each(ctx context.Context, k kind, q queryer, query string, list []string, row func(scan func(...any) error) error, rest ...string) error {
	if len(list) == 0 {
		return nil
	}
	values, err := json.Marshal(list)
	if err != nil {
		return err
	}
	query += k.list()
	for _, r := range rest {
		query += r
	}
	rows, err := q.QueryContext(ctx, k.dialect(query), string(values))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// place decides on one job's records: it returns those to be kept, with their
// places, or refuses all and changes nothing.
func (h *heads) place(recs []event.Record) ([]event.Record, error) {
	fresh, err := h.fresh(recs)
	if err != nil {
		return nil, err
	}
	for i := range fresh {
		r := &fresh[i]
		h.position++
		h.seqs[r.Account]++
		r.Position, r.Seq = h.position, h.seqs[r.Account]
		if r.Call == "" {
			h.ids[r.ID] = true
		} else {
			h.calls[r.Call] = callHead{seq: r.CallSeq, last: r.Last, node: h.claimed.node}
		}
	}
	return fresh, nil
}

// fresh leaves out repetitions and refuses what may not follow.
func (h *heads) fresh(recs []event.Record) ([]event.Record, error) {
	fresh := make([]event.Record, 0, len(recs))
	calls, ids := map[webtrunk.CallID]callHead{}, map[string]bool{}
	for _, r := range recs {
		if err := valid(r); err != nil {
			return nil, err
		}
		if r.Call == "" {
			if !h.ids[r.ID] && !ids[r.ID] {
				ids[r.ID] = true
				fresh = append(fresh, r)
			}
			continue
		}
		head, seen := calls[r.Call]
		if !seen {
			head = h.calls[r.Call]
		}
		repeated, err := h.follows(head, r)
		if err != nil {
			return nil, err
		}
		if !repeated {
			calls[r.Call] = callHead{seq: r.CallSeq, last: r.Last, node: h.claimed.node}
			fresh = append(fresh, r)
		}
	}
	return fresh, nil
}

// follows says whether a record repeats what a call has, and refuses one that
// cannot be the next.
func (h *heads) follows(head callHead, r event.Record) (repeated bool, err error) {
	if err := h.claimed.may(h.epoch, head.node, r.Call); err != nil {
		return false, err
	}
	switch {
	case r.CallSeq <= head.seq:
		return true, nil
	case head.last:
		return false, fault(webtrunk.Conflict, fmt.Sprintf("Record %d of %s cannot be kept: the call ended with record %d.", r.CallSeq, r.Call, head.seq), nil)
	case r.CallSeq != head.seq+1:
		return false, fault(webtrunk.Conflict, fmt.Sprintf("Record %d of %s cannot be kept: the log has its records up to %d.", r.CallSeq, r.Call, head.seq), nil)
	}
	return false, nil
}

// valid refuses a record that says too little.
func valid(r event.Record) error {
	refuse := func(what string) error {
		return fault(webtrunk.Invalid, fmt.Sprintf("A record %q cannot be kept: %s.", r.Type, what), nil)
	}
	switch {
	case r.Account == "":
		return refuse("it is of no account")
	case r.Type == "":
		return refuse("it has no type")
	case r.ID == "":
		return refuse("it has no ID")
	case (r.Call != "") != (r.CallSeq > 0):
		return refuse("its places in a call are counted from 1, and only of a call")
	case r.Last && r.Call == "":
		return refuse("it is the last of no call")
	case !json.Valid(r.Data) || len(r.Private) > 0 && !json.Valid(r.Private):
		return refuse("its data is not JSON")
	}
	return nil
}
