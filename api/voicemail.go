package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/objects"
	"webtrunk/archive/voicemail"
	"webtrunk/directory"
)

// Voicemails are the messages that callers have left.
type Voicemails struct {
	Mailboxes *voicemail.Mailboxes // nil: none are kept here
	Archive   *archive.Archive
}

// Voicemail is one message as clients see it.
type Voicemail struct {
	ID       string          `json:"id" doc:"The message."`
	Object   string          `json:"object" doc:"Always voicemail."`
	Livemode bool            `json:"livemode" doc:"Whether it was left in a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call in which it was left."`
	From     string          `json:"from" doc:"Who left it, as the call's record says it; empty where it says nothing any more."`
	Name     string          `json:"name,omitempty" doc:"And how they are called, where the site's server has signed it."`
	Box      string          `json:"box" doc:"For whom: a queue, for example."`
	Seconds  float64         `json:"seconds" doc:"How long it is."`
	Bytes    int64           `json:"bytes" doc:"And how large: Ogg Opus."`
	Created  time.Time       `json:"created_at" doc:"When it was left."`
	Heard    *time.Time      `json:"heard_at" doc:"When its sound was fetched first; null if nobody has."`
}

// Routes implements Feature.
func (f Voicemails) Routes(s *Server) {
	if f.Mailboxes == nil {
		return
	}
	Register(s, Route{Method: "GET", Path: "/v1/voicemails", Summary: "List voicemails", Tag: "Voicemails", Right: directory.RecordsRead,
		Doc: "The messages that callers have left, newest first."}, f.list)
	Register(s, Route{Method: "GET", Path: "/v1/voicemails/{voicemail}", Summary: "Get a voicemail", Tag: "Voicemails", Right: directory.RecordsRead}, f.get)
	Register(s, Route{Method: "GET", Path: "/v1/voicemails/{voicemail}/audio", Summary: "Hear a voicemail", Tag: "Voicemails", Right: directory.RecordsRead, Raw: true,
		Doc: "Its sound: Ogg Opus, whole or a Range of it. It counts as heard from then on."}, f.audio)
	Register(s, Route{Method: "DELETE", Path: "/v1/voicemails/{voicemail}", Summary: "Delete a voicemail", Tag: "Voicemails", Right: directory.RecordsErase,
		Doc: "Its sound is gone for good; voicemail.deleted tells who deleted it."}, f.remove)
	s.Event("voicemail.deleted", "Somebody deleted a message.")
}

type voicemailPath struct {
	ID string `path:"voicemail" id:"voicemail" maxLength:"64" doc:"The message." example:"vm_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type voicemailList struct {
	Page
	Box string `query:"box" maxLength:"128" doc:"Only messages for this box." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Voicemails) list(ctx context.Context, p directory.Principal, in *voicemailList) (*Answer[List[Voicemail]], error) {
	var boxes []string
	if in.Box != "" {
		boxes = []string{in.Box}
	}
	found, err := f.Mailboxes.List(ctx, p.Account, p.Test, boxes, in.Limit+1, in.StartingAfter)
	if err != nil {
		return nil, err
	}
	all := make([]Voicemail, len(found))
	for i, m := range found {
		all[i] = f.show(ctx, p, m)
	}
	return listOf(all, in.Limit, func(v Voicemail) string { return v.ID }), nil
}

func (f Voicemails) get(ctx context.Context, p directory.Principal, in *voicemailPath) (*Answer[Voicemail], error) {
	m, err := f.Mailboxes.Get(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(f.show(ctx, p, m)), nil
}

// show joins a message with who left it: the call's record is where identity is
// kept, and erased.
func (f Voicemails) show(ctx context.Context, p directory.Principal, m voicemail.Message) Voicemail {
	v := Voicemail{ID: m.ID, Object: "voicemail", Livemode: !p.Test, Call: m.Call, Box: m.Box, Seconds: m.Length.Seconds(), Bytes: m.Bytes, Created: m.Created.UTC()}
	if !m.Heard.IsZero() {
		at := m.Heard.UTC()
		v.Heard = &at
	}
	if r, err := f.Archive.Get(ctx, p.Account, p.Test, m.Call); err == nil {
		v.From, v.Name = r.From, r.Metadata["identity.name"]
	}
	return v
}

func (f Voicemails) audio(ctx context.Context, p directory.Principal, in *voicemailPath) (*huma.StreamResponse, error) {
	file, err := f.Mailboxes.Open(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	return played(file, in.ID), nil
}

// played is a message's sound, whole or in parts, as it is asked for.
func played(file objects.Reader, id string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer file.Close()
		r, w := humago.Unwrap(c)
		w.Header().Set("Content-Type", "audio/ogg; codecs=opus")
		w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.opus"`)
		w.Header().Set("Cache-Control", "private, no-store")
		http.ServeContent(w, r, "", time.Time{}, file)
	}}
}

func (f Voicemails) remove(ctx context.Context, p directory.Principal, in *voicemailPath) (*Empty, error) {
	return gone(f.Mailboxes.Delete(ctx, p.Account, p.Test, in.ID, p.ID))
}
