package main

import (
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/event"
	"webtrunk/store"
)

// TestATakenPlace has another process become this gateway's node while a call
// is up in which nothing happens: the call is ended at both telephones, new
// ones are refused so that the carrier tries elsewhere, and the gateway is not
// ready.
func TestATakenPlace(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	page := desk(t, d)
	phone := dial(t, d, deskNumber)
	ringing(t, page)
	reaches(t, phone, carrier.Reached(carrier.Ringing))
	onRecord(t, d, "call.ringing")
	must(t, d.store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE nodes SET epoch = epoch + 1`)
		return err
	}))
	reaches(t, phone, carrier.Ended)
	if m := read(t, page); m["type"] != "ended" || !strings.Contains(m["message"].(string), "Another process") {
		t.Errorf("the page is told %v", m)
	}
	late := dial(t, d, deskNumber)
	reaches(t, late, carrier.Ended)
	if code := late.End().Code; code != 503 {
		t.Errorf("a new call got %d, want 503", code)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, text, _ := get(t, client(nil), d.urls()[0]+"/readyz")
		if status == 503 && strings.Contains(text, "Another process") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("readyz: %d %s", status, text)
		}
	}
}

// onRecord waits until the log has a record of a type.
func onRecord(t *testing.T, d *demo, kind string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for r, err := range d.store.Read(t.Context(), event.Stream{}, 0) {
			must(t, err)
			if r.Type == kind {
				return
			}
		}
	}
	t.Fatalf("%s is not on record", kind)
}
