package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/websocket"

	"webtrunk"
	"webtrunk/directory"
)

// A renter is a tenant of a demo's gateway, who may call +155501001 and the
// numbers behind it, and its live key.
type renter struct {
	t       *testing.T
	d       *demo
	by      directory.Principal
	key     string
	widget  directory.Widget
	origins string
}

func rent(t *testing.T, d *demo, name string) *renter {
	t.Helper()
	to, err := directory.ParseDestination("+155501001")
	if err != nil {
		t.Fatal(err)
	}
	made, err := d.directory.Found(t.Context(), directory.Founding{Key: "k", Owner: directory.NewPerson{Email: name + "@example.com", Name: name},
		Account: directory.NewAccount{Name: name, Destinations: []directory.Destination{to}}})
	if err != nil {
		t.Fatal(err)
	}
	r := &renter{t: t, d: d, key: made.Secret, origins: "https://" + name + ".example",
		by: directory.Principal{Account: made.Account.ID, ID: directory.CommandLine, Rights: directory.AllRights()}}
	r.widget, err = d.directory.CreateWidget(t.Context(), r.by, directory.NewWidget{Name: name, Origins: []directory.Origin{directory.Origin(r.origins)}, Destinations: []directory.Destination{to}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ask asks the interface as the tenant's server.
func (r *renter) ask(method, path string, body any) (status int, text string) {
	r.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	q, err := http.NewRequestWithContext(r.t.Context(), method, r.d.urls()[0]+path, strings.NewReader(string(b)))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+r.key)
	if body == nil {
		q.Body, q.ContentLength = nil, 0
	} else {
		q.Header.Set("Content-Type", "application/json")
	}
	res, err := client(nil).Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// page opens the socket of one of the tenant's pages.
func (r *renter) page(token string) (*websocket.Conn, map[string]any) {
	r.t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+r.d.site.addr().String()+"/v1/ws", http.Header{"Origin": {r.origins}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	if err := conn.WriteJSON(map[string]any{"type": "hello", "version": 1, "key": r.widget.Key, "client_token": token}); err != nil {
		r.t.Fatal(err)
	}
	return conn, read(r.t, conn)
}

func (r *renter) token(to string) (directory.ClientToken, string) {
	r.t.Helper()
	where, err := directory.ParseDestination(to)
	if err != nil {
		r.t.Fatal(err)
	}
	t, token, err := r.d.directory.CreateClientToken(context.Background(), r.by, directory.NewClientToken{Destinations: []directory.Destination{where}})
	if err != nil {
		r.t.Fatal(err)
	}
	return t, token
}

// invites is how many calls the carrier was asked for.
func (d *demo) invites() int { return d.carrier.Stats().Received.Invites }

// odd are numbers by which people have been made to pay, written in the ways by
// which filters have been passed.
var odd = []string{
	"+882135550100", "+19005550100", "+1 900 555 0100", "tel:+19005550100", "+155501001;phone-context=+1900", "+155501001,,9005550100",
	"%2B19005550100", "+1555010%30101", "+15550\u0661\u0660\u0660\u0661\u0660\u0661", "\uff0b15550100101", "0019005550100", "01119005550100", "19005550100",
	"+155501001 0155501001015550100", "+15550100101\r\nX-Evil: 1", "+15550100101?Replaces=x", "+15550100101@carrier.example",
	"sip:+15550100101@127.0.0.1", "sip:19005550100@127.0.0.1;user=phone", "sips:+15550100101@127.0.0.1", "+", "", "+0", "ref_", "ref:+19005550100", "browser:+19005550100", "urn:service:sos", "911", "112", "+112", "+49112", "+1911", "+490110", "+118", "++19005550100", "+88213555010", "+881612345678", "+979123456789", "+19765550100", "+155501%00", "+1555010\x000101", "tel:+15550110101;isub=1", "+15550100101x900",
}

func TestFraudReachesNoTrunk(t *testing.T) {
	d := liveBox(t, openToTheBox)
	r, neighbour := rent(t, d, "shop"), rent(t, d, "rival")
	hidden, err := d.directory.CreateReference(t.Context(), neighbour.by, directory.NewReference{Target: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}})
	if err != nil {
		t.Fatal(err)
	}
	targets := append(odd, hidden.ID, "ref:"+hidden.ID, "ref_abroad")
	for _, to := range targets {
		if status, text := r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100101", "to": to}); status < 400 || status >= 500 {
			t.Errorf("to %q: %d %s", to, status, text)
		}
		if status, text := r.ask("POST", "/v1/calls", map[string]any{"from": to, "to": "+15550100101"}); status < 400 || status >= 500 {
			t.Errorf("from %q: %d %s", to, status, text)
		}
	}
	sdp, err := os.ReadFile("../../signaling/testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(targets); i += 10 { // a page may make 16 mistakes at once
		conn, m := r.page("")
		if m["type"] != "welcome" {
			t.Fatalf("%v", m)
		}
		for _, to := range targets[i:min(i+10, len(targets))] {
			if err := conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": to, "sdp": string(sdp)}); err != nil {
				t.Fatal(err)
			}
			if m := read(t, conn); m["type"] != "error" {
				t.Errorf("a page calls %q: %v", to, m)
			}
		}
	}
	if n := d.invites(); n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

func TestForgedTokensReachNoTrunk(t *testing.T) {
	d := liveBox(t, openToTheBox)
	r, neighbour := rent(t, d, "shop"), rent(t, d, "rival")
	_, ours := r.token("+155501001")
	_, theirs := neighbour.token("+155501001")
	gone, withdrawn := r.token("+155501001")
	if err := d.directory.RevokeClientToken(t.Context(), r.by, gone.ID); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(ours, ".")
	foreign := strings.Split(theirs, ".")
	kid := header(t, parts[0])["kid"]
	for name, token := range map[string]string{
		"another tenant's": theirs, "withdrawn": withdrawn, "empty parts": "..", "of four parts": ours + ".x", "cut off": ours[:len(ours)-2],
		"their claims, our signature": parts[0] + "." + foreign[1] + "." + parts[2],
		"none":                        encoded(map[string]any{"alg": "none", "typ": "JWT", "kid": kid}) + "." + parts[1] + ".",
		"None":                        encoded(map[string]any{"alg": "None", "kid": kid}) + "." + parts[1] + "." + parts[2],
		"HS256 with the kid":          hs256(t, parts[1], kid, []byte(kid.(string))),
		"HS256 with the public key":   hs256(t, parts[1], kid, []byte("webtrunk")),
		"another kid":                 encoded(map[string]any{"alg": "EdDSA", "kid": "sign_x' OR '1'='1"}) + "." + parts[1] + "." + parts[2],
		"a kid that is no text":       encoded(map[string]any{"alg": "EdDSA", "kid": []string{"a"}}) + "." + parts[1] + "." + parts[2],
		"a key in the header":         encoded(map[string]any{"alg": "EdDSA", "jwk": map[string]any{"kty": "OKP"}, "jku": "https://evil.example"}) + "." + parts[1] + "." + parts[2],
		"a secret key":                r.key,
	} {
		conn, m := r.page(token)
		if m["type"] != "error" || m["code"] != "bad_token" {
			t.Errorf("%s: %v", name, m)
		}
		conn.Close()
	}
	if _, m := r.page(ours); m["type"] != "welcome" {
		t.Errorf("its own: %v", m)
	}
	if n := d.invites(); n != 0 {
		t.Errorf("the carrier got %d INVITEs", n)
	}
}

func header(t *testing.T, part string) (h map[string]any) {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err == nil {
		err = json.Unmarshal(b, &h)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func encoded(h map[string]any) string {
	b, _ := json.Marshal(h)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hs256 signs claims that are ours with a secret that everybody knows.
func hs256(t *testing.T, claims string, kid any, secret []byte) string {
	t.Helper()
	text := encoded(map[string]any{"alg": "HS256", "typ": "JWT", "kid": kid}) + "." + claims
	sum, err := jwt.SigningMethodHS256.Sign(text, secret)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sum)
}

// A contact behind a reference is nowhere to be read: not in what the call's
// owner may ask for, and not by searching for it.
func TestAHiddenContactIsNowhereToBeRead(t *testing.T) {
	const contact = "15550100102"
	d := liveBox(t, openToTheBox)
	r := rent(t, d, "shop")
	status, text := r.ask("POST", "/v1/references", map[string]any{"target": "+" + contact, "label": "The Shop"})
	if status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	var ref struct{ ID string }
	if err := json.Unmarshal([]byte(text), &ref); err != nil {
		t.Fatal(err)
	}
	var all []string
	see := func(path string) string {
		status, text := r.ask("GET", path, nil)
		if status != 200 {
			t.Errorf("%s: %d %s", path, status, text)
		}
		all = append(all, path+"\n"+text)
		return text
	}
	status, text = r.ask("POST", "/v1/calls", map[string]any{"from": "+15550100101", "to": ref.ID})
	if status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(err)
	}
	all = append(all, text)
	if !soon(func() bool { return strings.Contains(see("/v1/calls/"+made.ID), "in_progress") }) {
		t.Fatalf("it was not answered: %s", all[len(all)-1])
	}
	see("/v1/live/calls")
	_, text = r.ask("POST", "/v1/calls/"+made.ID+"/hangup", map[string]any{"message": "Enough."})
	all = append(all, text)
	if !soon(func() bool { return strings.Contains(see("/v1/records/"+made.ID), `"status":"completed"`) }) {
		t.Fatalf("it has no record: %s", all[len(all)-1])
	}
	for _, path := range []string{"/v1/calls", "/v1/calls/" + made.ID + "/legs", "/v1/calls/" + made.ID + "/events", "/v1/events?limit=100", "/v1/references", "/v1/references/" + ref.ID,
		"/v1/records", "/v1/records/export?format=csv", "/v1/records/export?format=json", "/v1/records/export?format=ndjson"} {
		if !soon(func() bool { return strings.Contains(see(path), ref.ID) }) { // lists follow the log
			t.Errorf("%s does not tell of the reference", path)
		}
	}
	for _, text := range all {
		if strings.Contains(text, contact) {
			t.Errorf("the contact stands in %s", text)
		}
	}
	for _, search := range []string{"party=%2B" + contact, "party=" + contact, "party=tel:%2B" + contact, "text=" + contact, "text=%2B" + contact, "text=5550100102"} {
		if _, text := r.ask("GET", "/v1/records?"+search, nil); strings.Contains(text, made.ID) {
			t.Errorf("%s finds the call: %s", search, text)
		}
	}
}

// soon waits for something that others are about to do.
func soon(so func() bool) bool {
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// Whoever is locked out is out within five seconds, whatever is open: streams of
// events and pages, by a key or token that is withdrawn, and by an account that
// is suspended.
func TestTheLockedOutAreOutWithinFiveSeconds(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	shop, rival := rent(t, d, "shop"), rent(t, d, "rival")
	token, signed := shop.token("+155501001")
	withToken, _ := shop.page(signed)
	ofSuspended, _ := rival.page("")
	ends := map[string]<-chan time.Time{
		"a stream by a revoked key":            shop.stream(),
		"a socket by a revoked key":            ended(shop.socket()),
		"a stream of a suspended account":      rival.stream(),
		"a page by a withdrawn token":          ended(withToken),
		"a page of a suspended account":        ended(ofSuspended),
		"a socket by a key of a suspended one": ended(rival.socket()),
	}
	operator, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := d.directory.Keys(t.Context(), shop.by, directory.Page{})
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	suspended := directory.Suspended
	late := howLate(t)
	began := time.Now()
	_, err1 := d.directory.RevokeKey(t.Context(), shop.by, keys[0].ID)
	err2 := d.directory.RevokeClientToken(t.Context(), shop.by, token.ID)
	_, err3 := d.directory.UpdateAccount(t.Context(), directory.Principal{Account: operator.ID, Operator: true}, rival.by.Account, directory.AccountChange{Status: &suspended})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for name, end := range ends {
		select {
		case at := <-end:
			// A machine that has too much to do is late with all of it.
			if took, worst := at.Sub(began), late(); took > 5*time.Second+20*worst {
				t.Errorf("%s is open for %v, when nobody was more than %v late", name, took, worst)
			}
		case <-time.After(time.Until(began.Add(50 * time.Second))):
			t.Errorf("%s stays open", name)
		}
	}
}

// howLate watches how late who waits for a moment is told that it is over, and
// returns the worst of it so far.
func howLate(t *testing.T) (worst func() time.Duration) {
	const moment = 10 * time.Millisecond
	var most atomic.Int64
	var watching sync.WaitGroup
	watching.Go(func() {
		for begun := time.Now(); t.Context().Err() == nil; begun = time.Now() {
			<-time.After(moment)
			most.Store(max(most.Load(), int64(time.Since(begun)-moment)))
		}
	})
	t.Cleanup(watching.Wait)
	return func() time.Duration { return time.Duration(most.Load()) }
}

// ended tells when a socket is closed by the gateway.
func ended(conn *websocket.Conn) <-chan time.Time {
	at := make(chan time.Time, 1)
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	go func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				at <- time.Now()
				return
			}
		}
	}()
	return at
}

func (r *renter) stream() <-chan time.Time {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), "GET", r.d.urls()[0]+"/v1/events/stream", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+r.key)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(q)
	if err != nil || res.StatusCode != 200 {
		r.t.Fatal(res, err)
	}
	at := make(chan time.Time, 1)
	go func() {
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		at <- time.Now()
	}()
	return at
}

func (r *renter) socket() *websocket.Conn {
	r.t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+r.d.site.addr().String()+"/v1/events/ws", http.Header{"Authorization": {"Bearer " + r.key}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	return conn
}
