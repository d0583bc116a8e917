package archive

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestSearch(t *testing.T) {
	each(t, func(w *world) {
		ann := w.call(shop, false, noon).begin("browser:ann", "tel:+15550100101", "wgt_1", `{"name":"Ann Müller-Lüdenscheidt","order":"4711","note":"50% off_er"}`).talk(90 * time.Second)
		bob := w.call(shop, false, noon.Add(time.Hour)).begin("sip:bob@example.com", "tel:+15550200202", "wgt_2", `{"order":"4712"}`).busy("The line is busy.")
		ref := w.call(shop, false, noon.Add(2*time.Hour)).begin("browser:cid", "ref:ref_shop", "wgt_1", `{}`)
		test := w.call(shop, true, noon).begin("browser:ann", "tel:+15550100101", "wgt_1", `{}`).talk(time.Second)
		foreign := w.call(other, false, noon).begin("browser:ann", "tel:+15550100101", "wgt_1", `{"order":"4711"}`)
		w.catchUp(256)

		w.shows("everything, newest first", Query{}, ref, bob, ann)
		w.shows("test calls", Query{Test: true}, test)
		w.shows("another account's", Query{Account: other}, foreign)
		w.shows("from a time", Query{From: noon.Add(time.Hour)}, ref, bob)
		w.shows("before a time", Query{To: noon.Add(time.Hour)}, ann)
		w.shows("running", Query{Running: true}, ref)
		w.shows("by status", Query{Status: []call.Status{call.Completed, call.StatusBusy}}, bob, ann)
		w.shows("by end reason", Query{EndReason: []call.Cause{call.Busy}}, bob)
		w.shows("by reference", Query{Reference: "ref_shop"}, ref)
		w.shows("by via", Query{Via: "wgt_1"}, ref, ann)
		w.shows("talked long", Query{MinTalk: time.Minute}, ann)
		w.shows("talked little", Query{MaxTalk: time.Minute}, ref, bob)

		for party, want := range map[string][]*story{
			"+15550100101": {ann}, "tel:+1555": {bob, ann}, "1 (555) 01": {ann}, "+1 555 02": {bob}, "5550": nil,
			"bob@": {bob}, "SIP:Bob@example.com": {bob}, "ann": {ann}, "Ann Mü": {ann}, "müller": {ann}, "lüdens": {ann}, "üll": nil, "ref_sh": {ref},
		} {
			w.shows("party "+party, Query{Party: party}, want...)
		}
		w.shows("by metadata", Query{Metadata: map[string]string{"order": "4711"}}, ann)
		w.shows("no part of a value", Query{Metadata: map[string]string{"order": "47"}})
		w.shows("all of the metadata", Query{Metadata: map[string]string{"order": "4711", "note": "none"}})
		w.shows("by a message's words", Query{Text: "busy LINE"}, bob)
		w.shows("by a word's beginning", Query{Text: "lüdensch 471"}, ann)
		w.shows("no wildcards", Query{Text: "%"}, ref, bob, ann)
		w.shows("what SQL would take for a wildcard", Query{Party: "an_"})
		w.shows("a quote", Query{Party: "'; DROP TABLE call_records; --"})
		w.shows("all at once", Query{From: noon, To: noon.Add(time.Minute), Status: []call.Status{call.Completed}, EndReason: []call.Cause{call.Hangup},
			Direction: Web, Via: "wgt_1", Party: "+1555", Metadata: map[string]string{"order": "4711"}, Text: "ann", MinTalk: time.Second, MaxTalk: time.Hour}, ann)
	})
}

// A list goes on where it stopped, also among calls of one instant and while
// new calls arrive.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		var all []webtrunk.CallID
		for i := range 7 {
			all = append(all, w.call(shop, false, noon.Add(time.Duration(i/3)*time.Second)).begin("browser:v", "tel:+15550100101", "wgt_1", `{}`).id)
		}
		w.catchUp(256)
		for of := range slices.Chunk(all, 3) { // of one second: by their IDs, which within a millisecond are at random
			slices.Sort(of)
		}
		slices.Reverse(all)
		var seen []webtrunk.CallID
		q := Query{Account: shop, Limit: 2, Party: "+1555"}
		for {
			page, more, err := w.a.Search(context.Background(), q)
			if err != nil {
				w.Fatal(err)
			}
			for _, r := range page {
				seen = append(seen, r.ID)
			}
			if !more {
				break
			}
			if len(page) != 2 {
				w.Fatalf("a page of %d of which more follow", len(page))
			}
			q.After = page[1].ID
			w.call(shop, false, noon.Add(time.Hour)).begin("browser:v", "tel:+15550100101", "wgt_1", `{}`)
			w.catchUp(256)
		}
		if !slices.Equal(seen, all) {
			w.Errorf("saw %v, want %v", seen, all)
		}
	})
}

func TestSearchesThatAreRefused(t *testing.T) {
	alone(t, func(w *world) {
		foreign := w.call(other, false, noon).begin("browser:v", "tel:+15550100101", "wgt_1", `{}`)
		w.catchUp(256)
		for what, q := range map[string]Query{
			"too many":                       {Account: shop, Limit: MaxLimit + 1},
			"less than one":                  {Account: shop, Limit: -1},
			"too many words":                 {Account: shop, Text: "a b c d e f g h i j k"},
			"after a foreign call":           {Account: shop, After: foreign.id},
			"after a call of the other mode": {Account: other, Test: true, After: foreign.id},
		} {
			_, _, err := w.a.Search(context.Background(), q)
			if k := webtrunk.KindOf(err); k != webtrunk.Invalid && k != webtrunk.NotFound || webtrunk.MessageOf(err, "") == "" {
				w.Errorf("%s: %v", what, err)
			}
		}
		for _, as := range []struct {
			account webtrunk.AccountID
			test    bool
		}{{shop, false}, {other, true}} {
			if _, err := w.a.Get(context.Background(), as.account, as.test, foreign.id); webtrunk.KindOf(err) != webtrunk.NotFound {
				w.Errorf("another's call: %v", err)
			}
		}
	})
}

// Every search is answered from an index.
func TestPlans(t *testing.T) {
	alone(t, func(w *world) {
		w.fill(1200)
		for name, q := range wideQueries {
			q.Account = shop
			if plan := w.plan(q); strings.Contains(plan, "SCAN") {
				w.Errorf("%s: %s", name, plan)
			}
		}
	})
}

// BenchmarkSearch asks a hundred thousand calls. It takes minutes to fill in.
func BenchmarkSearch(b *testing.B) {
	for name, url := range map[string]string{"sqlite": storetest.SQLite(b), "postgres": storetest.Postgres(b)} {
		w := newWorld(b, storetest.Open(b, url))
		w.fill(100_000)
		for what, q := range wideQueries {
			q.Account = shop
			b.Run(name+"/"+what, func(b *testing.B) {
				b.Log(w.plan(q))
				for b.Loop() {
					if page, _, err := w.a.Search(context.Background(), q); err != nil || len(page) == 0 {
						b.Fatal(len(page), err)
					}
				}
			})
		}
	}
}

// wideQueries are what people ask for: each finds something in what fill fills.
var wideQueries = map[string]Query{
	"newest":                   {},
	"a day":                    {From: noon.Add(24 * time.Hour), To: noon.Add(48 * time.Hour)},
	"a rare status":            {Status: []call.Status{call.StatusFailed}},
	"a rare reason":            {EndReason: []call.Cause{call.NodeLost}},
	"one number":               {Party: "+15550012345"},
	"every number":             {Party: "+1555"},
	"one order":                {Metadata: map[string]string{"order": "order-77777"}},
	"metadata that all have":   {Metadata: map[string]string{"shop": "berlin"}},
	"a word that all have":     {Text: "berlin"},
	"two words":                {Text: "berlin order-77777"},
	"long calls":               {MinTalk: 3599 * time.Second},
	"reference and status":     {Reference: "ref_9", Status: []call.Status{call.Completed}},
	"running":                  {Running: true},
	"via and number":           {Via: "wgt_3", Party: "+155500123"},
	"all numbers, rare status": {Party: "+1555", Status: []call.Status{call.StatusFailed}},
}

// Whoever has just made a call finds it: one record holds what the log has told
// by now, whether the consumer has come to none of it, to some or to all. What
// was forgotten stays forgotten, although the log may tell of it still.
func TestARecordIsAsNewAsTheLog(t *testing.T) {
	each(t, func(w *world) {
		s := w.call(shop, false, noon).begin("browser:ann", "tel:+15550100101", "wgt_1", `{}`)
		if r := s.get(); r.Status != call.StatusRinging && r.Ended != nil || r.ID != s.id || len(r.Legs) == 0 {
			w.Errorf("before the consumer came: %+v", r)
		}
		w.catchUp(256)
		s.talk(90 * time.Second)
		early := s.get()
		w.catchUp(256)
		if late := s.get(); early.Status != call.Completed || early.TalkMS != late.TalkMS || len(early.Legs) != len(late.Legs) {
			w.Errorf("read %+v\nand then %+v", early, late)
		}
		err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(context.Background(), `DELETE FROM call_records WHERE id = $1`, string(s.id))
			return err
		})
		if err != nil {
			w.Fatal(err)
		}
		if _, err := w.a.Get(context.Background(), shop, false, s.id); webtrunk.KindOf(err) != webtrunk.NotFound {
			w.Errorf("a forgotten record: %v", err)
		}
	})
}
