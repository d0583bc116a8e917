package archive

import (
	"context"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard/journal"
)

// A run is a call being run by its machine, whose events a journal keeps.
type run struct {
	*world
	j *journal.Journal
	c call.Call
}

// step takes an input and keeps what comes of it.
func (r *run) step(in ...call.Input) {
	r.Helper()
	for _, in := range in {
		out := r.c.Step(in)
		if err := r.j.Append(context.Background(), r.c.View(), out.Events); err != nil {
			r.Fatal(err)
		}
	}
}

// get returns the call's record once the archive has the whole log.
func (r *run) get() Record {
	r.Helper()
	r.catchUp(5)
	v := r.c.View()
	return (&story{w: r.world, id: v.ID, account: v.Account, test: v.Test}).get()
}

func newRun(w *world) *run {
	r := &run{world: w, j: journal.New(journal.Config{Log: w.db})}
	w.Cleanup(func() { r.j.Close(context.Background()) })
	return r
}

func tel(n string) webtrunk.Address { return webtrunk.Address{Scheme: webtrunk.Tel, Value: n} }

// What the journal writes of a real call is what the archive reads: a telephone
// calls a reference, whose hidden contact hands the call on.
func TestAsTheJournalWritesIt(t *testing.T) {
	each(t, func(w *world) {
		r := newRun(w)
		shopRef := webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"}
		r.step(
			call.Arrived{ID: webtrunk.NewCallID(), Account: shop, From: tel("+15550100100"), To: shopRef, Via: "trunk_1", Context: map[string]string{"order": "4711"}},
			call.Admitted{},
			call.Routed{For: call.ForCall, To: shopRef, Plan: call.Plan{Stages: []call.Stage{
				{Targets: []call.Target{{Address: tel("+4930123456"), Shown: shopRef}}},
				{Targets: []call.Target{{Address: tel("+4930654321"), Shown: shopRef}}},
			}}},
			call.LegEnded{Leg: 2, SIPCode: 486, Message: "+4930123456 is busy"},
			call.LegRinging{Leg: 3}, call.LegAnswered{Leg: 3},
			call.Transfer{By: 3, To: tel("+15550100102")},
			call.Routed{For: call.ForTransfer, To: tel("+15550100102"), Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: tel("+15550100102")}}}}}},
			call.LegRinging{Leg: 4}, call.LegAnswered{Leg: 4},
			call.HangUp{By: 1},
		)
		got := r.get()
		if got.Direction != Inbound || got.Reference != "ref_shop" || got.Via != "trunk_1" || got.Metadata["order"] != "4711" || got.Status != call.Completed || got.EndReason != call.Hangup {
			w.Errorf("%s", asJSON(w, got))
		}
		if len(got.Route) != 3 || got.Route[0].Result != "busy" || got.Route[0].Stage != 1 || got.Route[0].Address != "ref:ref_shop" || got.Route[0].SIPCode != 486 ||
			got.Route[1].Result != "answered" || got.Route[1].Stage != 2 || got.Route[2].For != call.ForTransfer || got.Route[2].Result != "answered" {
			w.Errorf("route: %s", asJSON(w, got.Route))
		}
		if len(got.Transfers) != 1 || got.Transfers[0].Result != "completed" || got.Transfers[0].By != got.Legs[2].ID {
			w.Errorf("transfers: %s", asJSON(w, got.Transfers))
		}
		if len(got.Legs) != 4 || got.Legs[3].Role != call.TransferTarget && got.Legs[3].Role != call.Callee || got.Legs[0].Left == nil {
			w.Errorf("legs: %s", asJSON(w, got.Legs))
		}
		if what := w.dump(); containsAny(what, "4930123456", "4930654321") {
			w.Errorf("a hidden contact is in a record: %s", what)
		}
	})
}

// A call-back dials both parties.
func TestACallBack(t *testing.T) {
	alone(t, func(w *world) {
		r := newRun(w)
		r.step(
			call.Requested{ID: webtrunk.NewCallID(), Account: shop, Test: true, Caller: call.Target{Address: tel("+15550100100")}, To: tel("+15550100101"), Via: "key_1"},
			call.Admitted{},
			call.Routed{For: call.ForCall, To: tel("+15550100101"), Plan: call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: tel("+15550100101")}}}}}},
			call.LegAnswered{Leg: 1}, call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2},
			call.LegEnded{Leg: 2},
		)
		got := r.get()
		if got.Direction != Callback || got.Livemode || got.EndedBy != got.Legs[1].ID || got.Answered == nil || got.TalkMS != got.Ended.Sub(*got.Answered).Milliseconds() {
			w.Errorf("%s", asJSON(w, got))
		}
		if len(got.Route) != 1 || got.Route[0].Leg != got.Legs[1].ID {
			w.Errorf("the caller is no target: %s", asJSON(w, got.Route))
		}
		if since := time.Since(got.Created); since < 0 || since > time.Minute {
			w.Errorf("created %v ago", since)
		}
	})
}

// What a leg sounded like reaches its record.
func TestQualityOfALeg(t *testing.T) {
	alone(t, func(w *world) {
		r := newRun(w)
		r.step(call.Arrived{ID: webtrunk.NewCallID(), Account: shop, From: tel("+15550100100"), To: tel("+15550100101")})
		out := r.c.Step(call.LegEnded{Leg: 1})
		for i, e := range out.Events {
			if left, ok := e.(call.LegLeft); ok {
				left.Quality = &call.Quality{Codec: "PCMA", Received: 100, Sent: 99, Lost: 3, Concealed: 2, Late: 1, Loss: 0.03, FarLoss: 0.01, Jitter: 4 * time.Millisecond, FarJitter: 5 * time.Millisecond, RoundTrip: 40 * time.Millisecond, MOS: 3.9}
				out.Events[i] = left
			}
		}
		if err := r.j.Append(context.Background(), r.c.View(), out.Events); err != nil {
			w.Fatal(err)
		}
		l := r.get().Legs[0]
		want := LegQuality{Received: 100, Sent: 99, Lost: 3, Concealed: 2, Late: 1, Loss: 0.03, FarLoss: 0.01, JitterMS: 4, FarJitterMS: 5, RoundTripMS: 40, MOS: 3.9}
		if l.Codec != "PCMA" || l.Quality == nil || *l.Quality != want {
			w.Errorf("%s", asJSON(w, l))
		}
	})
}
