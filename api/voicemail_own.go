package api

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/archive/voicemail"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// OwnVoicemails are the messages that were left for the queues of whoever is logged
// in: an agent hears what their callers have left, and nothing of anybody else's.
type OwnVoicemails struct {
	Voicemails
	Book *dispatch.Book
}

// Routes implements Feature.
func (f OwnVoicemails) Routes(s *Server) {
	if f.Mailboxes == nil {
		return
	}
	const tag, path = "Voicemails", "/v1/session/voicemails"
	Register(s, Route{Method: "GET", Path: path, Summary: "List your queues' voicemails", Tag: tag, Session: true, Right: directory.CallsRead,
		Doc: "The messages that callers have left for the queues whose calls you answer now, newest first."}, f.own)
	Register(s, Route{Method: "GET", Path: path + "/{voicemail}/audio", Summary: "Hear a voicemail of your queues", Tag: tag, Session: true, Right: directory.CallsRead, Raw: true,
		Doc: "Its sound: Ogg Opus, whole or a Range of it. It counts as heard from then on, by all who answer the queue."}, f.hear)
}

// QueueVoicemail is a message as an agent sees it.
type QueueVoicemail struct {
	Voicemail
	Queue string `json:"queue_name" doc:"How the queue is called that it was left for."`
}

// QueueVoicemails is a page of them.
type QueueVoicemails struct {
	List[QueueVoicemail]
	Unheard int `json:"unheard" doc:"How many nobody has listened to, of all there are."`
}

func (f OwnVoicemails) own(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[QueueVoicemails], error) {
	a, err := f.Book.AgentOf(ctx, p)
	if err != nil {
		return nil, err
	}
	var found []voicemail.Message
	unheard := 0
	if len(a.Queues) > 0 { // of none is not of all
		if found, err = f.Mailboxes.List(ctx, p.Account, p.Test, a.Queues, in.Limit+1, in.StartingAfter); err != nil {
			return nil, err
		}
		if unheard, err = f.Mailboxes.Unheard(ctx, p.Account, p.Test, a.Queues); err != nil {
			return nil, err
		}
	}
	all := f.named(ctx, p, found)
	page := listOf(all, in.Limit, func(v QueueVoicemail) string { return v.ID })
	return answer(QueueVoicemails{page.Body, unheard}), nil
}

// named adds to messages what their queues are called.
func (f OwnVoicemails) named(ctx context.Context, p directory.Principal, found []voicemail.Message) []QueueVoicemail {
	called := queueNames(ctx, f.Book, p)
	all := make([]QueueVoicemail, len(found))
	for i, m := range found {
		all[i] = QueueVoicemail{f.show(ctx, p, m), called(m.Box)}
	}
	return all
}

// queueNames tells what queues are called, and asks for each once; one that is gone has no
// name.
func queueNames(ctx context.Context, book *dispatch.Book, p directory.Principal) func(id string) string {
	names := map[string]string{}
	return func(id string) string {
		name, known := names[id]
		if !known {
			q, _ := book.Queue(ctx, p, id)
			name, names[id] = q.Name, q.Name
		}
		return name
	}
}

// hear refuses a message of a queue that is not theirs as one that never was.
func (f OwnVoicemails) hear(ctx context.Context, p directory.Principal, in *voicemailPath) (*huma.StreamResponse, error) {
	m, err := f.Mailboxes.Get(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	a, err := f.Book.AgentOf(ctx, p)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(a.Queues, m.Box) {
		return nil, &webtrunk.Error{Op: "voicemail", Kind: webtrunk.NotFound, Message: "There is no voicemail with this ID."}
	}
	file, err := f.Mailboxes.Open(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	return played(file, in.ID), nil
}
