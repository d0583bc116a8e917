package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"webtrunk/carrier"
)

// tricks are what people write into a note to make it a header, or another
// message, of the carrier's.
var tricks = []string{
	"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\r\n\r\nINVITE sip:x@y SIP/2.0", "a\x00b", "a\x7fb", "\xff\xfe", "a\u0085b", "a\u2028X-Evil: 1",
	"%0d%0aX-Evil: 1", `\r\nX-Evil: 1`, `"><sip:evil@evil>`, ";tag=evil", "?Replaces=x", "Contact: <sip:evil@evil>", "a: b", strings.Repeat("a", 5000), "\u202e0010",
}

// TestNotesInjectNothing: notes of a call, by the interface and by a page, as
// names and as values, are refused or travel as what they are: the carrier sees
// the headers that every call has, and the notes' own.
func TestNotesInjectNothing(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	r := rent(t, d, "shop")
	sdp, err := os.ReadFile("../../signaling/testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	plain := headersOf(t, d, r, map[string]string{"listing": "42"})
	if !slices.Contains(plain, "X-Webtrunk-listing") || slices.Contains(plain, "P-Asserted-Identity") || len(plain) > 17 {
		t.Fatalf("a plain call has %v", plain)
	}
	for _, trick := range tricks {
		for _, notes := range []map[string]string{{"listing": trick}, {trick: "42"}} {
			status, text := r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100104", "to": "+15550100104", "metadata": notes})
			if status != 201 && (status < 400 || status >= 500) {
				t.Errorf("%q: %d %s", trick, status, text)
			}
			conn, m := r.page("")
			if m["type"] != "welcome" {
				t.Fatalf("%v", m)
			}
			if err := conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": "+15550100104", "sdp": string(sdp), "metadata": notes}); err != nil {
				t.Fatal(err)
			}
			read(t, conn)
			conn.Close()
		}
	}
	if !soon(func() bool { return d.board.Running() == 0 }) {
		t.Fatal("calls are up")
	}
	for _, c := range d.carrier.Calls() {
		invite, _ := c.Invite()
		if invite == nil {
			continue
		}
		for _, h := range invite.Headers() {
			if !slices.Contains(plain, h.Name()) && !strings.HasPrefix(h.Name(), "X-Webtrunk-") {
				t.Errorf("the carrier sees %s: %s", h.Name(), h.Value())
			}
			if strings.Contains(strings.ToLower(h.Name()), "evil") {
				t.Errorf("the carrier sees %s", h.Name())
			}
		}
	}
}

// headersOf returns the headers of the INVITE of a call with such notes.
func headersOf(t *testing.T, d *demo, r *renter, notes map[string]string) []string {
	t.Helper()
	if status, text := r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100104", "to": "+15550100104", "metadata": notes}); status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	c, err := d.carrier.WaitCall(t.Context(), carrier.To("+15550100104"), carrier.Ended)
	if err != nil {
		t.Fatal(err)
	}
	invite, _ := c.Invite()
	var names []string
	for _, h := range invite.Headers() {
		names = append(names, h.Name())
	}
	return names
}
