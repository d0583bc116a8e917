package archive

import (
	"context"
	"encoding/json"
	"strings"

	"webtrunk/event"
	"webtrunk/store"
)

// canonical is the one name of somebody who works for an account: as a person, as an
// agent, and as the address of an agent's pages, which ends in the account's name.
// All other names are themselves, in lower case.
func canonical(name string) string {
	name = strings.ToLower(name)
	if id, is := strings.CutPrefix(name, "person_"); is {
		name = "agent_" + id
	}
	if strings.HasPrefix(name, "agent_") {
		name, _, _ = strings.Cut(name, ".")
	}
	return name
}

// works reports whether a name is that of somebody who works for an account.
func works(name string) bool { return strings.HasPrefix(canonical(name), "agent_") }

// A worker is whom a request names of those who work for the account, by an ID, an
// address or an email address. Not by what they are called: a visitor may have the
// same name, and would have all calls of theirs erased.
type worker struct {
	mask  mask
	test  bool            // only what was said in test mode
	email string          // in lower case
	ids   map[string]bool // canonical
}

// worker returns whom a request names of those who work for the account: nobody, most
// often.
func (a *Archive) worker(ctx context.Context, r request) (*worker, error) {
	w := &worker{test: r.test, email: strings.ToLower(r.name), ids: map[string]bool{}}
	switch {
	case r.Subject != "identity":
	case works(r.name):
		w.ids[canonical(r.name)] = true
	case strings.Contains(r.name, "@"):
		return w, a.own(ctx, r, w, w.meet)
	}
	return w, nil
}

// eraseWorker takes somebody who works for the account out of what the log says of the
// account itself, and from under notes.
func (a *Archive) eraseWorker(ctx context.Context, r request, w *worker) error {
	if len(w.ids) == 0 {
		return nil
	}
	if err := a.own(ctx, r, w, w.forget); err != nil {
		return err
	}
	return a.db.Tx(ctx, func(tx *store.Tx) error { return w.unsign(ctx, tx, r) })
}

// own shows w what the log says of the account and of no call.
func (a *Archive) own(ctx context.Context, r request, w *worker, change func(event.Record) event.Record) error {
	for last := int64(0); ; {
		after := last
		err := a.db.Tx(ctx, func(tx *store.Tx) (err error) {
			if w.mask, err = loadMask(ctx, tx, r.account); err != nil {
				return err
			}
			last, _, err = tx.RedactOwn(ctx, r.account, after, change)
			return err
		})
		if err != nil || last == 0 {
			return err
		}
	}
}

// meet learns from a record who has the email address. It changes nothing.
func (w *worker) meet(r event.Record) event.Record {
	var p struct {
		ID    string `json:"id"`
		Email string `json:"email"`
	}
	if strings.HasPrefix(r.Type, "person.") && json.Unmarshal(r.Data, &p) == nil && strings.ToLower(p.Email) == w.email {
		w.ids[canonical(p.ID)] = true
	}
	return r
}

// profiles reports whether a record says what one of the account's people is like.
func profiles(r event.Record) bool {
	return strings.HasPrefix(r.Type, "person.") || strings.HasPrefix(r.Type, "agent.")
}

// forget takes the people whom w knows out of a record.
func (w *worker) forget(r event.Record) event.Record {
	var v map[string]any
	if w.test && !r.Test || json.Unmarshal(r.Data, &v) != nil {
		return r
	}
	theirs := false
	if id, _ := v["id"].(string); profiles(r) && w.ids[canonical(id)] {
		theirs = true
		w.unname(v)
	}
	if !w.strike(v) && !theirs {
		return r
	}
	if data, err := json.Marshal(v); err == nil {
		r.Data = data
	}
	return r
}

// unname takes out of somebody's profile what they are called, and where.
func (w *worker) unname(profile map[string]any) {
	delete(profile, "extension")
	delete(profile, "phone_hint")
	for _, key := range []string{"name", "email"} {
		if text, is := profile[key].(string); is && text != "" {
			profile[key] = w.mask.pseudonym(text)
		}
	}
}

// strike replaces the people's IDs and addresses wherever they stand in a value, and
// reports whether there were any.
func (w *worker) strike(v any) (found bool) {
	replace := func(v any, put func(any)) {
		if text, is := v.(string); is && w.ids[canonical(strings.TrimPrefix(text, "browser:"))] {
			put(w.mask.pseudonym(strings.TrimPrefix(text, "browser:")))
			found = true
			return
		}
		found = w.strike(v) || found
	}
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			replace(inner, func(as any) { v[key] = as })
		}
	case []any:
		for i, inner := range v {
			replace(inner, func(as any) { v[i] = as })
		}
	}
	return found
}

// unsign takes the people's names from under what was noted of calls that they were
// not in.
func (w *worker) unsign(ctx context.Context, tx *store.Tx, r request) error {
	for id := range w.ids {
		if _, err := tx.Exec(ctx, `UPDATE wrap_ups SET agent = $1 WHERE account = $2 AND test = $3 AND agent = $4`,
			w.mask.pseudonym(id), string(r.account), r.test, id); err != nil {
			return err
		}
	}
	return nil
}
