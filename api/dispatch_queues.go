package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) queueRoutes(s *Server) {
	const tag, one = "Queues", "/v1/queues/{queue}"
	read, write := directory.QueuesRead, directory.QueuesWrite
	Register(s, Route{Method: "POST", Path: "/v1/queues", Summary: "Make a queue", Tag: tag, Right: write, Status: 201,
		Doc: "Where callers wait for an agent. A reference leads to it whose target is queue: and its ID; widgets and telephone numbers lead to the reference."}, f.createQueue)
	Register(s, Route{Method: "GET", Path: "/v1/queues", Summary: "List queues", Tag: tag, Right: read}, f.queues)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a queue", Tag: tag, Right: read}, f.queue)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a queue", Tag: tag, Right: write,
		Doc: "What is left out stays as it is. Whoever waits in it keeps their place."}, f.updateQueue)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a queue", Tag: tag, Right: write,
		Doc: "References, rules and other queues that lead to it must be led elsewhere first. Whoever waits in it is led on as when nobody answers."}, f.deleteQueue)
}

// A Queue is where callers wait until one of its agents is free.
type Queue struct {
	ID        string            `json:"id" doc:"The queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string            `json:"object" enum:"queue" doc:"Always queue."`
	Livemode  bool              `json:"livemode" doc:"Whether live calls wait in it; otherwise test calls do."`
	Name      string            `json:"name" doc:"What agents and supervisors read."`
	Strategy  dispatch.Strategy `json:"strategy" enum:"longest_idle,round_robin,ring_all,skills" doc:"Whom of its agents a call is offered to."`
	Priority  int               `json:"priority" doc:"An agent of several queues is offered the callers of the one with the larger priority first."`
	Ring      int               `json:"ring_seconds" doc:"How long an agent is offered a call."`
	Most      int               `json:"most_waiting" doc:"How many callers wait at most; 0 is no limit."`
	MaxWait   int               `json:"max_wait_seconds" doc:"How long a caller waits at most; 0 is no limit."`
	Last      dispatch.Last     `json:"last" enum:"voicemail,hangup,callback,queue" doc:"What becomes of whoever has waited that long, or finds that many waiting; queue is the first of overflow."`
	Overflow  []QueueOverflow   `json:"overflow" nullable:"false" doc:"After how long callers wait in another queue."`
	Relax     []QueueRelax      `json:"relax" nullable:"false" doc:"After how long less skill of agents will do."`
	WrapUp    int               `json:"wrap_up_seconds" doc:"How long an agent has after a call, before the next is offered."`
	Hours     string            `json:"hours,omitempty" doc:"The opening hours; without, it is always open." example:"hours_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Closed    QueueClosed       `json:"closed" doc:"What becomes of callers while it is closed."`
	Greeting  string            `json:"greeting,omitempty" doc:"The phrase that callers hear first."`
	Music     string            `json:"music,omitempty" doc:"The phrase that callers hear while they wait; without, the gateway's own music."`
	Language  string            `json:"language,omitempty" enum:"en,zh,ar" doc:"In which callers are told their place and what else they may do; without, the language of their page, or the gateway's own."`
	Callback  bool              `json:"callback" doc:"Whether callers may ask to be called back, and keep their place."`
	Voicemail bool              `json:"voicemail" doc:"Whether callers may leave a message instead of waiting."`
	Recording string            `json:"recording,omitempty" enum:"off,ask,announce" doc:"How its calls are recorded; without, as the account's recording policy says."`
	Level     int               `json:"service_level_seconds" doc:"An answer within it counts as in time."`
	Metadata  Metadata          `json:"metadata" doc:"Your own notes."`
	CreatedAt time.Time         `json:"created_at" doc:"When it was made."`
	UpdatedAt time.Time         `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// A QueueOverflow lets callers wait in another queue.
type QueueOverflow struct {
	After int    `json:"after_seconds" minimum:"0" maximum:"86400" doc:"From when on." example:"60"`
	Queue string `json:"queue" id:"queue" maxLength:"64" doc:"Where." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

// A QueueRelax asks less skill of agents.
type QueueRelax struct {
	After int `json:"after_seconds" minimum:"0" maximum:"86400" doc:"From when on." example:"30"`
	By    int `json:"by" minimum:"1" maximum:"10" doc:"How many levels less of each skill will do." example:"2"`
}

// QueueClosed is what becomes of callers while a queue is closed.
type QueueClosed struct {
	Then   dispatch.ClosedThen `json:"then" enum:"hangup,voicemail,another_queue" example:"another_queue" doc:"Whether they are told so, leave a message, or wait in another queue."`
	Phrase string              `json:"phrase,omitempty" maxLength:"500" doc:"The phrase that they are told by; without, the gateway's own."`
	Queue  string              `json:"queue,omitempty" id:"queue" maxLength:"64" doc:"The other queue."`
}

func queueShown(q dispatch.Queue) Queue {
	shown := Queue{ID: q.ID, Object: "queue", Livemode: !q.Tenant.Test, Name: q.Name, Strategy: q.Strategy, Priority: q.Priority,
		Ring: int(q.Ring), Most: q.Most, MaxWait: int(q.MaxWait), Last: q.Last, WrapUp: int(q.WrapUp), Hours: q.Hours, Closed: QueueClosed(q.Closed),
		Greeting: q.Greeting, Music: q.Music, Language: q.Language, Callback: q.Callback, Voicemail: q.Voicemail, Recording: q.Recording, Level: int(q.ServiceLevel), Metadata: q.Metadata, CreatedAt: q.Created, UpdatedAt: q.Updated,
		Overflow: []QueueOverflow{}, Relax: []QueueRelax{}}
	for _, o := range q.Overflow {
		shown.Overflow = append(shown.Overflow, QueueOverflow{int(o.After), o.Queue})
	}
	for _, r := range q.Relax {
		shown.Relax = append(shown.Relax, QueueRelax{int(r.After), r.By})
	}
	return shown
}

// QueueSettings are what may be said of a queue; what is left out stays, or is
// as usual.
type QueueSettings struct {
	Strategy  *dispatch.Strategy `json:"strategy,omitempty" enum:"longest_idle,round_robin,ring_all,skills" doc:"Whom of its agents a call is offered to: whoever has had none for longest (the usual), one after the other, all at once, or whoever has the skills that the caller needs."`
	Priority  *int               `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"An agent of several queues is offered the callers of the one with the larger priority first."`
	Ring      *int               `json:"ring_seconds,omitempty" minimum:"0" maximum:"3600" doc:"How long an agent is offered a call; 20 is usual."`
	Most      *int               `json:"most_waiting,omitempty" minimum:"0" maximum:"100000" doc:"How many callers wait at most; 0 is no limit."`
	MaxWait   *int               `json:"max_wait_seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long a caller waits at most; 0 is no limit."`
	Last      *dispatch.Last     `json:"last,omitempty" enum:"voicemail,hangup,callback,queue" doc:"What becomes of whoever has waited that long, or finds that many waiting: they leave a message, are told so (the usual), are called back, or wait in the first queue of overflow."`
	Overflow  *[]QueueOverflow   `json:"overflow,omitempty" maxItems:"10" doc:"After how long callers wait in another queue, the earliest first."`
	Relax     *[]QueueRelax      `json:"relax,omitempty" maxItems:"10" doc:"After how long less skill of agents will do, the earliest first."`
	WrapUp    *int               `json:"wrap_up_seconds,omitempty" minimum:"0" maximum:"3600" doc:"How long an agent has after a call, before the next is offered."`
	Hours     *string            `json:"hours,omitempty" id:"hours" maxLength:"64" doc:"The opening hours; an empty text is always open."`
	Closed    *QueueClosed       `json:"closed,omitempty" doc:"What becomes of callers while it is closed."`
	Greeting  *string            `json:"greeting,omitempty" maxLength:"500" doc:"The phrase that callers hear first." example:"say:en:welcome"`
	Music     *string            `json:"music,omitempty" maxLength:"500" doc:"The phrase that callers hear while they wait; an empty text is the gateway's own music."`
	Language  *string            `json:"language,omitempty" maxLength:"2" doc:"In which callers are told their place and what else they may do: en, zh or ar; an empty text is the language of their page, or the gateway's own."`
	Callback  *bool              `json:"callback,omitempty" doc:"Whether callers may ask to be called back, and keep their place."`
	Voicemail *bool              `json:"voicemail,omitempty" doc:"Whether callers may leave a message instead of waiting."`
	Recording *string            `json:"recording,omitempty" maxLength:"8" doc:"How its calls are recorded: off, ask or announce, as in the account's recording policy; an empty text is as that says."`
	Level     *int               `json:"service_level_seconds,omitempty" minimum:"0" maximum:"86400" doc:"An answer within it counts as in time; 20 is usual."`
	Metadata  *Metadata          `json:"metadata,omitempty" doc:"Your own notes, all of them."`
}

func (s QueueSettings) apply(q *dispatch.Queue) {
	setTo(&q.Strategy, s.Strategy)
	setTo(&q.Priority, s.Priority)
	setSeconds(&q.Ring, s.Ring)
	setTo(&q.Most, s.Most)
	setSeconds(&q.MaxWait, s.MaxWait)
	setTo(&q.Last, s.Last)
	setSeconds(&q.WrapUp, s.WrapUp)
	setTo(&q.Hours, s.Hours)
	setTo(&q.Greeting, s.Greeting)
	setTo(&q.Music, s.Music)
	setTo(&q.Language, s.Language)
	setTo(&q.Callback, s.Callback)
	setTo(&q.Voicemail, s.Voicemail)
	setTo(&q.Recording, s.Recording)
	setSeconds(&q.ServiceLevel, s.Level)
	setTo(&q.Metadata, (*map[string]string)(s.Metadata))
	if s.Closed != nil {
		q.Closed = dispatch.Closed(*s.Closed)
	}
	s.applySteps(q)
}

// applySteps takes what happens as time passes.
func (s QueueSettings) applySteps(q *dispatch.Queue) {
	if s.Overflow != nil {
		q.Overflow = nil
		for _, o := range *s.Overflow {
			q.Overflow = append(q.Overflow, dispatch.Overflow{After: dispatch.Seconds(o.After), Queue: o.Queue})
		}
	}
	if s.Relax != nil {
		q.Relax = nil
		for _, r := range *s.Relax {
			q.Relax = append(q.Relax, dispatch.Relax{After: dispatch.Seconds(r.After), By: r.By})
		}
	}
}

type newQueue struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200" doc:"What agents and supervisors read." example:"Sales"`
		QueueSettings
	}
}

func (f Dispatch) createQueue(ctx context.Context, p directory.Principal, in *newQueue) (*Versioned[Queue], error) {
	q := dispatch.Queue{Row: dispatch.Row{ID: NewID(ctx, "queue")}, Name: in.Body.Name}
	in.Body.apply(&q)
	q, err := f.Book.CreateQueue(ctx, p, q)
	return versioned(queueShown(q), q.Updated), err
}

func (f Dispatch) queues(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Queue]], error) {
	found, err := f.Book.Queues(ctx, p, in.part())
	return listed(found, err, in.Limit, queueShown, func(q dispatch.Queue) string { return q.ID })
}

type QueuePath struct {
	ID string `path:"queue" id:"queue" maxLength:"64" doc:"The queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Dispatch) queue(ctx context.Context, p directory.Principal, in *QueuePath) (*Versioned[Queue], error) {
	q, err := f.Book.Queue(ctx, p, in.ID)
	return versioned(queueShown(q), q.Updated), err
}

type queueChange struct {
	QueuePath
	IfMatch
	Body struct {
		Name *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"What agents and supervisors read."`
		QueueSettings
	}
}

func (f Dispatch) updateQueue(ctx context.Context, p directory.Principal, in *queueChange) (*Versioned[Queue], error) {
	q, err := f.Book.UpdateQueue(ctx, p, in.ID, func(q *dispatch.Queue) {
		q.Refuse(in.unchanged(q.Updated))
		setTo(&q.Name, in.Body.Name)
		in.Body.apply(q)
	})
	return versioned(queueShown(q), q.Updated), err
}

func (f Dispatch) deleteQueue(ctx context.Context, p directory.Principal, in *QueuePath) (*Empty, error) {
	return gone(f.Book.DeleteQueue(ctx, p, in.ID))
}
