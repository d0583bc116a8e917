package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
)

func offered(t *testing.T) string {
	t.Helper()
	sdp, err := os.ReadFile("../../signaling/testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	return string(sdp)
}

// Nothing is open on a gateway whose operator has opened nothing, whatever its
// keys allow: not to pages, not to the interface and not to who calls in.
func TestNothingIsOpenBeforeTheOperatorOpensIt(t *testing.T) {
	d := liveBox(t, "")
	r := rent(t, d, "shop")
	if status, text := r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100101", "to": "+15550100102"}); status != 403 || !strings.Contains(text, "are not open here") {
		t.Errorf("the interface: %d %s", status, text)
	}
	conn, _ := r.page("")
	if err := conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": "+15550100101", "sdp": offered(t)}); err != nil {
		t.Fatal(err)
	}
	if m := read(t, conn); m["type"] != "error" || m["code"] != "not_allowed" || !strings.Contains(fmt.Sprint(m["message"]), "are not open here") {
		t.Errorf("a page: %v", m)
	}
	if n := d.invites(); n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

// Whoever needs help is told to use a telephone, whatever the page may call and
// however the number is written.
func TestWhoeverNeedsHelpIsToldToUseATelephone(t *testing.T) {
	d := liveBox(t, "voice_policy: {countries: [DE, US], allow_prefixes: [\"+4911\"], home: DE}\n")
	conn, m := hello(t, d, "https://shop.example", "pk_shop1", "")
	if m["type"] != "welcome" {
		t.Fatal(m)
	}
	for _, to := range []string{"+49112", "+490110", "+1911", "+112", "+118", "112", "911", "tel:110"} {
		if err := conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": to, "sdp": offered(t)}); err != nil {
			t.Fatal(err)
		}
		if m := read(t, conn); m["type"] != "error" || !strings.Contains(fmt.Sprint(m["message"]), "Use a telephone") {
			t.Errorf("%s: %v", to, m)
		}
	}
	if n := d.invites(); n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

// A running call is no way around what may not be called: whom it is handed on
// to and who is added to it are asked about as whom it was made to.
func TestARunningCallIsNoWayAround(t *testing.T) {
	d := liveBox(t, openToTheBox)
	r := rent(t, d, "shop")
	wide := []directory.Destination{}
	for _, to := range []string{"+1555", "+1900", "+882", "+44"} {
		one, err := directory.ParseDestination(to)
		if err != nil {
			t.Fatal(err)
		}
		wide = append(wide, one)
	}
	operator, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.directory.UpdateAccount(t.Context(), directory.Principal{Account: operator.ID, Operator: true}, r.by.Account, directory.AccountChange{Destinations: &wide}); err != nil {
		t.Fatal(err)
	}
	abroad, err := d.directory.CreateReference(t.Context(), r.by, directory.NewReference{Target: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+442071838750"}})
	if err != nil {
		t.Fatal(err)
	}
	status, text := r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100101", "to": "+15550100102"})
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(text), &made); status != 201 || err != nil {
		t.Fatal(status, text)
	}
	if !soon(func() bool {
		_, text := r.ask("GET", "/v1/calls/"+made.ID, nil)
		return strings.Contains(text, `"in_progress"`)
	}) {
		t.Fatal("it was not answered")
	}
	before := d.invites()
	for _, to := range []string{"+19005550100", "+88213555010", "+442071838750", "+44112", abroad.ID} {
		if status, text := r.ask("POST", "/v1/calls/"+made.ID+"/transfer", map[string]any{"by": "a", "to": to}); status == 201 {
			t.Errorf("handed on to %s: %d %s", to, status, text)
		}
	}
	if n := d.invites() - before; n != 0 {
		t.Errorf("the carrier got %d INVITEs more", n)
	}
}

// Who calls in by telephone reaches our numbers, and where these lead only where
// calls may go: a reference to a number abroad is no relay.
func TestWhoCallsInIsNotRelayedAbroad(t *testing.T) {
	d := liveBox(t, openToTheBox)
	operator, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := directory.Principal{Account: operator.ID, ID: directory.CommandLine, Operator: true, Rights: directory.AllRights()}
	n, err := d.directory.CreateNumber(t.Context(), by, directory.NewNumber{Account: operator.ID, Number: "+15550100009"})
	if err != nil {
		t.Fatal(err)
	}
	abroad := "ref_abroad"
	if _, err := d.directory.UpdateNumber(t.Context(), by, n.ID, directory.NumberChange{Reference: &abroad}); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"+15550100009", "+19005550100", "+442071838750"} {
		reaches(t, dial(t, d, to), carrier.Ended)
	}
	if n := d.invites(); n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

// A refusal is in the account's log, with its reason, and does not tell the
// contact that a reference hides.
func TestARefusalIsInTheAccountsLog(t *testing.T) {
	d := liveBox(t, openToTheBox)
	conn, m := hello(t, d, "https://shop.example", "pk_shop1", "")
	if m["type"] != "welcome" {
		t.Fatal(m)
	}
	if err := conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": "ref_abroad", "sdp": offered(t)}); err != nil {
		t.Fatal(err)
	}
	if m := read(t, conn); m["type"] != "error" || strings.Contains(fmt.Sprint(m), "44") {
		t.Fatal(m)
	}
	operator, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	for r, err := range d.store.Read(t.Context(), streamOf(operator.ID), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "policy.refused" {
			told = string(r.Data)
		}
	}
	for _, want := range []string{`"rule":"country"`, `"scope":"gateway"`, `"to":"ref:ref_abroad"`, "Tell its owner"} {
		if !strings.Contains(told, want) {
			t.Errorf("%s is not in %s", want, told)
		}
	}
	if strings.Contains(told, "+44") || strings.Contains(told, "2071838750") {
		t.Errorf("the contact stands in %s", told)
	}
}
