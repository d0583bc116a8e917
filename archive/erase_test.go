package archive

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// A shelf keeps something of calls, as recordings will be kept.
type shelf struct {
	class Class
	mu    sync.Mutex
	of    map[webtrunk.CallID]time.Time // when the call ended
	down  error
}

func (s *shelf) Keeps() Class { return s.class }

func (s *shelf) Erase(_ context.Context, _ webtrunk.AccountID, id webtrunk.CallID) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.of[id]; there && s.down == nil {
		delete(s.of, id)
		n = 1
	}
	return n, s.down
}

func (s *shelf) Expire(_ context.Context, _ webtrunk.AccountID, test bool, before time.Time) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, ended := range s.of {
		if ended.Before(before) && !test {
			delete(s.of, id)
			n++
		}
	}
	return n, s.down
}

// log is all that the log says, as text.
func (w *world) log() string {
	w.Helper()
	var all strings.Builder
	for r, err := range w.db.Read(context.Background(), event.Stream{}, 0) {
		if err != nil {
			w.Fatal(err)
		}
		all.WriteString(string(r.Call) + " " + r.Type + " " + string(r.Data) + " " + string(r.Private) + "\n")
	}
	return all.String()
}

// ask asks for an erasure and has it carried out.
func (w *world) ask(s Subject) Erasure {
	w.Helper()
	e, err := w.a.RequestErasure(context.Background(), webtrunk.NewID("era"), shop, false, "key_1", s)
	if err != nil {
		w.Fatal(err)
	}
	return w.carryOut(e)
}

// carryOut has what is asked carried out.
func (w *world) carryOut(e Erasure) Erasure {
	w.Helper()
	if _, err := w.a.Erase(context.Background()); err != nil {
		w.Fatal(err)
	}
	e, err := w.a.Erasure(context.Background(), shop, false, e.ID)
	if err != nil {
		w.Fatal(err)
	}
	return e
}

// Somebody asks to be forgotten: of all their calls, nothing that says who they
// are is left anywhere, and the shop can still count them.
func TestErasureOfANumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		const visitor = "tel:+15550100100"
		sound, words := &shelf{class: Recordings, of: map[webtrunk.CallID]time.Time{}}, &shelf{class: Transcripts, of: map[webtrunk.CallID]time.Time{}}
		w.a.o.Keepers = []Keeper{sound, words}
		one := w.call(shop, false, noon.Add(-3*time.Hour)).begin(visitor, "ref:ref_shop", "trunk_1", `{"name":"Ann Miller","order":"4711"}`).talk(time.Minute)
		two := w.call(shop, false, noon.Add(-2*time.Hour)).begin("browser:desk", visitor, "wgt_1", `{}`).busy("15550100100 is busy, desk: try +15550100100 again.")
		kept := w.call(shop, false, noon.Add(-time.Hour)).begin("tel:+15550100199", "ref:ref_shop", "trunk_1", `{"order":"4712"}`).talk(time.Minute)
		foreign := w.call(other, false, noon.Add(-time.Hour)).begin(visitor, "ref:ref_other", "trunk_1", `{}`).talk(time.Minute)
		test := w.call(shop, true, noon.Add(-time.Hour)).begin(visitor, "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		for _, s := range []*story{one, two, kept} {
			sound.of[s.id], words.of[s.id] = s.at, s.at
		}
		w.catchUp(100)
		if err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
			return w.a.SetPrice(context.Background(), tx, one.id, Price{199, "EUR"})
		}); err != nil {
			w.Fatal(err)
		}
		keptBefore, foreignBefore, testBefore := asJSON(w, kept.get()), asJSON(w, foreign.get()), asJSON(w, test.get())

		e := w.ask(Subject{Number: "+1 555 010 0100"})
		if e.Status != Completed || e.Calls != 2 || e.Recordings != 2 || e.Transcripts != 2 || e.Completed == nil || !strings.HasPrefix(e.Pseudonym, "anon:") || e.RequestedBy != "key_1" {
			w.Errorf("it came to %s", asJSON(w, e))
		}
		for _, s := range []*story{one, two} {
			for _, line := range strings.Split(w.log(), "\n") {
				if strings.HasPrefix(line, string(s.id)) && containsAny(line, "5550100100", "Ann", "Miller", "4711", "4930999999", "desk") {
					w.Errorf("the log still says %s", line)
				}
			}
			if said := asJSON(w, s.get()); containsAny(said, "5550100100", "Ann", "Miller", "4711", "desk") {
				w.Errorf("the record still says %s", said)
			}
		}
		if r := one.get(); r.From != e.Pseudonym || r.To != "ref:ref_shop" || r.TalkMS != 60_000 || r.Erased == nil || r.Price == nil || r.Price.Amount != 199 || r.Legs[0].Address != e.Pseudonym {
			w.Errorf("the record is %s", asJSON(w, r))
		}
		if r := two.get(); r.To != e.Pseudonym || r.Message != e.Pseudonym+" is busy, "+r.From+": try "+e.Pseudonym+" again." {
			w.Errorf("the record is %s", asJSON(w, r))
		}
		w.shows("the number is not found", Query{Party: "+15550100100"})
		w.shows("nor the name", Query{Text: "miller"})
		w.shows("nor the order", Query{Metadata: map[string]string{"order": "4711"}})
		w.shows("the pseudonym groups", Query{Party: e.Pseudonym}, two, one)
		if asJSON(w, kept.get()) != keptBefore || asJSON(w, foreign.get()) != foreignBefore || asJSON(w, test.get()) != testBefore {
			w.Errorf("others' calls have changed")
		}
		if len(sound.of) != 1 || len(words.of) != 1 {
			w.Errorf("kept are %d recordings and %d transcripts", len(sound.of), len(words.of))
		}
		w.toldOf(e)

		before := w.dump()
		if err := w.a.Rebuild(context.Background()); err != nil {
			w.Fatal(err)
		}
		w.catchUp(100)
		if after := w.dump(); after != before {
			w.Errorf("rebuilt from the log:\n%s\nwant\n%s", after, before)
		}
		if again := w.ask(Subject{Number: "+15550100100"}); again.Calls != 0 || again.Pseudonym != e.Pseudonym {
			w.Errorf("asked again: %s", asJSON(w, again))
		}
	})
}

// A visitor whose page names no number asks to be called back: the number that
// they gave then finds their call, and goes with it.
func TestErasureOfWhoAskedToBeCalledBack(t *testing.T) {
	each(t, func(w *world) {
		asked := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_1", "ref:ref_shop", "wgt_1", `{}`).
			say(time.Second, "queue.callback_requested", `{"status":"ringing","queue":"queue_1","number":"tel:+15550100100"}`).
			say(0, "call.ended", `{"status":"completed","end_reason":"callback"}`)
		other := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_2", "ref:ref_shop", "wgt_1", `{}`).
			say(time.Second, "queue.callback_requested", `{"status":"ringing","queue":"queue_1","number":"tel:+15550100101"}`).
			say(0, "call.ended", `{"status":"completed","end_reason":"callback"}`)
		w.catchUp(100)
		if r := asked.get(); r.CallBack != "tel:+15550100100" {
			w.Errorf("the record is %s", asJSON(w, r))
		}
		w.shows("who asked is found", Query{Party: "+15550100100"}, asked)
		e := w.ask(Subject{Number: "+15550100100"})
		if e.Status != Completed || e.Calls != 1 {
			w.Errorf("it came to %s", asJSON(w, e))
		}
		if r := asked.get(); r.CallBack != e.Pseudonym || r.Erased == nil {
			w.Errorf("the record is %s", asJSON(w, r))
		}
		if said := w.log(); containsAny(said, "5550100100") || !containsAny(said, "+15550100101") {
			w.Errorf("the log says %s", said)
		}
		if r := other.get(); r.Erased != nil {
			w.Errorf("another's record became %s", asJSON(w, r))
		}
	})
}

// toldOf fails unless the log tells once of an erasure, and not of whom.
func (w *world) toldOf(e Erasure) {
	w.Helper()
	told := 0
	for r, err := range w.db.Read(context.Background(), event.Stream{Account: shop}, 0) {
		if err != nil {
			w.Fatal(err)
		}
		if r.Type != "erasure.completed" {
			continue
		}
		told++
		var got Erasure
		if err := json.Unmarshal(r.Data, &got); err != nil || asJSON(w, got) != asJSON(w, e) || r.Call != "" {
			w.Errorf("told %s, %v; want %s", r.Data, err, asJSON(w, e))
		}
	}
	if told != 1 {
		w.Errorf("told %d times", told)
	}
	var subject string
	if err := w.db.QueryRow(context.Background(), `SELECT subject FROM erasure_requests WHERE id = $1`, e.ID).Scan(&subject); err != nil || subject != "" {
		w.Errorf("the request still knows %q, %v", subject, err)
	}
}

// What is asked for while a call runs is done when it has ended, and while the
// archive is behind the log, when it has caught up.
func TestErasureWaits(t *testing.T) {
	alone(t, func(w *world) {
		running := w.call(shop, false, noon.Add(-time.Minute)).begin("browser:v_1", "tel:+15550100100", "wgt_1", `{}`)
		e := w.ask(Subject{Number: "+15550100100"})
		if e.Status != Pending {
			w.Errorf("carried out by an archive that has not read the call: %s", asJSON(w, e))
		}
		w.catchUp(100)
		before := asJSON(w, running.get())
		if e = w.carryOut(e); e.Status != Pending || e.Calls != 0 || asJSON(w, running.get()) != before {
			w.Errorf("while the call runs: %s", asJSON(w, e))
		}
		later := w.call(shop, false, noon.Add(time.Minute)).begin("browser:v_1", "tel:+15550100100", "wgt_1", `{}`)
		running.talk(time.Minute)
		w.catchUp(100)
		if e = w.carryOut(e); e.Status != Completed || e.Calls != 1 || running.get().Erased == nil {
			w.Errorf("after its end: %s", asJSON(w, e))
		}
		if r := later.get(); r.To != "tel:+15550100100" {
			w.Errorf("a call that began after the request lost its party: %s", asJSON(w, r))
		}
	})
}

// One call, or whoever metadata names, is a subject too.
func TestSubjects(t *testing.T) {
	alone(t, func(w *world) {
		one := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{"email":"Ann@example.com"}`).talk(time.Minute)
		two := w.call(shop, false, noon.Add(-time.Hour)).begin("sip:bob@example.com", "tel:+15550100102", "wgt_1", `{"email":"`+strings.Repeat("x", 140)+`1"}`).talk(time.Minute)
		three := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_3", "tel:+15550100103", "wgt_1", `{"email":"`+strings.Repeat("x", 140)+`2"}`).talk(time.Minute)
		w.catchUp(100)
		if e := w.ask(Subject{Identity: "ann@EXAMPLE.com"}); e.Calls != 1 || one.get().Erased == nil || one.get().Metadata != nil {
			w.Errorf("by metadata: %s", asJSON(w, e))
		}
		w.catchUp(100)
		if e := w.ask(Subject{Identity: strings.Repeat("x", 140) + "2"}); e.Calls != 1 || three.get().Erased == nil || two.get().Erased != nil {
			w.Errorf("by what begins as another does: %s", asJSON(w, e))
		}
		w.catchUp(100)
		if e := w.ask(Subject{Identity: "sip:bob@example.com"}); e.Calls != 1 || two.get().Erased == nil {
			w.Errorf("by address: %s", asJSON(w, e))
		}
		w.catchUp(100)
		if e := w.ask(Subject{Call: one.id}); e.Status != Completed || e.Calls != 0 || e.Pseudonym != string(one.id) {
			w.Errorf("a call that has lost its identity: %s", asJSON(w, e))
		}
		foreign := w.call(other, false, noon).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{}`)
		w.catchUp(100)
		for what, s := range map[string]Subject{"nobody": {}, "two": {Number: "+15550100101", Call: one.id}, "no number": {Number: "Ann"}, "a foreign call": {Call: foreign.id}} {
			_, err := w.a.RequestErasure(context.Background(), "era_x", shop, false, "key_1", s)
			if k := webtrunk.KindOf(err); k != webtrunk.Invalid && (what != "a foreign call" || k != webtrunk.NotFound) {
				w.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.a.Erasure(context.Background(), shop, false, "era_x"); webtrunk.KindOf(err) != webtrunk.NotFound {
			w.Errorf("a refused request is kept: %v", err)
		}
	})
}

// A keeper that is down keeps the request pending; nothing is counted twice.
func TestAKeeperThatIsDown(t *testing.T) {
	alone(t, func(w *world) {
		sound := &shelf{class: Recordings, of: map[webtrunk.CallID]time.Time{}, down: errors.New("the disk is away")}
		w.a.o.Keepers = []Keeper{sound}
		s := w.call(shop, false, noon.Add(-time.Hour)).begin("browser:v_1", "tel:+15550100101", "wgt_1", `{}`).talk(time.Minute)
		sound.of[s.id] = s.at
		w.catchUp(100)
		e, err := w.a.RequestErasure(context.Background(), "era_1", shop, false, "key_1", Subject{Call: s.id})
		if err != nil {
			w.Fatal(err)
		}
		if waiting, err := w.a.Erase(context.Background()); err == nil || waiting != 1 {
			w.Error("nobody was told")
		}
		if got, _ := w.a.Erasure(context.Background(), shop, false, e.ID); got.Status != Pending {
			w.Errorf("%s", asJSON(w, got))
		}
		sound.down = nil
		if e = w.carryOut(e); e.Status != Completed || e.Recordings != 1 || e.Calls != 1 {
			w.Errorf("%s", asJSON(w, e))
		}
		again, err := w.a.RequestErasure(context.Background(), "era_1", shop, false, "key_1", Subject{Call: s.id})
		if err != nil || asJSON(w, again) != asJSON(w, e) {
			w.Errorf("the same request again: %s, %v", asJSON(w, again), err)
		}
		all, err := w.a.Erasures(context.Background(), shop, false, 10, "")
		if err != nil || len(all) != 1 {
			w.Errorf("%v, %v", all, err)
		}
	})
}
