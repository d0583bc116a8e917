package api

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
)

func (f Dispatch) hoursRoutes(s *Server) {
	const tag, one = "Opening hours", "/v1/hours/{hours}"
	read, write := directory.QueuesRead, directory.QueuesWrite
	Register(s, Route{Method: "POST", Path: "/v1/hours", Summary: "Make opening hours", Tag: tag, Right: write, Status: 201,
		Doc: "A table of the week in a time zone, with holidays and exceptions, for queues to keep."}, f.createHours)
	Register(s, Route{Method: "GET", Path: "/v1/hours", Summary: "List opening hours", Tag: tag, Right: read}, f.allHours)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get opening hours", Tag: tag, Right: read}, f.hours)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update opening hours", Tag: tag, Right: write,
		Doc: "What is left out stays as it is; of a list, all of it is replaced."}, f.updateHours)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete opening hours", Tag: tag, Right: write, Doc: "Queues that keep them must be given others first."}, f.deleteHours)
}

// Hours are opening hours.
type Hours struct {
	ID         string           `json:"id" doc:"The opening hours." example:"hours_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string           `json:"object" enum:"hours" doc:"Always hours."`
	Livemode   bool             `json:"livemode" doc:"Whether live queues keep them; otherwise test queues do."`
	Name       string           `json:"name" doc:"Your own words."`
	Zone       string           `json:"time_zone" doc:"The IANA name of the zone whose clocks they are read on." example:"Europe/Berlin"`
	Week       []WeeklySpan     `json:"week" nullable:"false" doc:"When it is open, each week."`
	Holidays   []Holiday        `json:"holidays" nullable:"false" doc:"Days that are closed."`
	Exceptions []HoursException `json:"exceptions" nullable:"false" doc:"Days with hours of their own."`
	Open       bool             `json:"open" doc:"Whether it is open now."`
	ChangesAt  *time.Time       `json:"changes_at,omitempty" doc:"Until when that stays so; left out where it does for a year."`
	CreatedAt  time.Time        `json:"created_at" doc:"When they were made."`
	UpdatedAt  time.Time        `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// A WeeklySpan is open on one day of each week.
type WeeklySpan struct {
	Day  string `json:"day" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" doc:"On which day it begins."`
	From string `json:"from" maxLength:"5" doc:"When it opens." example:"09:00"`
	To   string `json:"to" maxLength:"5" doc:"When it closes: 24:00 at the end of the day, an earlier time than it opens on the day after." example:"17:00"`
}

// A DaySpan is open on a day.
type DaySpan struct {
	From string `json:"from" maxLength:"5" doc:"When it opens." example:"10:00"`
	To   string `json:"to" maxLength:"5" doc:"When it closes." example:"12:00"`
}

// A Holiday is a day that is closed.
type Holiday struct {
	Date string `json:"date" maxLength:"10" doc:"The day, or without a year each year's." example:"12-25"`
	Name string `json:"name,omitempty" maxLength:"100" doc:"What is celebrated."`
}

// An HoursException is a day with hours of its own.
type HoursException struct {
	Date string    `json:"date" maxLength:"10" doc:"The day, or without a year each year's." example:"2026-12-24"`
	Name string    `json:"name,omitempty" maxLength:"100" doc:"Why."`
	Open []DaySpan `json:"open" maxItems:"20" nullable:"false" doc:"When it is open; nothing is closed."`
}

// A hoursTable is what clients write; dispatch/hours reads the same names.
type hoursTable struct {
	Zone       string           `json:"time_zone"`
	Week       []WeeklySpan     `json:"week"`
	Holidays   []Holiday        `json:"holidays"`
	Exceptions []HoursException `json:"exceptions"`
}

// hoursShown reads the table as clients write it, and asks it.
func hoursShown(now time.Time) func(dispatch.Hours) Hours {
	return func(h dispatch.Hours) Hours {
		shown := Hours{ID: h.ID, Object: "hours", Livemode: !h.Tenant.Test, Name: h.Name, CreatedAt: h.Created, UpdatedAt: h.Updated}
		var t hoursTable
		if err := rewrite(h.Table, &t); err == nil {
			shown.Zone, shown.Week, shown.Holidays, shown.Exceptions = t.Zone, t.Week, t.Holidays, t.Exceptions
		}
		if kept, err := hours.New(h.Table); err == nil {
			var until time.Time
			shown.Open, until = kept.Open(now)
			shown.ChangesAt = moment(until)
		}
		return shown
	}
}

// rewrite reads what is written as one type as another with the same names.
func rewrite(from, to any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// HoursSettings are what may be said of opening hours.
type HoursSettings struct {
	Week       *[]WeeklySpan     `json:"week,omitempty" maxItems:"200" doc:"When it is open, each week."`
	Holidays   *[]Holiday        `json:"holidays,omitempty" maxItems:"1000" doc:"Days that are closed."`
	Exceptions *[]HoursException `json:"exceptions,omitempty" maxItems:"1000" doc:"Days with hours of their own, before holidays."`
}

// read reads the lists that were given.
func (s HoursSettings) read() (t hours.Table, err error) {
	for _, list := range []struct {
		param    string
		from, to any
	}{{"week", s.Week, &t.Week}, {"holidays", s.Holidays, &t.Holidays}, {"exceptions", s.Exceptions, &t.Exceptions}} {
		if err := rewrite(list.from, list.to); err != nil {
			return t, about(list.param, err)
		}
	}
	return t, nil
}

func (s HoursSettings) apply(t hours.Table, h *dispatch.Hours) {
	if s.Week != nil {
		h.Week = t.Week
	}
	if s.Holidays != nil {
		h.Holidays = t.Holidays
	}
	if s.Exceptions != nil {
		h.Exceptions = t.Exceptions
	}
}

type newHours struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200" doc:"Your own words." example:"Office"`
		Zone string `json:"time_zone" maxLength:"64" doc:"The IANA name of a zone." example:"Europe/Berlin"`
		HoursSettings
	}
}

func (f Dispatch) createHours(ctx context.Context, p directory.Principal, in *newHours) (*Versioned[Hours], error) {
	t, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	h := dispatch.Hours{Row: dispatch.Row{ID: NewID(ctx, "hours")}, Name: in.Body.Name, Table: hours.Table{Zone: in.Body.Zone}}
	in.Body.apply(t, &h)
	h, err = f.Book.CreateHours(ctx, p, h)
	return versioned(hoursShown(time.Now())(h), h.Updated), err
}

func (f Dispatch) allHours(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Hours]], error) {
	found, err := f.Book.AllHours(ctx, p, in.part())
	return listed(found, err, in.Limit, hoursShown(time.Now()), func(h dispatch.Hours) string { return h.ID })
}

type HoursPath struct {
	ID string `path:"hours" id:"hours" maxLength:"64" doc:"The opening hours." example:"hours_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Dispatch) hours(ctx context.Context, p directory.Principal, in *HoursPath) (*Versioned[Hours], error) {
	h, err := f.Book.Hours(ctx, p, in.ID)
	return versioned(hoursShown(time.Now())(h), h.Updated), err
}

type hoursChange struct {
	HoursPath
	IfMatch
	Body struct {
		Name *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"Your own words."`
		Zone *string `json:"time_zone,omitempty" maxLength:"64" doc:"The IANA name of a zone."`
		HoursSettings
	}
}

func (f Dispatch) updateHours(ctx context.Context, p directory.Principal, in *hoursChange) (*Versioned[Hours], error) {
	t, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	h, err := f.Book.UpdateHours(ctx, p, in.ID, func(h *dispatch.Hours) {
		h.Refuse(in.unchanged(h.Updated))
		setTo(&h.Name, in.Body.Name)
		setTo(&h.Zone, in.Body.Zone)
		in.Body.apply(t, h)
	})
	return versioned(hoursShown(time.Now())(h), h.Updated), err
}

func (f Dispatch) deleteHours(ctx context.Context, p directory.Principal, in *HoursPath) (*Empty, error) {
	return gone(f.Book.DeleteHours(ctx, p, in.ID))
}
