package main

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/dispatch"
	"webtrunk/room"
	"webtrunk/signaling"
)

// openRooms has calls keep what is written in them. They close when the edges have:
// nobody is left who writes.
func (g *gateway) openRooms() error {
	g.rooms = room.New(g.store, room.Options{Log: g.log, Pages: g.mayShow})
	g.started.push(g.rooms.Close)
	return nil
}

// mayShow returns how the account of a call has listed a page.
func (g *gateway) mayShow(ctx context.Context, c room.Call, url string) (room.Listing, error) {
	listed, err := g.queues.Shares(ctx, dispatch.Tenant{Account: c.Account, Test: c.Test}, url)
	as := room.Listing{Beside: listed.Beside}
	if u, bad := webtrunk.ParsePage(url); bad == nil && u.String() == listed.URL {
		as.Title = listed.Name
	}
	return as, err
}

// roomsForPages are the rooms as pages enter them.
type roomsForPages struct{ g *gateway }

// Enter implements signaling.Rooms.
func (r roomsForPages) Enter(p signaling.RoomPage, tell func(signaling.RoomNews)) signaling.RoomSeat {
	m := room.Member{Leg: p.Leg, Role: room.Visitor, Name: p.Name}
	if p.Works {
		m.Role = room.Agent
	}
	seat := r.g.rooms.Enter(room.Call{ID: p.Call, Account: p.Account, Test: p.Test}, m, func(n room.News) {
		tell(signaling.RoomNews{Others: n.Others, Operations: n.JSON})
	})
	return roomSeat{seat, r.g, p, m}
}

// chats are what was written in calls, for who erases: it is kept as long as what was
// said, and never longer than the call's record.
type chats struct {
	g    *gateway
	with archive.Class
}

// Keeps implements archive.Keeper.
func (c chats) Keeps() archive.Class { return c.with }

// Erase implements archive.Keeper.
func (c chats) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	return c.g.rooms.Forget(ctx, account, id)
}

// Expire implements archive.Keeper.
func (c chats) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	return c.g.rooms.Prune(ctx, account, test, before)
}
