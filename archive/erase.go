package archive

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Erase carries out the requests for erasure that are pending, and returns how
// many remain. One waits until the archive has read the log as far as it was
// when the request was made, and until the calls have ended that it concerns.
func (a *Archive) Erase(ctx context.Context) (waiting int, err error) {
	c := &store.Clause{}
	c.Where("status = ?", Pending)
	pending, err := a.requests(ctx, c, 1000)
	if err != nil || len(pending) == 0 {
		return 0, err
	}
	a.behind.Store(true) // before the place is read, so that what is folded meanwhile is not missed
	read, err := a.db.Cursor(ctx, Consumer)
	read = max(read, a.handled.Load())
	behind := false
	for _, r := range pending {
		done := false
		if r.position > read {
			behind = true
		} else {
			var failed error
			done, failed = a.carryOut(ctx, r)
			err = errors.Join(err, failed)
		}
		if !done {
			waiting++
		}
	}
	if !behind {
		a.behind.Store(false)
	}
	return waiting, err
}

// carryOut erases what a request concerns and has ended, and completes it if
// that was all.
func (a *Archive) carryOut(ctx context.Context, r request) (done bool, err error) {
	w, err := a.worker(ctx, r)
	if err != nil {
		return false, err
	}
	ids, running, err := a.concerned(ctx, r, w)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if err := a.eraseCall(ctx, r, id); err != nil {
			return false, err
		}
	}
	if running {
		return false, nil
	}
	if err = a.eraseWorker(ctx, r, w); err == nil {
		err = a.complete(ctx, r)
	}
	return err == nil, err
}

// concerned returns the ended calls that a request is about, and whether others
// run. Calls without identity are among them, by the pseudonym: recordings may
// be kept longer.
func (a *Archive) concerned(ctx context.Context, r request, w *worker) (ended []webtrunk.CallID, running bool, err error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ? AND created <= ?", string(r.account), r.test, store.Micros(r.Created))
	switch r.Subject {
	case "call":
		c.Where("id = ?", r.name)
	default:
		terms, args := w.found(r)
		c.Where("id IN (SELECT id FROM call_terms WHERE account = ? AND ("+terms+"))", append([]any{string(r.account)}, args...)...)
	}
	rows, err := a.db.Query(ctx, selected+c.All(), c.Args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() {
		found, err := scan(rows)
		switch {
		case err != nil:
			return nil, false, err
		case !found.concerns(r, w):
		case found.Ended == nil:
			running = true
		default:
			ended = append(ended, found.ID)
		}
	}
	return ended, running, rows.Err()
}

// found is a condition for the terms of calls that a request may be about. The address
// of an agent's pages goes on after the agent's ID, with a full stop.
func (w *worker) found(r request) (terms string, args []any) {
	name := cut(strings.ToLower(r.name))
	terms, args = "term IN (?, ?, ?)", []any{[]byte(ofParty + name), []byte(ofValue + name), []byte(ofParty + strings.TrimPrefix(r.Pseudonym, "anon:"))}
	for _, id := range slices.Sorted(maps.Keys(w.ids)) {
		party := ofParty + cut(id)
		terms += " OR term = ? OR term >= ? AND term < ?"
		args = append(args, []byte(party), []byte(party+"."), []byte(party+"/"))
	}
	return terms, args
}

// concerns reports whether a request is about the call: terms are cut, and two
// long names may begin alike.
func (r *row) concerns(q request, w *worker) bool {
	if q.Subject == "call" {
		return true
	}
	for _, a := range r.parties() {
		if _, name, _ := strings.Cut(a, ":"); canonical(name) == canonical(q.name) || w.ids[canonical(name)] || a == q.Pseudonym {
			return true
		}
	}
	for _, v := range r.Metadata {
		if strings.EqualFold(v, q.name) {
			return true
		}
	}
	return false
}

// eraseCall erases one call for a request: what keepers hold of it first, for
// they may fail and find it again, then its identity.
func (a *Archive) eraseCall(ctx context.Context, r request, id webtrunk.CallID) error {
	erased := map[Class]int{}
	for _, k := range a.o.Keepers {
		n, err := k.Erase(ctx, r.account, id)
		if err != nil {
			return err
		}
		erased[k.Keeps()] += n
	}
	if err := a.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE erasure_requests SET recordings = recordings + $1, transcripts = transcripts + $2 WHERE id = $3`, erased[Recordings], erased[Transcripts], r.ID)
		return err
	}); err != nil {
		return err
	}
	_, err := a.eraseIdentity(ctx, id, r.ID)
	return err
}

// eraseIdentity takes identity out of an ended call's record and of what the
// log says of it, in one transaction, and counts it for the request with this
// ID, if one wants it. It reports whether there was anything to erase.
func (a *Archive) eraseIdentity(ctx context.Context, id webtrunk.CallID, request string) (done bool, err error) {
	err = a.db.Tx(ctx, func(tx *store.Tx) error {
		done = false
		r, err := load(ctx, tx, id)
		if err != nil || r.Ended == nil || r.Erased != nil {
			return err
		}
		done = true
		m, err := loadMask(ctx, tx, r.Account)
		if err != nil {
			return err
		}
		said, err := wrapUps(ctx, tx, id)
		if err != nil {
			return err
		}
		r.WrapUps = said[id]
		m = m.knowing(&r.Record)
		before := r.terms()
		r.forget(m, a.now())
		if err := forgetNotes(ctx, tx, r); err != nil {
			return err
		}
		if err := save(ctx, tx, r, before); err != nil {
			return err
		}
		if _, err := tx.Redact(ctx, id, m.record); err != nil {
			return err
		}
		if err := redactMentions(ctx, tx, id, m); err != nil {
			return err
		}
		if request == "" {
			return nil
		}
		_, err = tx.Exec(ctx, `UPDATE erasure_requests SET calls = calls + 1 WHERE id = $1`, request)
		return err
	})
	return done && err == nil, err
}

// complete notes that a request is carried out, forgets whom it was about and
// tells what was erased.
func (a *Archive) complete(ctx context.Context, r request) error {
	now := a.now()
	return a.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE erasure_requests SET status = $1, completed = $2, subject = '' WHERE id = $3 AND status = $4`, Completed, store.Micros(now), r.ID, Pending)
		if err != nil || n == 0 {
			return err
		}
		done, err := scanErasure(tx.QueryRow(ctx, selectErasures+`WHERE id = $1`, r.ID))
		if err != nil {
			return err
		}
		told, err := event.New(r.account, r.test, "erasure.completed", done.Erasure)
		tx.Emit(told)
		return err
	})
}
