package archive

import (
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

const ada = "agent_ada"

// note has an agent note something of a call.
func (s *story) note(agent, notes, disposition string) WrapUp {
	s.w.Helper()
	w, err := s.w.a.WrapUp(context.Background(), s.get(), agent, "person_ada", func(w *WrapUp) {
		w.Notes, w.Disposition, w.Name = notes, "disp_"+disposition, disposition
	})
	if err != nil {
		s.w.Fatal(err)
	}
	return w
}

// answered is a call to an agent in a browser.
func (w *world) answered(account webtrunk.AccountID, test bool) *story {
	return w.call(account, test, noon.Add(-time.Hour)).begin("tel:+15550100100", "browser:"+ada+".shop", "trunk_1", `{"name":"Ann Miller"}`).answer()
}

// hangUp ends a call that was answered.
func (s *story) hangUp() *story {
	return s.say(time.Minute, "leg.left", `{"status":"in_progress",`+s.leg(2, "pstn", "callee", s.to, "ended")+`,"reason":"hangup"}`).
		say(0, "call.ended", `{"status":"completed","end_reason":"hangup"}`)
}

func (w *world) count(query string) (n int) {
	w.Helper()
	if err := w.db.QueryRow(context.Background(), query).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

// An agent notes something while they talk, before the archive has come to the call,
// and changes it afterwards; a second agent has words of their own. All of it is in
// the record, is found and stays while the log is folded on, and anew.
func TestWhatAgentsNoteOfACall(t *testing.T) {
	each(t, func(w *world) {
		s := w.answered(shop, false)
		if r := s.get(); !r.Had(ada) || r.Had("agent_ad") || r.Had("agent_bert") {
			t.Errorf("who was in the call is told from %s", asJSON(t, r.Legs))
		}
		w.now = noon
		first := s.note(ada, "  Wants a\r\nharbour mug. ", "Sold")
		if first.Notes != "Wants a\nharbour mug." || !first.Updated.Equal(noon) {
			t.Errorf("noted was %s", asJSON(t, first))
		}
		w.catchUp(3)
		s.hangUp()
		w.catchUp(3)
		w.now = noon.Add(time.Minute)
		s.note(ada, "Wants two mugs, by Friday.", "Sold")
		s.note("agent_bert", "Miller knows the price.", "Information")

		r := s.get()
		if len(r.WrapUps) != 2 || r.WrapUps[0].Agent != ada || r.WrapUps[0].Notes != "Wants two mugs, by Friday." || r.WrapUps[1].Name != "Information" || r.Status != "completed" {
			t.Errorf("the record is %s", asJSON(t, r))
		}
		w.shows("by the words", Query{Text: "two frid"}, s)
		w.shows("not by words of before", Query{Text: "harbour"})
		w.shows("by the disposition", Query{Disposition: "disp_Information"}, s)
		w.shows("not by another", Query{Disposition: "disp_sold"})
		w.shows("nor in the other mode", Query{Disposition: "disp_Sold", Test: true})
		before := w.dump()
		if err := w.a.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.catchUp(2)
		if after := w.dump(); after != before {
			t.Errorf("rebuilt from the log:\n%s\nwant\n%s", after, before)
		}
	})
}

// Each change is an event of the account that does not say what the notes say. What
// changes nothing is no event.
func TestNotesAreInNoEvent(t *testing.T) {
	each(t, func(w *world) {
		s := w.answered(shop, false).hangUp()
		w.catchUp(100)
		s.note(ada, "secret", "Sold")
		s.note(ada, "secret", "Sold")
		s.note(ada, "secret too", "Sold")
		log := w.log()
		if n := strings.Count(log, " call.wrapped_up "); n != 2 || strings.Contains(log, "secret") {
			t.Errorf("%d changes are told: %s", n, log)
		}
		want := `{"call":"` + string(s.id) + `","agent":"agent_ada","disposition":"disp_Sold","disposition_name":"Sold","has_notes":true,"by":"person_ada"}`
		if !strings.Contains(strings.ReplaceAll(log, ": ", ":"), want) {
			t.Errorf("it is not told as %s but %s", want, log)
		}
	})
}

// Who is forgotten is forgotten in notes too. What came of the call stays, of an
// agent who has the pseudonym of their leg, and nobody adds to it any more.
func TestErasureTakesNotes(t *testing.T) {
	each(t, func(w *world) {
		s, kept := w.answered(shop, false).hangUp(), w.call(shop, false, noon).begin("tel:+15550100199", "browser:"+ada+".shop", "trunk_1", `{}`).answer().hangUp()
		w.catchUp(100)
		s.note(ada, "Ann lives at Kiln Street", "Sold")
		kept.note(ada, "Somebody else", "Sold")
		w.catchUp(100) // what the log says of the notes
		w.now = noon.Add(time.Hour)
		if e := w.ask(Subject{Number: "+1 555 010 0100"}); e.Status != Completed || e.Calls != 1 {
			t.Errorf("it came to %s", asJSON(t, e))
		}
		if n := w.count(`SELECT count(*) FROM wrap_ups WHERE notes LIKE '%Kiln%'`); n != 0 {
			t.Errorf("they are still there")
		}
		r := s.get()
		if len(r.WrapUps) != 1 || r.WrapUps[0].Notes != "" || r.WrapUps[0].Name != "Sold" || r.WrapUps[0].Agent != r.Legs[1].Address {
			t.Errorf("the record is %s", asJSON(t, r))
		}
		w.shows("it is not found by them", Query{Text: "kiln"})
		w.shows("but by what came of it", Query{Disposition: "disp_Sold"}, kept, s)
		w.shows("and other notes are there", Query{Text: "somebody"}, kept)
		_, err := w.a.WrapUp(context.Background(), r, ada, "person_ada", func(w *WrapUp) { w.Notes = "Ann called" })
		if webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("noted after it: %v", err)
		}
	})
}

// A record that is not kept any more takes what was noted with it.
func TestRetentionTakesWrapUps(t *testing.T) {
	each(t, func(w *world) {
		s := w.answered(shop, false).hangUp()
		w.catchUp(100)
		s.note(ada, "gone soon", "Sold")
		day := 1
		if _, err := w.a.SetPolicy(context.Background(), shop, false, "key_1", Policy{Identity: &day, Records: &day}); err != nil {
			t.Fatal(err)
		}
		w.now = noon.Add(48 * time.Hour)
		if err := w.a.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.a.Get(context.Background(), shop, false, s.id); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("the record: %v", err)
		}
		if n := w.count(`SELECT count(*) FROM wrap_ups`); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// A term that both the record and the notes have stays while either has it.
func TestTermsOfNotesAndRecord(t *testing.T) {
	alone(t, func(w *world) {
		s := w.answered(shop, false)
		w.catchUp(100)
		s.note(ada, "Miller", "Sold")
		s.say(time.Second, "call.updated", `{"status":"in_progress","metadata":{}}`)
		w.catchUp(100)
		w.shows("the notes still say it", Query{Text: "miller"}, s)
		s.note(ada, "", "Sold")
		w.shows("nobody says it any more", Query{Text: "miller"})
	})
}

func TestNotesThatCannotBeKept(t *testing.T) {
	alone(t, func(w *world) {
		s := w.answered(shop, false)
		for name, notes := range map[string]string{"too long": strings.Repeat("é", MostNotes+1), "a zero": "a\x00b", "an escape": "\x1b[31m", "no text": "\xff"} {
			_, err := w.a.WrapUp(context.Background(), s.get(), ada, "person_ada", func(w *WrapUp) { w.Notes = notes })
			if webtrunk.KindOf(err) != webtrunk.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if w := s.note(ada, strings.Repeat("é ", MostNotes/2)+"\t\n", "Sold"); len(w.Notes) < MostNotes {
			t.Errorf("%d bytes were kept", len(w.Notes))
		}
	})
}

// Notes want to be a formula, and to break out of their line.
func TestWrapUpsInCSV(t *testing.T) {
	alone(t, func(w *world) {
		s := w.answered(shop, false).hangUp()
		w.catchUp(100)
		s.note(ada, "=1+1\n\"x\",y", "Sold")
		s.note("agent_bert", "fine", "Information")
		lines, err := csv.NewReader(strings.NewReader(w.exported(w.a.WriteCSV))).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%q, %v", lines, err)
		}
		cell := func(name string) string { return lines[1][slices.Index(lines[0], name)] }
		if cell("dispositions") != "Sold; Information" || cell("notes") != `'=1+1 "x",y / fine` {
			t.Errorf("it is written as %q and %q", cell("dispositions"), cell("notes"))
		}
	})
}

// Two who note at once both stay, and so does what is folded meanwhile.
func TestNotesWhileTheLogIsFolded(t *testing.T) {
	each(t, func(w *world) {
		s := w.answered(shop, false)
		r := s.get()
		done := make(chan error, 2)
		for _, agent := range []string{ada, "agent_bert"} {
			go func() {
				_, err := w.a.WrapUp(context.Background(), r, agent, "person_x", func(w *WrapUp) { w.Notes = "noted by " + agent })
				done <- err
			}()
		}
		s.hangUp()
		w.catchUp(1)
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		w.shows("both are found", Query{Text: "noted agent_bert agent_ada"}, s)
		if r := s.get(); len(r.WrapUps) != 2 || r.Ended == nil {
			t.Errorf("the record is %s", asJSON(t, r))
		}
	})
}
