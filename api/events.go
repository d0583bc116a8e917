package api

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
)

// Events are the account's events, as the log keeps them.
type Events struct{ Store *store.DB }

// Routes implements Feature.
func (f Events) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/events", Summary: "List events", Tag: "Events", Right: directory.EventsRead,
		Doc: "What happened in the account, oldest first. To go on where you stopped, send the seq of the last event that you have as after. To follow events as they happen, use the stream or webhooks."}, f.list)
	Register(s, Route{Method: "GET", Path: "/v1/events/{event}", Summary: "Get an event", Tag: "Events", Right: directory.EventsRead}, f.get)
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/events", Summary: "List a call's events", Tag: "Calls", Right: directory.EventsRead,
		Doc: "The whole story of one call, oldest first, in the order of call_seq."}, f.ofCall)
}

type eventFilter struct {
	Page
	Types []string `query:"types" maxItems:"20" doc:"Only these types, separated by commas; call.* means all that begin with call." example:"call.answered,call.ended"`
	Call  string   `query:"call" id:"call" doc:"Only events of this call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	After int64    `query:"after" minimum:"0" doc:"Only events whose seq is greater."`
	Order string   `query:"order" enum:"asc,desc" default:"asc" doc:"Oldest first, or newest first."`
}

type eventPath struct {
	ID string `path:"event" id:"event" maxLength:"64" doc:"The event." example:"evt_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type callEvents struct {
	Page
	Call string `path:"call" id:"call" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Events) list(ctx context.Context, p directory.Principal, in *eventFilter) (*Answer[List[Event]], error) {
	if in.Call != "" {
		if err := f.known(ctx, p, in.Call); err != nil {
			return nil, err
		}
	}
	return f.page(ctx, p, in)
}

func (f Events) ofCall(ctx context.Context, p directory.Principal, in *callEvents) (*Answer[List[Event]], error) {
	if err := f.known(ctx, p, in.Call); err != nil {
		return nil, err
	}
	return f.page(ctx, p, &eventFilter{Page: in.Page, Call: in.Call})
}

func (f Events) get(ctx context.Context, p directory.Principal, in *eventPath) (*Answer[Event], error) {
	found, err := f.rows(ctx, `account = $1 AND test = $2 AND id = $3`, []any{string(p.Account), p.Test, in.ID})
	if err == nil && len(found) == 0 {
		err = noEvent(in.ID)
	}
	if err != nil {
		return nil, err
	}
	return answer(found[0]), nil
}

// page reads the events that a filter lets through.
func (f Events) page(ctx context.Context, p directory.Principal, in *eventFilter) (*Answer[List[Event]], error) {
	var where store.Clause
	where.Where(`account = ?`, string(p.Account))
	where.Where(`test = ?`, p.Test)
	if in.Call != "" {
		where.Where(`call_id = ?`, in.Call)
	}
	if in.After > 0 {
		where.Where(`seq > ?`, in.After)
	}
	if err := ofTypes(&where, in.Types); err != nil {
		return nil, err
	}
	beyond, order := `seq > ?`, ` ORDER BY seq`
	if in.Order == "desc" {
		beyond, order = `seq < ?`, ` ORDER BY seq DESC`
	}
	if in.StartingAfter != "" {
		seq, err := f.place(ctx, p, in.StartingAfter)
		if err != nil {
			return nil, err
		}
		where.Where(beyond, seq)
	}
	found, err := f.rows(ctx, where.All()+order+fmt.Sprintf(` LIMIT %d`, in.Limit+1), where.Args)
	if err != nil {
		return nil, err
	}
	return listOf(found, in.Limit, func(e Event) string { return e.ID }), nil
}

// ofTypes keeps events of these types: "call.ended", or "call.*".
func ofTypes(c *store.Clause, types []string) error {
	var either []string
	var args []any
	for _, t := range types {
		group, all := strings.CutSuffix(t, ".*")
		if strings.Trim(strings.ToLower(group), "abcdefghijklmnopqrstuvwxyz._") != "" || group == "" {
			return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "types", Message: fmt.Sprintf("%q is no type of event.", t),
				Remedies: []string{"Write types as call.ended, or call.* for all of a group, separated by commas."}}
		}
		if all {
			either, args = append(either, `(type > ? AND type < ?)`), append(args, group+".", group+"/") // '/' follows '.'
		} else {
			either, args = append(either, `type = ?`), append(args, group)
		}
	}
	if len(either) > 0 {
		c.Where(`(`+strings.Join(either, ` OR `)+`)`, args...)
	}
	return nil
}

// known returns nil for a call of the caller's.
func (f Events) known(ctx context.Context, p directory.Principal, id string) error {
	var one int
	err := f.Store.QueryRow(ctx, `SELECT 1 FROM events WHERE call_id = $1 AND call_seq = 1 AND account = $2 AND test = $3`, id, string(p.Account), p.Test).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return noCall(id)
	}
	return err
}

// place is where the caller's event of this ID stands.
func (f Events) place(ctx context.Context, p directory.Principal, id string) (seq int64, err error) {
	err = f.Store.QueryRow(ctx, `SELECT seq FROM events WHERE id = $1 AND account = $2 AND test = $3`, id, string(p.Account), p.Test).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, noEvent(id)
	}
	return seq, err
}

func (f Events) rows(ctx context.Context, where string, args []any) ([]Event, error) {
	rows, err := f.Store.Query(ctx, `SELECT id, type, at, test, account, seq, call_id, call_seq, data FROM events WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Event
	for rows.Next() {
		var r event.Record
		var at int64
		var data string
		if err := rows.Scan(&r.ID, &r.Type, &at, &r.Test, &r.Account, &r.Seq, &r.Call, &r.CallSeq, &data); err != nil {
			return nil, err
		}
		r.Time, r.Data = time.UnixMicro(at).UTC(), []byte(data)
		all = append(all, Event(r.Envelope()))
	}
	return all, rows.Err()
}

func noEvent(id string) error {
	return &Problem{Kind: webtrunk.NotFound, Code: "event_not_found", Param: "event", Message: fmt.Sprintf("There is no event %s.", printable(id))}
}

func noCall(id string) error {
	return &Problem{Kind: webtrunk.NotFound, Code: "call_not_found", Param: "call", Message: fmt.Sprintf("There is no call %s.", printable(id))}
}
