package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/recordings"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/room"
	"webtrunk/store"
)

// Timelines are calls as one story: what happened to the call, what its people wrote
// and showed each other, and what was noted of it.
type Timelines struct {
	Rooms   *room.Rooms
	Archive *archive.Archive
	Store   *store.DB
	Library *recordings.Library // nil: this gateway keeps no recordings
}

// Routes implements Feature.
func (f Timelines) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/timeline", Summary: "Read a call as one story", Tag: "Calls", Right: directory.CallsRead,
		Doc: "What happened to the call, what was written and shown in it, and what was noted of it, in the order of time; during the call and after it. Whoever may read the call's chat reads it. " +
			"What has been erased, or kept for as long as it may be, is not in it any more. Keys that were pressed are not in it."}, f.read)
}

// Timeline is a call as one story, as clients see it.
type Timeline struct {
	Object   string          `json:"object" enum:"timeline" doc:"Always timeline."`
	Livemode bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call."`
	Moments  []Moment        `json:"moments" nullable:"false" doc:"In the order of time."`
}

// Moment is one thing that happened.
type Moment struct {
	Object   string    `json:"object" enum:"moment" doc:"Always moment."`
	Kind     string    `json:"kind" doc:"What happened: a type of the call's events, such as call.answered; message.created, file.sent, page_push.created or whiteboard.updated; or wrap_up, what an agent noted." example:"message.created"`
	At       time.Time `json:"at" doc:"When."`
	OffsetMS int64     `json:"offset_ms" doc:"And how long after the call was asked for." example:"12750"`
	Seq      int64     `json:"seq,omitempty" doc:"The place in what was done in the call's chat, of what was done there."`

	Leg     string    `json:"leg,omitempty" doc:"Whose doing it was, or whom it befell: a leg of the call."`
	Role    room.Role `json:"role,omitempty" doc:"Of who wrote or showed something: agent, visitor, or site, for a rule of the account's."`
	Address string    `json:"address,omitempty" doc:"The leg's address, or the agent's who noted something, as the call's record has it." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	To      string    `json:"to,omitempty" doc:"Whom the call was to be handed over to." example:"tel:+15550100101"`
	Reason  string    `json:"reason,omitempty" doc:"Why it ended or failed, in one word." example:"hangup"`

	Text        string  `json:"text,omitempty" doc:"What was written or noted, or why it failed, as plain text." example:"The red one, please."`
	URL         string  `json:"url,omitempty" doc:"The address of the page that was shown."`
	File        string  `json:"file,omitempty" doc:"The file that was sent, whose name text is."`
	Title       string  `json:"title,omitempty" doc:"What it was called."`
	Disposition string  `json:"disposition_name,omitempty" doc:"What came of the call, by its name."`
	Recording   string  `json:"recording,omitempty" doc:"The recording or voicemail that it is about."`
	Seconds     float64 `json:"seconds,omitempty" doc:"And how long that is." example:"41.5"`
	Metric      string  `json:"metric,omitempty" doc:"What sounds worse than a limit, or no longer does." example:"loss"`
}

func (f Timelines) read(ctx context.Context, p directory.Principal, in *chatPath) (*Answer[Timeline], error) {
	r, log, err := Chats{Rooms: f.Rooms, Archive: f.Archive}.logOf(ctx, p, in, "There is no call with this ID whose story you may read.")
	if err != nil {
		return nil, err
	}
	told, err := f.events(ctx, r)
	if err != nil {
		return nil, err
	}
	taped, err := f.recorded(ctx, p, r)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(happened(r, told), sharedMoments(r, log), notedMoments(r), taped)
	slices.SortStableFunc(all, func(a, b Moment) int { return a.At.Compare(b.At) })
	for i := range all {
		all[i].Object, all[i].OffsetMS = "moment", all[i].At.Sub(r.Created).Milliseconds()
	}
	return answer(Timeline{Object: "timeline", Livemode: r.Livemode, Call: r.ID, Moments: all}), nil
}

// storied are the events of a call that are part of its story: what people notice.
var storied = []string{
	"call.created", "call.queued", "call.ringing", "call.answered", "call.held", "call.resumed", "call.reconnecting", "call.reconnected", "call.ended",
	"leg.joined", "leg.sound_added", "leg.sound_removed", "leg.left", "leg.quality_warning_raised", "leg.quality_warning_cleared",
	"transfer.requested", "transfer.consulting", "transfer.completed", "transfer.failed", "transfer.canceled", "invite.requested", "invite.failed",
	"queue.callback_requested", "voicemail.started", "voicemail.left", "voicemail.failed",
	"recording.started", "recording.paused", "recording.resumed", "recording.stopped", "recording.failed", "consent.granted", "consent.declined",
}

// mostStoried bounds a story: an hour of a bad connection has a few hundred events.
const mostStoried = 5000

// events are those of a call that are part of its story, in their order.
func (f Timelines) events(ctx context.Context, r *archive.Record) ([]event.Record, error) {
	var where store.Clause
	where.Where(`call_id = ?`, string(r.ID))
	where.Where(`account = ?`, string(r.Account))
	where.Where(`test = ?`, !r.Livemode)
	if err := ofTypes(&where, storied); err != nil {
		return nil, err
	}
	rows, err := f.Store.Query(ctx, `SELECT type, at, data FROM events WHERE `+where.All()+fmt.Sprintf(` ORDER BY seq LIMIT %d`, mostStoried), where.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []event.Record
	for rows.Next() {
		var e event.Record
		var at int64
		var data string
		if err := rows.Scan(&e.Type, &at, &data); err != nil {
			return nil, err
		}
		e.Time, e.Data = time.UnixMicro(at).UTC(), []byte(data)
		all = append(all, e)
	}
	return all, rows.Err()
}

// happened is what happened to the call itself. Where its events are no longer kept, its
// record still says when it began, was answered and ended.
func happened(r *archive.Record, told []event.Record) []Moment {
	if len(told) == 0 {
		return fromRecord(r)
	}
	from, handed := addresses(r), 0
	var all []Moment
	for _, e := range told {
		m, err := momentOf(e)
		if err != nil {
			continue // an event that is not as ours are is no reason to tell nothing
		}
		m.Address = from[m.Leg]
		switch {
		case e.Type == "call.created":
			m.Address = r.From
		case e.Type == "transfer.requested" && handed < len(r.Transfers):
			m.To = r.Transfers[handed].To
			handed++
		}
		all = append(all, m)
	}
	return all
}

// momentOf reads what an event says of itself.
func momentOf(e event.Record) (Moment, error) {
	var of struct {
		Leg struct {
			ID string `json:"id"`
		} `json:"leg"`
		Reason    string  `json:"reason"`
		EndReason string  `json:"end_reason"`
		EndedBy   string  `json:"ended_by"`
		Message   string  `json:"message"`
		Recording string  `json:"recording"`
		Seconds   float64 `json:"seconds"`
		Metric    string  `json:"metric"`
	}
	err := json.Unmarshal(e.Data, &of)
	return Moment{Kind: e.Type, At: e.Time, Leg: cmp.Or(of.Leg.ID, of.EndedBy), Reason: cmp.Or(of.EndReason, of.Reason), Text: of.Message,
		Recording: of.Recording, Seconds: of.Seconds, Metric: of.Metric}, err
}

func fromRecord(r *archive.Record) []Moment {
	all := []Moment{{Kind: "call.created", At: r.Created, Address: r.From}}
	if r.Answered != nil {
		all = append(all, Moment{Kind: "call.answered", At: *r.Answered})
	}
	if r.Ended != nil {
		all = append(all, Moment{Kind: "call.ended", At: *r.Ended, Leg: r.EndedBy, Address: addresses(r)[r.EndedBy], Reason: string(r.EndReason), Text: r.Message})
	}
	return all
}

// drawingPause is for how long nobody draws before drawing is something new in the story.
const drawingPause = 10 * time.Second

// sharedMoments are what was done in the call's room.
func sharedMoments(r *archive.Record, log []room.Operation) []Moment {
	from := addresses(r)
	var all []Moment
	var drew time.Time
	for _, o := range log {
		m := Moment{At: o.At, Seq: o.Seq, Leg: o.By.Leg.Public(r.ID), Role: o.By.Role}
		m.Address = from[m.Leg]
		switch o.Kind {
		case room.Message:
			m.Kind, m.Text = "message.created", o.Text
		case room.File:
			m.Kind, m.Text, m.File = "file.sent", o.FileName, o.File
		case room.Page:
			m.Kind, m.URL, m.Title = "page_push.created", o.URL, o.Title
		case room.Draw, room.Undo, room.Clear:
			before := drew
			if drew = o.At; o.At.Sub(before) < drawingPause {
				continue
			}
			m.Kind = "whiteboard.updated"
		default:
			continue
		}
		all = append(all, m)
	}
	return all
}

// recorded are the call's recordings that are kept, for who may hear them.
func (f Timelines) recorded(ctx context.Context, p directory.Principal, r *archive.Record) (all []Moment, err error) {
	if f.Library == nil || mayHear(p) != nil {
		return nil, nil
	}
	kept, err := f.Library.Of(ctx, r.Account, !r.Livemode, r.ID)
	for _, k := range kept {
		all = append(all, Moment{Kind: "recording.ready", At: k.Created, Leg: k.Leg.Public(r.ID), Recording: k.ID, Seconds: k.Length.Seconds()})
	}
	return all, err
}

// notedMoments are what agents noted of the call, each when they last changed it.
func notedMoments(r *archive.Record) []Moment {
	var all []Moment
	for _, w := range r.WrapUps {
		all = append(all, Moment{Kind: "wrap_up", At: w.Updated, Role: room.Agent, Address: w.Agent, Text: w.Notes, Disposition: cmp.Or(w.Name, w.Disposition)})
	}
	return all
}
