package api

import (
	"context"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/archive/letters"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// Letters are the offline messages: what visitors wrote when nobody was there.
type Letters struct{ Box *letters.Box }

// OfflineMessage is one as clients see it.
type OfflineMessage struct {
	ID       string          `json:"id" doc:"The message."`
	Object   string          `json:"object" enum:"offline_message" doc:"Always offline_message."`
	Livemode bool            `json:"livemode" doc:"Whether it was left on a live page."`
	Queue    string          `json:"queue" doc:"The queue for which it was left."`
	Call     webtrunk.CallID `json:"call,omitempty" doc:"The call after which it was written, as the visitor's page says."`
	Name     string          `json:"name,omitempty" doc:"What its writer calls themselves. Nobody has checked it."`
	ReplyTo  string          `json:"reply_to" doc:"Where they want to be answered: a number or an address, as they wrote it." example:"ann@example.com"`
	Text     string          `json:"text" doc:"What it says, as plain text." example:"Do you open on Sunday?"`
	Created  time.Time       `json:"created_at" doc:"When it was left."`
	Done     *time.Time      `json:"done_at" doc:"When somebody saw to it; null if nobody has."`
	DoneBy   string          `json:"done_by,omitempty" doc:"And who."`
}

const lettersTag = "Offline messages"

// Routes implements Feature.
func (f Letters) Routes(s *Server) {
	const path = "/v1/offline_messages"
	Register(s, Route{Method: "GET", Path: path, Summary: "List offline messages", Tag: lettersTag, Right: directory.RecordsRead,
		Doc: "What visitors wrote when nobody was there, newest first. `message.created` with `offline` true tells of each."}, f.list)
	Register(s, Route{Method: "GET", Path: path + "/{offline_message}", Summary: "Get an offline message", Tag: lettersTag, Right: directory.RecordsRead}, f.get)
	Register(s, Route{Method: "DELETE", Path: path + "/{offline_message}", Summary: "Delete an offline message", Tag: lettersTag, Right: directory.RecordsErase}, f.remove)
}

type letterPath struct {
	ID string `path:"offline_message" id:"offline_message" maxLength:"64" doc:"The message." example:"om_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type letterList struct {
	Page
	Queue string `query:"queue" maxLength:"128" doc:"Only messages for this queue." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Letters) list(ctx context.Context, p directory.Principal, in *letterList) (*Answer[List[OfflineMessage]], error) {
	var queues []string
	if in.Queue != "" {
		queues = []string{in.Queue}
	}
	found, err := f.Box.List(ctx, p.Account, p.Test, queues, in.Limit+1, in.StartingAfter)
	if err != nil {
		return nil, err
	}
	all := make([]OfflineMessage, len(found))
	for i, l := range found {
		all[i] = letterShown(l)
	}
	return listOf(all, in.Limit, func(m OfflineMessage) string { return m.ID }), nil
}

func (f Letters) get(ctx context.Context, p directory.Principal, in *letterPath) (*Answer[OfflineMessage], error) {
	l, err := f.Box.Get(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(letterShown(l)), nil
}

func (f Letters) remove(ctx context.Context, p directory.Principal, in *letterPath) (*Empty, error) {
	return gone(f.Box.Delete(ctx, p.Account, p.Test, in.ID))
}

func letterShown(l letters.Letter) OfflineMessage {
	m := OfflineMessage{ID: l.ID, Object: "offline_message", Livemode: !l.Test, Queue: l.Queue, Call: l.Call, Name: l.Name, ReplyTo: l.ReplyTo, Text: l.Text,
		Created: l.Created.UTC(), DoneBy: l.DoneBy}
	if !l.Done.IsZero() {
		at := l.Done.UTC()
		m.Done = &at
	}
	return m
}

// OwnLetters are the offline messages for the queues of whoever is logged in.
type OwnLetters struct {
	Letters
	Book *dispatch.Book
}

// Routes implements Feature.
func (f OwnLetters) Routes(s *Server) {
	const path = "/v1/session/offline_messages"
	Register(s, Route{Method: "GET", Path: path, Summary: "List your queues' offline messages", Tag: lettersTag, Session: true, Right: directory.CallsRead,
		Doc: "What visitors wrote for the queues whose calls you answer now, newest first."}, f.own)
	Register(s, Route{Method: "POST", Path: path + "/{offline_message}/done", Summary: "Mark an offline message as done", Tag: lettersTag, Session: true, Right: directory.CallsWrite,
		Doc: "All who answer the queue see that somebody has seen to it, or, with `done` false, that it waits again."}, f.mark)
}

// QueueLetter is an offline message as an agent sees it.
type QueueLetter struct {
	OfflineMessage
	QueueName string `json:"queue_name" doc:"How the queue is called for which it was left."`
}

// QueueLetters is a page of them.
type QueueLetters struct {
	List[QueueLetter]
	Waiting int `json:"waiting" doc:"How many nobody has seen to, of all there are."`
}

func (f OwnLetters) own(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[QueueLetters], error) {
	a, err := f.Book.AgentOf(ctx, p)
	if err != nil {
		return nil, err
	}
	var found []letters.Letter
	waiting := 0
	if len(a.Queues) > 0 { // of none is not of all
		if found, err = f.Box.List(ctx, p.Account, p.Test, a.Queues, in.Limit+1, in.StartingAfter); err != nil {
			return nil, err
		}
		if waiting, err = f.Box.Waiting(ctx, p.Account, p.Test, a.Queues); err != nil {
			return nil, err
		}
	}
	called := queueNames(ctx, f.Book, p)
	all := make([]QueueLetter, len(found))
	for i, l := range found {
		all[i] = QueueLetter{letterShown(l), called(l.Queue)}
	}
	page := listOf(all, in.Limit, func(m QueueLetter) string { return m.ID })
	return answer(QueueLetters{page.Body, waiting}), nil
}

type letterMark struct {
	ID   string `path:"offline_message" id:"offline_message" maxLength:"64" doc:"The message." example:"om_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body struct {
		Done bool `json:"done" doc:"Whether somebody has seen to it."`
	}
}

// mark refuses a message for a queue that is not theirs as one that never was.
func (f OwnLetters) mark(ctx context.Context, p directory.Principal, in *letterMark) (*Answer[OfflineMessage], error) {
	l, err := f.Box.Get(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	a, err := f.Book.AgentOf(ctx, p)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(a.Queues, l.Queue) {
		return nil, &webtrunk.Error{Op: "offline message", Kind: webtrunk.NotFound, Message: "There is no offline message with this ID."}
	}
	if l, err = f.Box.Mark(ctx, p.Account, p.Test, in.ID, in.Body.Done, p.ID); err != nil {
		return nil, err
	}
	return answer(letterShown(l)), nil
}
