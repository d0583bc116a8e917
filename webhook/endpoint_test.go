package webhook

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

func TestEndpointsAreKept(t *testing.T) {
	onEach(t, func(w *world) {
		stranger, test := newWorld(w.T, w.db), Scope{w.in.Account, true}
		made, secret, err := w.endpoints.Create(w.ctx, w.in, Draft{URL: "https://example.com/a", Description: "ours, ünïcödé", Events: []string{"call.*", "leg.left"}, Format: CloudEvents})
		if err != nil {
			w.Fatal(err)
		}
		got, err := w.endpoints.Get(w.ctx, w.in, made.ID)
		if err != nil || got.URL != "https://example.com/a" || got.Description != made.Description || !slices.Equal(got.Events, made.Events) || got.Format != CloudEvents || !got.Enabled || !got.Created.Equal(made.Created) {
			w.Fatalf("%+v, %v", got, err)
		}
		again, same, err := w.endpoints.Create(w.ctx, w.in, Draft{ID: made.ID, URL: "https://example.com/b"})
		if err != nil || again.URL != "https://example.com/a" || same.Reveal() != secret.Reveal() {
			w.Fatalf("made twice: %+v, %v", again, err)
		}
		_, _, err = w.endpoints.Create(w.ctx, stranger.in, Draft{ID: made.ID, URL: "https://example.com/b"})
		kind(w, err, webtrunk.NotFound)

		desc, pats := "changed", []string{"*"}
		for _, in := range []Scope{stranger.in, test} {
			_, err := w.endpoints.Get(w.ctx, in, made.ID)
			kind(w, err, webtrunk.NotFound)
			_, err = w.endpoints.Update(w.ctx, in, made.ID, Change{Description: &desc})
			kind(w, err, webtrunk.NotFound)
			_, err = w.endpoints.Rotate(w.ctx, in, made.ID, 0)
			kind(w, err, webtrunk.NotFound)
			kind(w, w.endpoints.Delete(w.ctx, in, made.ID), webtrunk.NotFound)
		}
		got, err = w.endpoints.Update(w.ctx, w.in, made.ID, Change{Description: &desc, Events: &pats})
		if err != nil || got.Description != "changed" || !slices.Equal(got.Events, pats) || got.URL != made.URL || got.Updated.Before(made.Updated) {
			w.Fatalf("%+v, %v", got, err)
		}
		if err := w.endpoints.Delete(w.ctx, w.in, made.ID); err != nil {
			w.Fatal(err)
		}
		_, err = w.endpoints.Get(w.ctx, w.in, made.ID)
		kind(w, err, webtrunk.NotFound)
	})
}

func TestEndpointsAreChecked(t *testing.T) {
	onEach(t, func(w *world) {
		for _, d := range []Draft{
			{URL: "nonsense"}, {URL: "https://example.com/", Events: []string{"Call Ended"}}, {URL: "https://example.com/", Format: "xml"},
			{URL: "https://example.com/", Description: strings.Repeat("ä", 501)}, {URL: "https://example.com/", Description: "a\x00b"},
		} {
			_, _, err := w.endpoints.Create(w.ctx, w.in, d)
			kind(w, err, webtrunk.Invalid)
		}
		w.endpoints.Max = 2
		older, _ := w.endpoint("https://example.com/1")
		newer, _ := w.endpoint("https://example.com/2")
		if newer.ID < older.ID { // made within one millisecond: their IDs are at random then
			older, newer = newer, older
		}
		_, _, err := w.endpoints.Create(w.ctx, w.in, Draft{URL: "https://example.com/3"})
		kind(w, err, webtrunk.Exhausted)
		list, err := w.endpoints.List(w.ctx, w.in, "", 1)
		if err != nil || len(list) != 1 || list[0].ID != newer.ID {
			w.Fatal(list, err)
		}
		if list, err = w.endpoints.List(w.ctx, w.in, list[0].ID, 10); err != nil || len(list) != 1 || list[0].ID != older.ID {
			w.Fatal(list, err)
		}
	})
}

// While a secret is rotated each message carries both signatures; the old one
// ends at its time.
func TestSecretsAreRotated(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		ep, old := w.endpoint(r.url())
		s := w.sender()
		w.run(s)
		fresh, err := w.endpoints.Rotate(w.ctx, w.in, ep.ID, time.Hour)
		if err != nil {
			w.Fatal(err)
		}
		send := func(n int) message {
			w.Helper()
			w.append(w.record("trunk.up", nil))
			return r.wait(w, n)[n-1]
		}
		both := send(1)
		if n := len(strings.Fields(both.header.Get("webhook-signature"))); n != 2 || !genuine(both, old.Reveal()) || !genuine(both, fresh.Reveal()) {
			w.Fatalf("%d signatures: %s", n, both.header)
		}
		last, err := w.endpoints.Rotate(w.ctx, w.in, ep.ID, 0)
		if err != nil {
			w.Fatal(err)
		}
		m := send(2)
		if genuine(m, fresh.Reveal()) || !genuine(m, old.Reveal()) || !genuine(m, last.Reveal()) {
			w.Fatal("the second secret should have ended, the first not yet, and the third be in use")
		}
		for range 3 {
			if _, err := w.endpoints.Rotate(w.ctx, w.in, ep.ID, time.Hour); err != nil {
				w.Fatal(err)
			}
		}
		_, err = w.endpoints.Rotate(w.ctx, w.in, ep.ID, time.Hour)
		kind(w, err, webtrunk.Exhausted)
		_, err = w.endpoints.Rotate(w.ctx, w.in, ep.ID, 8*24*time.Hour)
		kind(w, err, webtrunk.Invalid)
		_, err = w.endpoints.Rotate(w.ctx, w.in, ep.ID, -1)
		kind(w, err, webtrunk.Invalid)
	})
}

// CloudEvents 1.0, structured mode, by the names and types of its text.
func TestCloudEvents(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		_, secret, err := w.endpoints.Create(w.ctx, w.in, Draft{URL: r.url(), Format: CloudEvents})
		if err != nil {
			w.Fatal(err)
		}
		r.trusts(secret)
		w.run(w.sender())
		id, recs := w.call(1)
		m := r.wait(w, 1)[0]
		var got map[string]any
		if err := json.Unmarshal(m.raw, &got); err != nil {
			w.Fatal(err)
		}
		for name, want := range map[string]any{
			"specversion": "1.0", "id": recs[0].ID, "source": "/v1/accounts/" + string(w.in.Account), "type": "call.held", "subject": string(id),
			"datacontenttype": "application/json", "sequence": "0000000000000000001", "callsequence": "0000000000000000001", "livemode": true,
		} {
			if got[name] != want {
				w.Errorf("%s is %v, want %v", name, got[name], want)
			}
		}
		for name := range got {
			if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || len(name) > 20 {
				w.Errorf("%q is no name of an attribute", name)
			}
		}
		if _, err := time.Parse(time.RFC3339Nano, got["time"].(string)); err != nil || got["data"].(map[string]any)["step"] != 1.0 {
			w.Errorf("time and data: %s", m.raw)
		}
		if ct := m.header.Get("Content-Type"); ct != "application/cloudevents+json; charset=utf-8" {
			w.Error(ct)
		}
	})
}
