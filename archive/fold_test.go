package archive

import (
	"context"
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
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"order":"4711"}`)
		w.catchUp(3)
		r := s.get()
		if r.Status != call.StatusRinging || r.Ended != nil || r.Answered != nil || r.Ringing == nil || r.Metadata["order"] != "4711" || r.Direction != Web {
			t.Errorf("while it rings: %s", asJSON(t, r))
		}
		w.shows("running calls", Query{Running: true}, s)
		s.talk(90 * time.Second)
		w.catchUp(100)
		r = s.get()
		if r.Status != call.Completed || r.EndReason != call.Hangup || r.EndedBy != "a" {
			t.Errorf("ended as %s, %s by %q", r.Status, r.EndReason, r.EndedBy)
		}
		if r.WaitMS != 3020 || r.TalkMS != 90_000 || r.TotalMS != 93_020 {
			t.Errorf("waited %d, talked %d, in all %d ms", r.WaitMS, r.TalkMS, r.TotalMS)
		}
		if len(r.Legs) != 2 || r.Legs[0].Codec != "opus" || r.Legs[0].Quality.Lost != 5 || r.Legs[1].Quality.MOS != 4.1 || r.Legs[1].Joined == nil {
			t.Errorf("legs: %s", asJSON(t, r.Legs))
		}
		if len(r.Route) != 1 || r.Route[0] != (Try{For: call.ForCall, Stage: 1, Address: "tel:+15550100101", Leg: "b", Result: "answered"}) {
			t.Errorf("route: %s", asJSON(t, r.Route))
		}
		if r.Price != nil {
			t.Errorf("a price out of nothing: %v", r.Price)
		}
		w.shows("running calls after the end", Query{Running: true})
	})
}

// The first target is busy, the second does not answer: the record tells both.
func TestTheRouteTried(t *testing.T) {
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "ref:ref_shop", "wgt_1", `{}`).
			say(time.Second, "leg.left", `{"leg":"b","reason":"busy","sip_code":486,"message":"The line is busy."}`).
			say(0, "call.stage_tried", `{"for":"call","stage":1}`).
			say(0, "leg.added", `{"leg":"c","kind":"webrtc","role":"callee","address":"ref:ref_desk"}`).
			say(45*time.Second, "leg.left", `{"leg":"c","reason":"no_answer"}`).
			say(0, "leg.left", `{"leg":"a","reason":"no_answer"}`).
			say(0, "call.ended", `{"status":"no_answer","reason":"no_answer"}`)
		w.catchUp(1)
		r := s.get()
		want := []Try{
			{For: call.ForCall, Stage: 1, Address: "ref:ref_shop", Leg: "b", Result: "busy", SIPCode: 486, Message: "The line is busy."},
			{For: call.ForCall, Stage: 2, Address: "ref:ref_desk", Leg: "c", Result: "no_answer"},
		}
		if len(r.Route) != 2 || r.Route[0] != want[0] || r.Route[1] != want[1] {
			t.Errorf("route: %s", asJSON(t, r.Route))
		}
		if r.Reference != "ref_shop" || r.WaitMS != r.TotalMS || r.TalkMS != 0 || r.EndedBy != "" {
			t.Errorf("%s", asJSON(t, r))
		}
	})
}

func TestTransfers(t *testing.T) {
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("tel:+15550100100", "tel:+15550100101", "trunk_1", `{}`).
			say(time.Second, "leg.joined", `{"leg":"b"}`).say(0, "call.answered", `{"leg":"b"}`).
			say(time.Second, "transfer.requested", `{"by":"b","to":"ref:ref_desk","consult":true}`).
			say(0, "call.stage_tried", `{"for":"transfer","stage":0}`).
			say(0, "leg.added", `{"leg":"c","kind":"webrtc","role":"target","address":"ref:ref_desk"}`).
			say(time.Second, "transfer.ringing", `{"leg":"c"}`)
		w.catchUp(100)
		if r := s.get(); len(r.Transfers) != 1 || r.Transfers[0].Result != "pending" {
			t.Errorf("while it rings: %s", asJSON(t, r.Transfers))
		}
		s.say(time.Second, "leg.left", `{"leg":"c","reason":"rejected"}`).
			say(0, "transfer.failed", `{"reason":"rejected","message":"The target declined."}`).
			say(time.Second, "transfer.requested", `{"by":"b","to":"tel:+15550100102"}`).
			say(time.Second, "transfer.completed", `{"leg":"d"}`)
		w.catchUp(100)
		r := s.get()
		if len(r.Transfers) != 2 || r.Transfers[0].Result != "failed" || r.Transfers[0].Cause != call.Rejected || r.Transfers[0].Finished == nil || r.Transfers[1].Result != "completed" {
			t.Errorf("transfers: %s", asJSON(t, r.Transfers))
		}
		if r.Route[1].For != call.ForTransfer || r.Route[1].Result != "rejected" || r.Route[1].Stage != 1 {
			t.Errorf("route: %s", asJSON(t, r.Route))
		}
		w.shows("a transfer's target is a party", Query{Party: "+15550100102"}, s)
	})
}

func TestDirections(t *testing.T) {
	each(t, func(w *world) {
		in := w.call(shop, false, noon).say(0, "call.created", `{"from":"tel:+15550100100","to":"tel:+15550100101","via":"trunk_1"}`).
			say(0, "leg.added", `{"leg":"a","kind":"pstn","role":"caller","address":"tel:+15550100100"}`)
		back := w.call(shop, false, noon.Add(time.Second)).say(0, "call.created", `{"from":"tel:+15550100100","to":"tel:+15550100101","callback":true}`).
			say(0, "leg.added", `{"leg":"a","kind":"pstn","role":"caller","address":"tel:+15550100100"}`)
		w.catchUp(100)
		w.shows("inbound", Query{Direction: Inbound}, in)
		w.shows("call-backs", Query{Direction: Callback}, back)
	})
}

// Metadata that is added later is found, and what it replaced is not.
func TestMetadataChanges(t *testing.T) {
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"order":"4711"}`)
		w.catchUp(100)
		s.say(time.Second, "call.updated", `{"metadata":{"order":"4712"}}`)
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
			t.Fatal(err)
		}
		before := w.dump()
		var all []event.Record
		for r, err := range w.db.Read(ctx, event.Stream{}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		if err := w.a.Handle(ctx, all); err != nil {
			t.Fatal(err)
		}
		if after := w.dump(); after != before {
			t.Errorf("told again:\n%s\nwant\n%s", after, before)
		}
		if err := w.a.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		w.catchUp(7)
		if after := w.dump(); after != before {
			t.Errorf("rebuilt:\n%s\nwant\n%s", after, before)
		}
		if !strings.Contains(before, "199") {
			t.Errorf("the price is not in %s", before)
		}
	})
}

// What cannot be read leaves a hole in its call's record, and does not keep
// others from theirs.
func TestAnUnreadableRecord(t *testing.T) {
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{}`).
			say(0, "leg.ringing", `{"leg":7}`).talk(time.Minute)
		late := w.call(shop, false, noon)
		late.seq = 3 // the log has forgotten how it began
		w.catchUp(100)
		if r := s.get(); r.Status != call.Completed {
			t.Errorf("it ended as %s", r.Status)
		}
		err := w.a.Handle(context.Background(), []event.Record{{Call: late.id, Account: shop, CallSeq: 4, Type: "call.answered", Data: []byte(`{}`)}})
		if err != nil {
			t.Error(err)
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
