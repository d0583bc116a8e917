package api

import (
	"context"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/files"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/room"
)

// Chats are what was written in calls.
type Chats struct {
	Rooms   *room.Rooms
	Archive *archive.Archive
	Files   *files.Files // nil: this gateway passes none on
}

// Routes implements Feature.
func (f Chats) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/chat", Summary: "Read what was written in a call", Tag: "Calls", Right: directory.CallsRead,
		Doc: "During the call and after it: the messages in their order, and how far each side has read. Whoever was in the call reads it, and whoever has the right `records:read`; to others there is no such call. " +
			"A call in which nobody wrote has no messages. It is kept as long as transcripts are, and goes with an erasure of the call."}, f.read)
	f.fileRoutes(s)
	f.pushRoutes(s)
	f.boardRoutes(s)
	s.Event("message.created", "Somebody wrote something in a call. What it says is not in the event: read the call's chat.")
}

// Chat is what was written in a call, as clients see it.
type Chat struct {
	Object   string          `json:"object" enum:"chat" doc:"Always chat."`
	Livemode bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call     webtrunk.CallID `json:"call" doc:"The call."`
	Messages []ChatMessage   `json:"messages" nullable:"false" doc:"What was written, in order."`
	Read     []ChatRead      `json:"read" nullable:"false" doc:"How far the call's legs have read, where their pages said so."`
}

// ChatMessage is one message of it.
type ChatMessage struct {
	Object    string    `json:"object" enum:"message" doc:"Always message."`
	Seq       int64     `json:"seq" doc:"Its place in what was done in the call's chat, from 1. Marks of what was read have places, too."`
	Leg       string    `json:"leg" doc:"Who wrote it: a leg of the call."`
	Role      room.Role `json:"role" enum:"agent,visitor" doc:"agent, who works for the account, or visitor."`
	From      string    `json:"from,omitempty" doc:"The leg's address, as the call's record has it." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Text      string    `json:"text" doc:"What it says, as plain text; empty where a file was sent." example:"The red one, please."`
	File      *ChatFile `json:"file,omitempty" doc:"The file that was sent."`
	CreatedAt time.Time `json:"created_at" doc:"When it was written."`
}

// ChatFile is a file that somebody has sent.
type ChatFile struct {
	ID        string `json:"id" doc:"The file." example:"file_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Name      string `json:"name" doc:"What it is called." example:"mug.jpg"`
	MediaType string `json:"media_type" doc:"What it is, by its content." example:"image/jpeg"`
	Bytes     int64  `json:"bytes" doc:"How large it is." example:"48213"`
}

// ChatRead is how far somebody has read.
type ChatRead struct {
	Leg  string    `json:"leg" doc:"Who: a leg of the call."`
	Role room.Role `json:"role" enum:"agent,visitor" doc:"agent, who works for the account, or visitor."`
	Upto int64     `json:"upto" doc:"The place up to which they have seen everything."`
	At   time.Time `json:"at" doc:"Since when."`
}

type chatPath struct {
	Call string `path:"call" id:"call" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Chats) read(ctx context.Context, p directory.Principal, in *chatPath) (*Answer[Chat], error) {
	r, log, err := f.logOf(ctx, p, in, "There is no call with this ID whose chat you may read.")
	if err != nil {
		return nil, err
	}
	return answer(chatShown(r, log)), nil
}

// logOf is what was done in a call's room, and the call; or none, for who may not read it.
func (f Chats) logOf(ctx context.Context, p directory.Principal, in *chatPath, none string) (*archive.Record, []room.Operation, error) {
	r, err := f.recordOf(ctx, p, in, none)
	if err != nil {
		return nil, nil, err
	}
	log, err := f.Rooms.Chat(ctx, room.Call{ID: r.ID, Account: p.Account, Test: p.Test})
	return r, log, err
}

// recordOf is a call whose chat may be read, or none.
func (f Chats) recordOf(ctx context.Context, p directory.Principal, in *chatPath, none string) (*archive.Record, error) {
	r, err := f.Archive.Get(ctx, p.Account, p.Test, webtrunk.CallID(in.Call))
	if isNotFound(err) || err == nil && !mayReadChat(p, &r) {
		return nil, &webtrunk.Error{Op: "chat", Kind: webtrunk.NotFound, Message: none}
	}
	return &r, err
}

// addresses are those of a call's legs.
func addresses(r *archive.Record) map[string]string {
	from := map[string]string{}
	for _, l := range r.Legs {
		from[l.ID] = l.Address
	}
	return from
}

// mayReadChat reports whether somebody may read what was written in a call.
func mayReadChat(p directory.Principal, r *archive.Record) bool {
	return p.May(directory.RecordsRead) == nil || strings.HasPrefix(p.ID, "person_") && r.Had(directory.AgentName(p.ID))
}

func chatShown(r *archive.Record, log []room.Operation) Chat {
	c := Chat{Object: "chat", Livemode: r.Livemode, Call: r.ID, Messages: []ChatMessage{}, Read: []ChatRead{}}
	from := addresses(r)
	read := map[call.LegID]int{}
	for _, o := range log {
		leg := o.By.Leg.Public(r.ID)
		switch o.Kind {
		case room.Message:
			c.Messages = append(c.Messages, ChatMessage{Object: "message", Seq: o.Seq, Leg: leg, Role: o.By.Role, From: from[leg], Text: o.Text, CreatedAt: o.At})
		case room.File:
			c.Messages = append(c.Messages, ChatMessage{Object: "message", Seq: o.Seq, Leg: leg, Role: o.By.Role, From: from[leg], CreatedAt: o.At,
				File: &ChatFile{ID: o.File, Name: o.FileName, MediaType: o.MediaType, Bytes: o.Bytes}})
		case room.Read:
			i, known := read[o.By.Leg]
			if !known {
				i = len(c.Read)
				read[o.By.Leg], c.Read = i, append(c.Read, ChatRead{})
			}
			c.Read[i] = ChatRead{Leg: leg, Role: o.By.Role, Upto: o.Upto, At: o.At}
		}
	}
	return c
}
