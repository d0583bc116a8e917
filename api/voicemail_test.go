package api

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/voicemail"
	"webtrunk/directory"
	"webtrunk/store"
)

// boxes is where each database has the sound of its messages.
var boxes sync.Map

func init() {
	features = append(features, func(w *world) Feature {
		dir := w.TempDir()
		boxes.Store(w.db, dir)
		m, err := voicemail.Open(context.Background(), w.db, voicemail.Options{Directory: dir})
		if err != nil {
			w.Fatal(err)
		}
		w.Cleanup(m.Wait)
		w.mailboxes = m
		return Voicemails{Mailboxes: m, Archive: archive.New(w.db, archive.Options{})}
	})
	makers["voicemail"] = func(w *world, t tenant) string { return w.voicemail(t, "support") }
}

// voicemail leaves a message in a box.
func (w *world) voicemail(t tenant, box string) string {
	w.Helper()
	id := webtrunk.NewID("vm")
	err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO voicemails (id, account, test, call_id, box, length_ms, bytes, created, heard) VALUES ($1, $2, $3, $4, $5, 7500, 10, $6, 0)`,
			id, string(t.account), t.test, "call_1", box, store.Micros(time.Now()))
		return err
	})
	if err == nil {
		dir, _ := boxes.Load(w.db)
		err = os.WriteFile(filepath.Join(dir.(string), id+".opus"), []byte("0123456789"), 0o600)
	}
	return made(w)(id, err)
}

// A message is listed, its sound comes whole and in parts, which makes it heard,
// and it is gone when it was deleted.
func TestVoicemails(t *testing.T) {
	w := newWorld(t)
	id := makers["voicemail"](w, shop)
	makers["voicemail"](w, other)
	says := func(text string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", text, want)
			}
		}
	}
	path := "/v1/voicemails/" + id
	says(w.ask("sk_shop", "GET", "/v1/voicemails?box=support", "").is(t, 200, "").text, id, `"seconds":7.5`, `"heard_at":null`, `"has_more":false`)
	says(w.ask("sk_shop", "GET", "/v1/voicemails?box=sales", "").is(t, 200, "").text, `"data":[]`)
	says(w.ask("sk_shop", "GET", path+"/audio", "").is(t, 200, "").text, "0123456789")
	if part := w.ask("sk_shop", "GET", path+"/audio", "", "Range: bytes=2-4").is(t, 206, "").text; part != "234" {
		t.Errorf("a part is %q", part)
	}
	if heard := w.ask("sk_shop", "GET", path, "").is(t, 200, ""); heard.body["heard_at"] == nil {
		t.Errorf("nobody has heard it: %s", heard.text)
	}
	w.ask("sk_shop", "DELETE", path, "").is(t, 204, "")
	w.ask("sk_shop", "GET", path+"/audio", "").is(t, 404, "")
	says(w.ask("sk_shop", "GET", "/v1/events?types=voicemail.deleted", "").is(t, 200, "").text, id, `"call":"call_1"`, `"by":"key_sk_shop"`)
}

// An agent, who takes calls, neither hears nor deletes what was left for anybody;
// who may read records hears it, and who may erase them deletes it.
func TestWhoHearsVoicemails(t *testing.T) {
	w := newWorld(t)
	w.key("sk_agent", shop, directory.Agent.Rights()...)
	w.key("sk_supervisor", shop, directory.Supervisor.Rights()...)
	w.key("sk_admin", shop, directory.Admin.Rights()...)
	path := "/v1/voicemails/" + makers["voicemail"](w, shop)
	for _, at := range []string{"/v1/voicemails", path, path + "/audio"} {
		w.ask("sk_agent", "GET", at, "").is(t, 403, "right_missing")
		w.ask("sk_supervisor", "GET", at, "").is(t, 200, "")
	}
	for _, key := range []string{"sk_agent", "sk_supervisor"} {
		w.ask(key, "DELETE", path, "").is(t, 403, "right_missing")
	}
	w.ask("sk_admin", "DELETE", path, "").is(t, 204, "")
}
