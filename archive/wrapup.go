package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A WrapUp is what an agent noted of a call, during it or after it. It is not in
// the log, for notes may be about anybody: an erasure of the call's identity takes
// the notes, and leaves what came of the call.
type WrapUp struct {
	Agent       string    `json:"agent" doc:"Who noted it; a pseudonym once identity is erased."`
	Disposition string    `json:"disposition,omitempty" doc:"What came of the call: one of the account's dispositions, which may be deleted since."`
	Name        string    `json:"disposition_name,omitempty" doc:"How the disposition was called when it was chosen."`
	Notes       string    `json:"notes,omitempty" doc:"What else there is to say; gone once identity is erased."`
	Updated     time.Time `json:"updated_at" doc:"When it was last changed."`
}

// MostNotes is how many characters the notes of one agent on one call have.
const MostNotes = 10_000

// WrapUp lets change note what an agent has to say of a call, over what they
// noted before. By is who asks, for the event. What changes nothing is told to
// nobody.
func (a *Archive) WrapUp(ctx context.Context, r Record, agent, by string, change func(*WrapUp)) (w WrapUp, err error) {
	err = a.db.Tx(ctx, func(tx *store.Tx) error {
		now, err := a.current(ctx, tx, r)
		if err != nil {
			return err
		}
		before, was := now.terms(), now.wrapUpOf(agent)
		w = was
		w.Agent = agent
		change(&w)
		if w.Notes, err = readable(w.Notes); err != nil || w == was {
			return err
		}
		w.Updated = a.now()
		now.put(w)
		return noted(ctx, tx, now, before, w, by)
	})
	return w, err
}

// current is a call's row as the transaction sees it, or the record that was read
// before, where the archive has not come to the call. Whoever was forgotten stays so.
func (a *Archive) current(ctx context.Context, tx *store.Tx, r Record) (*row, error) {
	now, err := load(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	if now.ID == "" {
		now.Record = r
	}
	if now.Erased != nil {
		return nil, &webtrunk.Error{Op: "wrap-up", Kind: webtrunk.Conflict, Message: "Who was in this call has been erased, so nothing is noted of it any more."}
	}
	said, err := wrapUps(ctx, tx, r.ID)
	now.WrapUps = said[r.ID]
	return now, err
}

// noted writes a wrap-up, what the call is found by from now on, and that it
// changed: not what the notes say.
func noted(ctx context.Context, tx *store.Tx, r *row, before []string, w WrapUp, by string) error {
	if err := insertWrapUp(ctx, tx, r, w); err != nil {
		return err
	}
	if err := saveTerms(ctx, tx, r, before); err != nil {
		return err
	}
	told, err := event.New(r.Account, !r.Livemode, "call.wrapped_up", wrappedUp{r.ID, w.Agent, w.Disposition, w.Name, w.Notes != "", by})
	tx.Emit(told)
	return err
}

// wrappedUp is what the log says of a wrap-up. It is an event of the account's: a
// call's last is call.ended.
type wrappedUp struct {
	Call        webtrunk.CallID `json:"call"`
	Agent       string          `json:"agent"`
	Disposition string          `json:"disposition,omitempty"`
	Name        string          `json:"disposition_name,omitempty"`
	HasNotes    bool            `json:"has_notes"`
	By          string          `json:"by"`
}

// readable is a text as it is kept: with the line ends of every system made one,
// and nothing in it that cannot be read.
func readable(notes string) (string, error) {
	notes = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimSpace(notes))
	unreadable := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case utf8.RuneCountInString(notes) > MostNotes:
		return "", unfit(fmt.Sprintf("Notes have at most %d characters. Shorten them, or keep the rest where it belongs.", MostNotes))
	case !utf8.ValidString(notes) || strings.ContainsFunc(notes, unreadable):
		return "", unfit("Notes are plain text: remove the control characters.")
	}
	return notes, nil
}

func unfit(message string) error {
	return &webtrunk.Error{Op: "wrap-up", Kind: webtrunk.Invalid, Message: message}
}

// wrapUpOf is what an agent noted before; empty, if nothing.
func (r *Record) wrapUpOf(agent string) WrapUp {
	for _, w := range r.WrapUps {
		if w.Agent == agent {
			return w
		}
	}
	return WrapUp{Agent: agent}
}

func (r *Record) put(w WrapUp) {
	r.WrapUps = slices.DeleteFunc(r.WrapUps, func(old WrapUp) bool { return old.Agent == w.Agent })
	r.WrapUps = append(r.WrapUps, w)
}

// Had reports whether an agent was in the call: talked, and did not only ring. An
// account's name follows the agent's in addresses (directory.place).
func (r *Record) Had(agent string) bool {
	return slices.ContainsFunc(r.Legs, func(l LegRecord) bool { return l.Joined != nil && l.of(agent) })
}

func (l *LegRecord) of(agent string) bool {
	name, ok := strings.CutPrefix(l.Address, "browser:"+agent)
	return ok && (name == "" || name[0] == '.')
}
