package archive

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
)

// A visitor calls a telephone: the record is there from the first event, is
// current while the call runs, and complete at its end.
func TestARecordGrowsWithItsCall(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"order":"4711"}`)
		w.catchUp(3)
		r := s.get()
		if r.Status != call.StatusRinging || r.Ended != nil || r.Answered != nil || r.Ringing == nil || r.Metadata["order"] != "4711" || r.Direction != Web {
			w.Errorf("while it rings: %s", asJSON(w, r))
		}
		if r.Legs[1].State != call.Ringing || r.Route[0].Result != "pending" {
			w.Errorf("while it rings: %s", asJSON(w, r))
		}
		w.shows("running calls", Query{Running: true}, s)
		s.talk(90 * time.Second)
		w.catchUp(100)
		r = s.get()
		if r.Status != call.Completed || r.EndReason != call.Hangup || r.EndedBy != s.legID(1) {
			w.Errorf("ended as %s, %s by %q", r.Status, r.EndReason, r.EndedBy)
		}
		if r.WaitMS != 3020 || r.TalkMS != 90_000 || r.TotalMS != 93_020 {
			w.Errorf("waited %d, talked %d, in all %d ms", r.WaitMS, r.TalkMS, r.TotalMS)
		}
		if len(r.Legs) != 2 || r.Legs[0].Codec != "opus" || r.Legs[0].Quality.Lost != 5 || r.Legs[1].Quality.MOS != 4.1 || r.Legs[1].Joined == nil || r.Legs[1].State != call.Ended {
			w.Errorf("legs: %s", asJSON(w, r.Legs))
		}
		if len(r.Route) != 1 || r.Route[0] != (Attempt{For: call.ForCall, Stage: 1, Address: "tel:+15550100101", Leg: s.legID(2), Result: "answered"}) {
			w.Errorf("route: %s", asJSON(w, r.Route))
		}
		if r.Price != nil {
			w.Errorf("a price out of nothing: %v", r.Price)
		}
		w.shows("running calls after the end", Query{Running: true})
	})
}

// The first target is busy, the second does not answer: the record tells both.
func TestTheRouteTried(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "ref:ref_shop", "wgt_1", `{}`)
		s.say(time.Second, "leg.left", `{"status":"ringing",`+s.leg(2, "pstn", "callee", "ref:ref_shop", "ended")+`,"reason":"busy","sip_code":486,"message":"The line is busy."}`).
			say(0, "leg.added", `{"status":"ringing",`+s.leg(3, "webrtc", "callee", "ref:ref_desk", "new")+`,"for":"call","stage":1}`).
			say(45*time.Second, "leg.left", `{"status":"ringing",`+s.leg(3, "webrtc", "callee", "ref:ref_desk", "ended")+`,"reason":"no_answer"}`).
			say(0, "leg.left", `{"status":"ringing",`+s.leg(1, "webrtc", "caller", "browser:v_1", "ended")+`,"reason":"no_answer"}`).
			say(0, "call.ended", `{"status":"no_answer","end_reason":"no_answer","ended_by":""}`)
		w.catchUp(1)
		r := s.get()
		want := []Attempt{
			{For: call.ForCall, Stage: 1, Address: "ref:ref_shop", Leg: s.legID(2), Result: "busy", SIPCode: 486, Message: "The line is busy."},
			{For: call.ForCall, Stage: 2, Address: "ref:ref_desk", Leg: s.legID(3), Result: "no_answer"},
		}
		if !slices.Equal(r.Route, want) {
			w.Errorf("route: %s", asJSON(w, r.Route))
		}
		if r.Reference != "ref_shop" || r.WaitMS != r.TotalMS || r.TalkMS != 0 || r.EndedBy != "" {
			w.Errorf("%s", asJSON(w, r))
		}
	})
}

// Metadata that is added later is found, and what it replaced is not.
func TestMetadataChanges(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"order":"4711"}`)
		w.catchUp(100)
		s.say(time.Second, "call.updated", `{"status":"ringing","metadata":{"order":"4712"}}`)
		w.catchUp(100)
		w.shows("the new", Query{Metadata: map[string]string{"order": "4712"}}, s)
		w.shows("the old", Query{Metadata: map[string]string{"order": "4711"}})
	})
}

// The same records again, in other batches, or from the log's beginning, give
// the same rows.
func TestFoldingAgainChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		calls := []*story{
			w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"name":"Ann"}`).talk(time.Minute),
			w.call(shop, true, noon).begin("browser:v_2", "ref:ref_shop", "wgt_1", `{}`).busy("The line is busy."),
			w.call(other, false, noon).begin("browser:v_3", "tel:+15550100103", "wgt_2", `{}`),
		}
		w.catchUp(4)
		if err := w.db.Tx(ctx, func(tx *store.Tx) error {
			return w.a.SetPrice(ctx, tx, calls[0].id, Price{Amount: 199, Currency: "EUR"})
		}); err != nil {
			w.Fatal(err)
		}
		before := w.dump()
		var all []event.Record
		for r, err := range w.db.Read(ctx, event.Stream{}, 0) {
			if err != nil {
				w.Fatal(err)
			}
			all = append(all, r)
		}
		if err := w.a.Handle(ctx, all); err != nil {
			w.Fatal(err)
		}
		if after := w.dump(); after != before {
			w.Errorf("told again:\n%s\nwant\n%s", after, before)
		}
		if err := w.a.Rebuild(ctx); err != nil {
			w.Fatal(err)
		}
		w.catchUp(7)
		if after := w.dump(); after != before {
			w.Errorf("rebuilt:\n%s\nwant\n%s", after, before)
		}
		if !strings.Contains(before, "199") {
			w.Errorf("the price is not in %s", before)
		}
	})
}

// What cannot be read leaves a hole in its call's record, and does not keep
// others from theirs.
func TestAnUnreadableRecord(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{}`).
			say(0, "leg.ringing", `{"leg":7}`).talk(time.Minute)
		late := w.call(shop, false, noon)
		late.seq = 3 // the log has forgotten how it began
		w.catchUp(100)
		if r := s.get(); r.Status != call.Completed {
			w.Errorf("it ended as %s", r.Status)
		}
		err := w.a.Handle(context.Background(), []event.Record{{Call: late.id, Account: shop, CallSeq: 4, Type: "call.answered", Data: []byte(`{"status":"in_progress"}`)}})
		if err != nil {
			w.Error(err)
		}
		w.shows("a call whose beginning is gone has no record", Query{}, s)
	})
}

// dump is every row that the archive has folded, as text.
func (w *world) dump() string {
	w.Helper()
	var all strings.Builder
	for _, of := range []string{
		`SELECT id || ' ' || status || ' ' || end_reason || ' ' || direction || ' ' || reference || ' ' || via || ' ' || call_seq || ' ' || talk_ms || ' ' || ended || ' ' || coalesce(price_amount, 0) || ' ' || body FROM call_records ORDER BY id`,
		`SELECT account || ' ' || id || ' ' || created FROM call_terms ORDER BY account, term, created, id`,
	} {
		rows, err := w.db.Query(context.Background(), of)
		if err != nil {
			w.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				w.Fatal(err)
			}
			all.WriteString(line + "\n")
		}
		rows.Close()
	}
	return all.String()
}

// Who only wrote is told from who began in writing and talked later.
func TestWhoOnlyWroteIsOnRecord(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon)
		written := func(n int, role, address string) string {
			return strings.Replace(s.leg(n, "webrtc", role, address, "connected"), `"state"`, `"written":true,"state"`, 1)
		}
		s.say(0, "call.created", `{"status":"authorizing","from":"browser:v_1","to":"ref:ref_shop"}`).
			say(0, "leg.added", `{"status":"authorizing",`+written(1, "caller", "browser:v_1")+`}`).
			say(0, "leg.added", `{"status":"queued",`+written(2, "callee", "browser:desk")+`}`).
			say(time.Minute, "leg.sound_added", `{"status":"in_progress",`+s.leg(2, "webrtc", "callee", "browser:desk", "connected")+`}`)
		w.catchUp(100)
		if legs := s.get().Legs; !legs[0].Written || legs[1].Written {
			w.Errorf("legs: %s", asJSON(w, legs))
		}
	})
}
