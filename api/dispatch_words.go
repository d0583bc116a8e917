package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) wordRoutes(s *Server) {
	const tag, reason, disposition = "Agents", "/v1/presence_reasons/{presence_reason}", "/v1/dispositions/{disposition}"
	read, write := directory.QueuesRead, directory.QueuesWrite
	Register(s, Route{Method: "POST", Path: "/v1/presence_reasons", Summary: "Add a reason for being away", Tag: tag, Right: write, Status: 201}, f.createReason)
	Register(s, Route{Method: "GET", Path: "/v1/presence_reasons", Summary: "List the reasons for being away", Tag: tag, Right: read}, f.reasons)
	Register(s, Route{Method: "GET", Path: reason, Summary: "Get a reason for being away", Tag: tag, Right: read}, f.reason)
	Register(s, Route{Method: "POST", Path: reason, Summary: "Update a reason for being away", Tag: tag, Right: write}, f.updateReason)
	Register(s, Route{Method: "DELETE", Path: reason, Summary: "Delete a reason for being away", Tag: tag, Right: write, Doc: "Whoever is away for it stays so."}, f.deleteReason)
	Register(s, Route{Method: "POST", Path: "/v1/dispositions", Summary: "Add a disposition", Tag: tag, Right: write, Status: 201,
		Doc: "A word that agents choose after a call, for what came of it."}, f.createDisposition)
	Register(s, Route{Method: "GET", Path: "/v1/dispositions", Summary: "List the dispositions", Tag: tag, Right: read}, f.dispositions)
	Register(s, Route{Method: "GET", Path: disposition, Summary: "Get a disposition", Tag: tag, Right: read}, f.disposition)
	Register(s, Route{Method: "POST", Path: disposition, Summary: "Update a disposition", Tag: tag, Right: write}, f.updateDisposition)
	Register(s, Route{Method: "DELETE", Path: disposition, Summary: "Delete a disposition", Tag: tag, Right: write, Doc: "Calls that have it keep it."}, f.deleteDisposition)
}

// A PresenceReason is why agents are away.
type PresenceReason struct {
	ID        string    `json:"id" doc:"The reason." example:"reason_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string    `json:"object" enum:"presence_reason" doc:"Always presence_reason."`
	Livemode  bool      `json:"livemode" doc:"Whether it is for live mode; otherwise for test mode."`
	Name      string    `json:"name" doc:"In your own words." example:"Lunch"`
	Position  int       `json:"position" doc:"The smaller ones are shown first."`
	CreatedAt time.Time `json:"created_at" doc:"When it was added."`
	UpdatedAt time.Time `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// A Disposition is what came of a call.
type Disposition struct {
	ID        string    `json:"id" doc:"The disposition." example:"disp_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string    `json:"object" enum:"disposition" doc:"Always disposition."`
	Livemode  bool      `json:"livemode" doc:"Whether it is for live mode; otherwise for test mode."`
	Name      string    `json:"name" doc:"In your own words." example:"Sold"`
	Position  int       `json:"position" doc:"The smaller ones are shown first."`
	CreatedAt time.Time `json:"created_at" doc:"When it was added."`
	UpdatedAt time.Time `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

func reasonShown(r dispatch.Reason) PresenceReason {
	return PresenceReason{ID: r.ID, Object: "presence_reason", Livemode: !r.Tenant.Test, Name: r.Name, Position: r.Position, CreatedAt: r.Created, UpdatedAt: r.Updated}
}

func dispositionShown(d dispatch.Disposition) Disposition {
	return Disposition{ID: d.ID, Object: "disposition", Livemode: !d.Tenant.Test, Name: d.Name, Position: d.Position, CreatedAt: d.Created, UpdatedAt: d.Updated}
}

type newWord struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"200" doc:"In your own words." example:"Lunch"`
		Position int    `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are shown first."`
	}
}

func (n newWord) word() dispatch.Word {
	return dispatch.Word{Name: n.Body.Name, Position: n.Body.Position}
}

// WordChange is what may change about a word.
type WordChange struct {
	Name     *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"In your own words."`
	Position *int    `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are shown first."`
}

func (c WordChange) apply(w *dispatch.Word) {
	setTo(&w.Name, c.Name)
	setTo(&w.Position, c.Position)
}

type ReasonPath struct {
	ID string `path:"presence_reason" id:"presence_reason" maxLength:"64" doc:"The reason." example:"reason_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type DispositionPath struct {
	ID string `path:"disposition" id:"disposition" maxLength:"64" doc:"The disposition." example:"disp_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type reasonChange struct {
	ReasonPath
	IfMatch
	Body WordChange
}

type dispositionChange struct {
	DispositionPath
	IfMatch
	Body WordChange
}

func (f Dispatch) createReason(ctx context.Context, p directory.Principal, in *newWord) (*Versioned[PresenceReason], error) {
	r, err := f.Book.CreateReason(ctx, p, dispatch.Reason{Row: dispatch.Row{ID: NewID(ctx, "reason")}, Word: in.word()})
	return versioned(reasonShown(r), r.Updated), err
}

func (f Dispatch) reasons(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[PresenceReason]], error) {
	found, err := f.Book.Reasons(ctx, p, in.part())
	return listed(found, err, in.Limit, reasonShown, func(r dispatch.Reason) string { return r.ID })
}

func (f Dispatch) reason(ctx context.Context, p directory.Principal, in *ReasonPath) (*Versioned[PresenceReason], error) {
	r, err := f.Book.Reason(ctx, p, in.ID)
	return versioned(reasonShown(r), r.Updated), err
}

func (f Dispatch) updateReason(ctx context.Context, p directory.Principal, in *reasonChange) (*Versioned[PresenceReason], error) {
	r, err := f.Book.UpdateReason(ctx, p, in.ID, func(r *dispatch.Reason) {
		r.Refuse(in.unchanged(r.Updated))
		in.Body.apply(&r.Word)
	})
	return versioned(reasonShown(r), r.Updated), err
}

func (f Dispatch) deleteReason(ctx context.Context, p directory.Principal, in *ReasonPath) (*Empty, error) {
	return gone(f.Book.DeleteReason(ctx, p, in.ID))
}

func (f Dispatch) createDisposition(ctx context.Context, p directory.Principal, in *newWord) (*Versioned[Disposition], error) {
	d, err := f.Book.CreateDisposition(ctx, p, dispatch.Disposition{Row: dispatch.Row{ID: NewID(ctx, "disp")}, Word: in.word()})
	return versioned(dispositionShown(d), d.Updated), err
}

func (f Dispatch) dispositions(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Disposition]], error) {
	found, err := f.Book.Dispositions(ctx, p, in.part())
	return listed(found, err, in.Limit, dispositionShown, func(d dispatch.Disposition) string { return d.ID })
}

func (f Dispatch) disposition(ctx context.Context, p directory.Principal, in *DispositionPath) (*Versioned[Disposition], error) {
	d, err := f.Book.Disposition(ctx, p, in.ID)
	return versioned(dispositionShown(d), d.Updated), err
}

func (f Dispatch) updateDisposition(ctx context.Context, p directory.Principal, in *dispositionChange) (*Versioned[Disposition], error) {
	d, err := f.Book.UpdateDisposition(ctx, p, in.ID, func(d *dispatch.Disposition) {
		d.Refuse(in.unchanged(d.Updated))
		in.Body.apply(&d.Word)
	})
	return versioned(dispositionShown(d), d.Updated), err
}

func (f Dispatch) deleteDisposition(ctx context.Context, p directory.Principal, in *DispositionPath) (*Empty, error) {
	return gone(f.Book.DeleteDisposition(ctx, p, in.ID))
}
