package api

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/store"
	"webtrunk/switchboard"
)

// taped is a library as the switchboard records by it.
type taped struct{ *recordings.Library }

func (t taped) Begin(v call.View, o call.StartRecording, p *media.Port, failed func(string)) (switchboard.Recording, error) {
	return t.Library.Begin(v, o, p, failed)
}

func init() {
	features = append(features, func(w *world) Feature {
		return Recordings{Library: w.exchange.library, Calls: Calls{Board: w.exchange.board, Log: w.db, Records: w.exchange.archive}}
	})
	makers["recording"] = func(w *world, t tenant) string { return w.recording(t, w.talk(t)) }
}

// recording puts a recording of a call into the library.
func (w *world) recording(t tenant, of string) string {
	w.Helper()
	id := call.RecordingID(webtrunk.CallID(of), 1)
	err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO recordings (id, account, test, call_id, leg, began, length_ms, bytes, interrupted, created) VALUES ($1, $2, $3, $4, 1, $5, 7500, 10, FALSE, $6)`,
			id, string(t.account), t.test, of, store.Micros(time.Now().Add(-10*time.Second)), store.Micros(time.Now()))
		return err
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(w.exchange.directory, id+".opus"), []byte("0123456789"), 0o600)
	}
	return made(w)(id, err)
}

// A recording is listed, of its call and of the account, is in the call's story, comes whole
// and in parts, and is gone when it was deleted.
func TestRecordings(t *testing.T) {
	w := newWorld(t)
	of := w.talk(shop)
	id := w.recording(shop, of)
	w.recording(other, w.talk(other))
	says := func(text string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", text, want)
			}
		}
	}
	path := "/v1/recordings/" + id
	for _, at := range []string{"/v1/recordings", "/v1/calls/" + of + "/recordings", path} {
		answer := w.ask("sk_shop", "GET", at, "").is(t, 200, "").text
		says(answer, `"id":"`+id+`"`, `"seconds":7.5`, `"call":"`+of+`"`, `"leg":"`+call.LegID(1).Public(webtrunk.CallID(of))+`"`, `"interrupted":false`)
		if n := strings.Count(answer, `"object":"recording"`); n != 1 {
			t.Errorf("%s has %d recordings: %s", at, n, answer)
		}
	}
	says(w.ask("sk_shop", "GET", path+"/audio", "").is(t, 200, "").text, "0123456789")
	if part := w.ask("sk_shop", "GET", path+"/audio", "", "Range: bytes=2-4").is(t, 206, "").text; part != "234" {
		t.Errorf("a part is %q", part)
	}
	w.ask("sk_shop", "DELETE", path, "").is(t, 204, "")
	w.ask("sk_shop", "GET", path+"/audio", "").is(t, 404, "")
	says(w.ask("sk_shop", "GET", "/v1/events?types=recording.deleted", "").is(t, 200, "").text, id, `"call":"`+of+`"`, `"by":"key_sk_shop"`)
}

// Who may not hear recordings learns not even that there is one: neither an agent, nor
// another account, nor who guesses.
func TestWhoHearsRecordings(t *testing.T) {
	w := newWorld(t)
	w.key("sk_agent", shop, directory.Agent.Rights()...)
	w.key("sk_viewer", shop, directory.Viewer.Rights()...)
	w.key("sk_supervisor", shop, directory.Supervisor.Rights()...)
	w.key("sk_eraser", shop, directory.CallsRead, directory.RecordsErase)
	of := w.talk(shop)
	id := w.recording(shop, of)
	path, guessed := "/v1/recordings/"+id, "/v1/recordings/"+call.RecordingID(webtrunk.CallID(of), 2)
	for _, at := range []string{"/v1/recordings", "/v1/calls/" + of + "/recordings", path, path + "/audio"} {
		none := w.ask("sk_agent", "GET", at, "").is(t, 404, "")
		w.ask("sk_viewer", "GET", at, "").is(t, 404, "")
		w.ask("sk_supervisor", "GET", at, "").is(t, 200, "")
		if at == path {
			if never := w.ask("sk_supervisor", "GET", guessed, "").is(t, 404, ""); never.str("message") != none.str("message") {
				t.Errorf("who may not hear it reads %q, where there is none it is %q", none.text, never.text)
			}
			w.ask("sk_other", "GET", at, "").is(t, 404, "")
		}
	}
	w.ask("sk_supervisor", "GET", guessed+"/audio", "").is(t, 404, "")
	w.ask("sk_eraser", "DELETE", path, "").is(t, 404, "")
	w.ask("sk_supervisor", "DELETE", path, "").is(t, 403, "right_missing")
	w.ask("sk_shop", "DELETE", path, "").is(t, 204, "")
}

// taped is talk with a policy: the one called works for the account.
func (w *world) taped(p call.RecordingPolicy) string {
	w.Helper()
	w.exchange.mu.Lock()
	w.exchange.recording = &p
	w.exchange.mu.Unlock()
	return w.talk(shop)
}

// state is how a call is recorded.
func (w *world) recordingOf(of string) CallRecording {
	w.Helper()
	var c Call
	if err := json.Unmarshal([]byte(w.ask("sk_shop", "GET", "/v1/calls/"+of, "").is(w.T, 200, "").text), &c); err != nil {
		w.Fatal(err)
	}
	if c.Recording == nil {
		return CallRecording{}
	}
	return *c.Recording
}

// The interface begins, pauses and ends a call's recording, and refuses in words what does
// not fit.
func TestTheRecordingOfACallIsControlled(t *testing.T) {
	w := newWorld(t)
	control := func(of, what string) asked {
		return w.ask("sk_shop", "POST", "/v1/calls/"+of+"/recording/"+what, "")
	}
	control(w.talk(shop), "start").is(t, 409, "call_not_recorded")

	always := w.taped(call.RecordingPolicy{Consent: call.ByAnnouncing})
	control(always, "stop").is(t, 409, "recording_not_on_demand")
	control(always, "pause").is(t, 409, "recording_off")

	of := w.taped(call.RecordingPolicy{Consent: call.ByAnnouncing, OnDemand: true})
	if r := w.recordingOf(of); r != (CallRecording{Consent: "announce", OnDemand: true, State: call.RecordingOff}) {
		t.Errorf("it is recorded %+v", r)
	}
	control(of, "stop").is(t, 409, "recording_off")
	control(of, "start").is(t, 200, "")
	for n := 1; n <= 2; n++ {
		if err := w.exchange.board.Do(t.Context(), webtrunk.CallID(of), call.PromptEnded{Leg: call.LegID(n)}); err != nil { // the announcement
			t.Fatal(err)
		}
	}
	id := call.RecordingID(webtrunk.CallID(of), 1)
	eventually(t, "it records", func() bool { r := w.recordingOf(of); return r.State == call.RecordingOn && r.ID == id })
	if r := control(of, "pause").is(t, 200, ""); !strings.Contains(r.text, `"state":"paused"`) {
		t.Errorf("answered %s", r.text)
	}
	if r := w.recordingOf(of); r.State != call.RecordingIsPaused || r.Reason != "agent" {
		t.Errorf("it is %+v", r)
	}
	control(of, "resume").is(t, 200, "")
	eventually(t, "it goes on", func() bool { return w.recordingOf(of).State == call.RecordingOn })
	control(of, "stop").is(t, 200, "")
	eventually(t, "it is kept", func() bool {
		return strings.Contains(w.ask("sk_shop", "GET", "/v1/calls/"+of+"/recordings", "").text, id)
	})
	// That it is ready is told by who keeps it, and not by the call: before its end, or after.
	want := []string{"consent.granted", "consent.granted", "recording.started", "recording.paused", "recording.resumed", "recording.stopped"}
	eventually(t, "all is told, in order", func() bool {
		var kinds []string
		ready := 0
		for r, err := range w.db.Read(t.Context(), event.Stream{Account: shop.account}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case r.Type == "recording.ready":
				ready++
			case strings.HasPrefix(r.Type, "recording.") && strings.Contains(string(r.Data), id) || strings.HasPrefix(r.Type, "consent."):
				kinds = append(kinds, r.Type)
			}
		}
		return slices.Equal(kinds, want) && ready == 1
	})
}

func TestTheRecordingPolicyOfAnAccount(t *testing.T) {
	w := newWorld(t)
	const at = "/v1/recording_policy"
	if never := w.ask("sk_shop", "GET", at, "").is(t, 200, ""); never.str("consent") != "off" || never.body["updated"] != nil {
		t.Errorf("it was never set, and is %s", never.text)
	}
	w.ask("sk_shop", "POST", at, `{"consent":"maybe"}`).is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "POST", at, `{"consent":"ask","beep_seconds":3}`).is(t, 400, "")
	set := w.ask("sk_shop", "POST", at, `{"consent":"ask","on_demand":true,"beep_seconds":15}`).is(t, 200, "")
	if got := w.ask("sk_shop", "GET", at, "").is(t, 200, ""); got.text != set.text || got.str("consent") != "ask" || got.body["beep_seconds"] != 15.0 {
		t.Errorf("set %s, and is %s", set.text, got.text)
	}
	if w.ask("sk_shop", "POST", at, `{"consent":"off"}`).is(t, 200, "").str("consent") != "off" {
		t.Error("it is not off")
	}
}
