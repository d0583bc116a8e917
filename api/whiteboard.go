package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/directory"
	"webtrunk/room"
)

func (f Chats) boardRoutes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/whiteboard", Summary: "Read what was drawn in a call", Tag: "Calls", Right: directory.CallsRead,
		Doc: "During the call and after it: what was drawn, taken back and cleared, in order. Whoever draws those that are shown, one over the other, has the picture that the people in the call had. " +
			"Whoever may read the call's chat reads it, and it is kept as long."}, f.drawn)
	s.Event("whiteboard.updated", "Somebody drew on a call's whiteboard, or took something off it. It is told at most every 5 seconds, and not what was drawn: read the call's whiteboard.")
}

// Whiteboard is what was drawn in a call, as clients see it.
type Whiteboard struct {
	Object     string          `json:"object" enum:"whiteboard" doc:"Always whiteboard."`
	Livemode   bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call       webtrunk.CallID `json:"call" doc:"The call."`
	Width      int             `json:"width" doc:"How wide the board is, in the units of points." example:"1600"`
	Height     int             `json:"height" doc:"How high it is, likewise." example:"1000"`
	Operations []BoardStep     `json:"operations" nullable:"false" doc:"What was done on it, in order."`
}

// BoardStep is one thing that was done on a whiteboard.
type BoardStep struct {
	Object    string    `json:"object" enum:"whiteboard_operation" doc:"Always whiteboard_operation."`
	Seq       int64     `json:"seq" doc:"Its place in what was done in the call's chat, from 1."`
	Kind      room.Kind `json:"kind" enum:"draw,undo,clear" doc:"draw put something on the board, undo took back what was drawn or cleared, clear took everything off."`
	Shown     bool      `json:"shown" doc:"Whether the board shows it, in the end."`
	Leg       string    `json:"leg" doc:"Who did it: a leg of the call."`
	Role      room.Role `json:"role" enum:"agent,visitor" doc:"agent, who works for the account, or visitor."`
	From      string    `json:"from,omitempty" doc:"The leg's address, as the call's record has it." example:"browser:agent_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Tool      room.Tool `json:"tool,omitempty" enum:"pen,line,arrow,rect,ellipse,text,picture" doc:"What was drawn with."`
	Points    string    `json:"points,omitempty" doc:"Where: x,y for each point. A pen goes through all, a line and an arrow from the first to the second, a rect, an ellipse and a picture fill the rectangle between two, and a text begins at its own." example:"100,100 400,300"`
	Ink       string    `json:"ink,omitempty" enum:"black,red,blue,green,orange,violet" doc:"In which colour."`
	Size      int       `json:"size,omitempty" minimum:"1" maximum:"3" doc:"How thick the line, or how large the letters."`
	Text      string    `json:"text,omitempty" doc:"What was written on the board, as plain text."`
	Image     string    `json:"image,omitempty" doc:"A picture: a data URL of a PNG or JPEG."`
	Of        int64     `json:"of,omitempty" doc:"Of an undo, the place of what was taken back."`
	CreatedAt time.Time `json:"created_at" doc:"When."`
}

func (f Chats) drawn(ctx context.Context, p directory.Principal, in *chatPath) (*Answer[Whiteboard], error) {
	r, log, err := f.logOf(ctx, p, in, "There is no call with this ID whose whiteboard you may read.")
	if err != nil {
		return nil, err
	}
	return answer(boardShown(r, log)), nil
}

func boardShown(r *archive.Record, log []room.Operation) Whiteboard {
	board := Whiteboard{Object: "whiteboard", Livemode: r.Livemode, Call: r.ID, Width: room.BoardWidth, Height: room.BoardHeight, Operations: []BoardStep{}}
	from, shown := addresses(r), map[int64]bool{}
	for _, o := range room.Replay(log).Board() {
		shown[o.Seq] = true
	}
	for _, o := range log {
		if o.Kind != room.Draw && o.Kind != room.Undo && o.Kind != room.Clear {
			continue
		}
		leg := o.By.Leg.Public(r.ID)
		board.Operations = append(board.Operations, BoardStep{Object: "whiteboard_operation", Seq: o.Seq, Kind: o.Kind, Shown: shown[o.Seq], Leg: leg, Role: o.By.Role, From: from[leg],
			Tool: o.Tool, Points: o.Points, Ink: o.Ink, Size: o.Size, Text: o.Text, Image: o.Image, Of: o.Of, CreatedAt: o.At})
	}
	return board
}
