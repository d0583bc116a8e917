package main

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/letters"
	"webtrunk/directory"
	"webtrunk/signaling"
)

// letters are what visitors wrote when nobody was there.
func (g *gateway) letters() *letters.Box { return &letters.Box{DB: g.store} }

// lettersForPages keep letters for the queues that pages could call.
type lettersForPages struct {
	box       *letters.Box
	directory *directory.Directory
}

// Leave implements signaling.Letters. A letter is for a queue, whose agents see to it:
// who is called directly has no list of them.
func (l lettersForPages) Leave(ctx context.Context, in signaling.Letter) error {
	contact, err := l.directory.Resolve(ctx, directory.Query{Account: in.Account, Test: in.Test, To: in.To})
	if err != nil {
		return err
	}
	if contact.Address.Scheme != webtrunk.Queue {
		return &webtrunk.Error{Op: "offline message", Kind: webtrunk.Unsupported, Message: "Nobody here reads messages. Call instead."}
	}
	return l.box.Leave(ctx, letters.Letter{
		Account: in.Account, Test: in.Test, Queue: contact.Address.Value, Call: in.Call, Op: in.ID, Name: in.Name, ReplyTo: in.ReplyTo, Text: in.Text,
	})
}

// posted are the letters, for who erases: they say who wrote them, and what.
type posted struct {
	g    *gateway
	with archive.Class
}

// Keeps implements archive.Keeper.
func (p posted) Keeps() archive.Class { return p.with }

// Erase implements archive.Keeper.
func (p posted) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	return p.g.letters().Erase(ctx, account, id)
}

// Expire implements archive.Keeper.
func (p posted) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	return p.g.letters().Expire(ctx, account, test, before)
}
