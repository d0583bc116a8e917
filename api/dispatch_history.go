package api

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) historyRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/queues/history", Summary: "See what became of callers", Tag: "Queues", Right: directory.RecordsRead,
		Doc: "By the hour or by the day, of one queue or of all: each span counts the callers who left a queue in it, in the queue that they left. There is a line for each span, also where nobody came. At most 31 days of hours and 400 days are told at once."}, f.history)
}

type historyFilter struct {
	Queue string    `query:"queue" id:"queue" maxLength:"64" doc:"Only this queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	From  time.Time `query:"from" doc:"From the hour or day in which this is (RFC 3339); without, today's beginning, or, by day, 27 days before."`
	To    time.Time `query:"to" doc:"Up to this time; without, now."`
	By    string    `query:"by" enum:"hour,day" default:"hour" doc:"How long a span is."`
	Zone  string    `query:"time_zone" maxLength:"64" default:"UTC" doc:"Whose hours and days these are: a name of the IANA time zone database." example:"Europe/Berlin"`
}

// QueueHistory is what became of the callers of a span of time.
type QueueHistory struct {
	Object       string    `json:"object" enum:"queue_history" doc:"Always queue_history."`
	Queue        string    `json:"queue,omitempty" doc:"The queue, if one was asked for." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	From         time.Time `json:"from" doc:"When the span begins, in the time zone that was asked for."`
	To           time.Time `json:"to" doc:"When it ends."`
	Offered      int       `json:"offered" doc:"Callers who left a queue."`
	Answered     int       `json:"answered" doc:"Of these, whom an agent has answered or called back."`
	InTime       int       `json:"answered_in_time" doc:"Of the answered, those within their queue's service level, as it is set now."`
	CalledBack   int       `json:"called_back" doc:"Of the answered, who had asked to be called back, and were."`
	Abandoned    int       `json:"abandoned" doc:"Callers who hung up while they waited."`
	Voicemails   int       `json:"voicemails" doc:"Callers who were led to leave a message."`
	ServiceLevel *float64  `json:"service_level,omitempty" doc:"The part who were answered in time, of those who were answered or hung up; left out while there were none." example:"0.8"`
	Mean         float64   `json:"mean_wait_seconds" doc:"How long a caller waited, on average."`
	Longest      float64   `json:"longest_wait_seconds" doc:"How long one of them waited."`
}

func (f Dispatch) history(ctx context.Context, p directory.Principal, in *historyFilter) (*Answer[List[QueueHistory]], error) {
	past, err := in.past(time.Now())
	if err != nil {
		return nil, err
	}
	if in.Queue != "" {
		if _, err := f.Book.Queue(ctx, p, in.Queue); err != nil {
			return nil, about("queue", err)
		}
	}
	figures, err := f.Desk.History(ctx, tenantOf(p), past)
	all := List[QueueHistory]{Object: "list", Data: []QueueHistory{}}
	for _, g := range figures {
		all.Data = append(all.Data, historyShown(in.Queue, g))
	}
	return answer(all), err
}

// past reads what is asked for.
func (in *historyFilter) past(now time.Time) (dispatch.Past, error) {
	zone, err := time.LoadLocation(cmp.Or(in.Zone, "UTC"))
	if err != nil || in.Zone == "Local" {
		return dispatch.Past{}, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "time_zone", Message: fmt.Sprintf("There is no time zone %s.", printable(in.Zone)),
			Remedies: []string{"Send a name such as Europe/Berlin, or leave time_zone out for UTC."}}
	}
	p := dispatch.Past{Queue: in.Queue, From: in.From, To: in.To, Daily: in.By == "day", Zone: zone}
	if p.To.IsZero() {
		p.To = now
	}
	if p.From.IsZero() {
		y, m, d := p.To.In(zone).Date()
		if p.Daily {
			d -= 27
		}
		p.From = time.Date(y, m, d, 0, 0, 0, 0, zone)
	}
	return p, nil
}

func historyShown(queue string, f dispatch.Figures) QueueHistory {
	shown := QueueHistory{Object: "queue_history", Queue: queue, From: f.From, To: f.To, Offered: f.Offered, Answered: f.Answered, InTime: f.InTime,
		CalledBack: f.CalledBack, Abandoned: f.Abandoned, Voicemails: f.Voicemails, Mean: f.Mean().Seconds(), Longest: f.Longest.Seconds()}
	if level, ok := f.Level(); ok {
		shown.ServiceLevel = &level
	}
	return shown
}
