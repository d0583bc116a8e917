package main

import (
	"cmp"
	"context"
	"fmt"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/room"
)

// toQueue is where a call goes that leads to a queue: the account's rules and the
// queue's hours say in which one it waits, or what its caller is told.
func (r router) toQueue(ctx context.Context, c call.View, ask call.AskRoute, queue string) (call.Plan, error) {
	if ask.For == call.ForInvite {
		return call.Plan{}, &webtrunk.Error{Op: "route", Kind: webtrunk.Unsupported,
			Message: "A queue cannot join a call. Invite one of its agents, or hand the call over to the queue."}
	}
	of, handed := dispatch.Tenant{Account: c.Account, Test: c.Test}, ask.For == call.ForTransfer
	way, err := r.queues.Way(ctx, dispatch.Question{Tenant: of, Queue: queue, Known: dispatch.Facts(c), Chosen: handed})
	if err == nil && handed {
		err = r.takes(ctx, of, way)
	}
	if err != nil {
		return call.Plan{}, err
	}
	r.showCaller(c, way)
	plan := planOf(way, c.Context["language"])
	plan.Context = way.Context()
	if plan.Recording, err = r.recording(ctx, c, way.Queue.Recording); err != nil {
		return call.Plan{}, err
	}
	if way.Queue.Language != "" {
		plan.Context["language"] = way.Queue.Language // also of what follows a message
	}
	return plan, nil
}

// showCaller shows a caller who sits at a page what the rule has for them, from when they
// wait. The log of the call's room knows who has seen it.
func (r router) showCaller(c call.View, way dispatch.Way) {
	if r.rooms == nil || way.CallerPage == "" || way.Closed != "" || len(c.Legs) == 0 || c.Legs[0].Kind != call.WebRTC {
		return
	}
	r.rooms.Show(room.Call{ID: c.ID, Account: c.Account, Test: c.Test}, room.Shown{URL: way.CallerPage})
}

// waitingRooms know how many wait.
type waitingRooms interface {
	HasRoom(ctx context.Context, of dispatch.Tenant, queue string) bool
}

// takes refuses a queue to whoever hands a call over, as long as they still have it:
// one in which the caller would be told to call again later.
func (r router) takes(ctx context.Context, of dispatch.Tenant, way dispatch.Way) error {
	switch {
	case way.Closed != "":
		return &webtrunk.Error{Op: "route", Kind: webtrunk.Unavailable, Message: closedFor(way)}
	case !r.desk.HasRoom(ctx, of, way.Queue.ID):
		return &webtrunk.Error{Op: "route", Kind: webtrunk.Exhausted,
			Message: fmt.Sprintf("Nobody more can wait in %s at the moment. Choose another queue, or try again.", way.Queue.Name)}
	}
	return nil
}

// closedFor is what an agent reads of a closed queue.
func closedFor(way dispatch.Way) string {
	if way.Opens.IsZero() {
		return fmt.Sprintf("%s is closed.", way.Queue.Name)
	}
	return fmt.Sprintf("%s is closed. It opens on %s.", way.Queue.Name, way.Opens.Format("Monday, 2 January, 15:04 MST"))
}

// planOf is what a way is in a call whose page names a language.
func planOf(way dispatch.Way, language string) call.Plan {
	q := way.Queue
	language = cmp.Or(q.Language, call.Spoken(language))
	switch way.Closed {
	case dispatch.ClosedVoicemail:
		return call.Plan{Voicemail: q.ID, Greeting: cmp.Or(q.Closed.Phrase, call.Say(language, "leave_message"))}
	case "":
		return call.Plan{Queue: q.ID, Greeting: way.Greeting, Priority: way.Priority, Needs: way.Needs,
			Waiting: call.Waiting{Music: q.Music, Language: language, Callback: q.Callback, Box: boxOf(q)}}
	}
	return call.Plan{Goodbye: call.Goodbye{Phrase: cmp.Or(q.Closed.Phrase, call.Say(language, "closed,goodbye")), Message: opensAt(way.Opens, language)}}
}

// boxOf is where callers of a queue may leave a message instead of waiting.
func boxOf(q dispatch.Queue) string {
	if q.Voicemail {
		return q.ID
	}
	return ""
}
