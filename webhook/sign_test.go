package webhook

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

// The vector that Standard Webhooks' reference libraries are tested with.
func TestPublishedVector(t *testing.T) {
	secret, err := ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	Sign(h, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), secret)
	if got, want := h.Get("webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	if h.Get("webhook-id") != "msg_p5jXN8AQM9LWM0D4loKWxJek" || h.Get("webhook-timestamp") != "1614265330" {
		t.Fatal(h)
	}
}

func TestVerify(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	old, current, foreign := NewSecret(), NewSecret(), NewSecret()
	body := []byte(`{"id":"evt_1"}`)
	signed := func(secrets ...Secret) http.Header {
		h := http.Header{}
		Sign(h, "evt_1", now, body, secrets...)
		return h
	}
	for name, ok := range map[string]error{
		"one secret":                   Verify(signed(current), body, now, current),
		"while it is rotated, the old": Verify(signed(current, old), body, now, old),
		"the new":                      Verify(signed(current, old), body, now, current),
		"the receiver knows both":      Verify(signed(old), body, now, current, old),
		"5 minutes late":               Verify(signed(current), body, now.Add(Tolerance), current),
		"5 minutes early":              Verify(signed(current), body, now.Add(-Tolerance), current),
	} {
		if ok != nil {
			t.Errorf("%s: %v", name, ok)
		}
	}
	change := func(name, value string) http.Header {
		h := signed(current)
		h.Set(name, value)
		return h
	}
	for name, h := range map[string]http.Header{
		"another's secret":      signed(foreign),
		"none":                  {},
		"no signature":          change(HeaderSignature, ""),
		"another ID":            change(HeaderID, "evt_2"),
		"another time":          change(HeaderTimestamp, fmt.Sprint(now.Unix()+1)),
		"no time":               change(HeaderTimestamp, "yesterday"),
		"another version":       change(HeaderSignature, strings.Replace(signed(current).Get(HeaderSignature), "v1,", "v2,", 1)),
		"no version":            change(HeaderSignature, strings.TrimPrefix(signed(current).Get(HeaderSignature), "v1,")),
		"a cut signature":       change(HeaderSignature, signed(current).Get(HeaderSignature)[:20]),
		"an empty signature":    change(HeaderSignature, "v1,"),
		"many wrong signatures": change(HeaderSignature, strings.Repeat("v1,AAAA ", 1000)),
	} {
		if err := Verify(h, body, now, current); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	kind(t, Verify(signed(current), []byte(`{"id": "evt_1"}`), now, current), webtrunk.Forbidden)
	kind(t, Verify(signed(current), body, now.Add(Tolerance+time.Second), current), webtrunk.Forbidden)
	kind(t, Verify(signed(current), body, now.Add(-Tolerance-time.Second), current), webtrunk.Forbidden)
	kind(t, Verify(signed(current), body, now), webtrunk.Forbidden)
}

func TestSecrets(t *testing.T) {
	s := NewSecret()
	again, err := ParseSecret(s.Reveal())
	if err != nil || again.Reveal() != s.Reveal() || !strings.HasPrefix(s.Reveal(), "whsec_") || len(s.key) < 24 {
		t.Fatal(again, err)
	}
	if said := fmt.Sprintf("%v %s %+v %#v", s, s, s, s); strings.Contains(said, s.Reveal()[6:]) || strings.Contains(said, fmt.Sprint(s.key)) {
		t.Fatalf("formatting shows the secret: %s", said)
	}
	for _, wrong := range []string{"", "whsec_", "whsec_AAAA", "secret", "whsec_" + strings.Repeat("A", 200)} {
		_, err := ParseSecret(wrong)
		kind(t, err, webtrunk.Invalid)
	}
}

func ExampleVerify() {
	secret, _ := ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	handler := func(w http.ResponseWriter, header http.Header, body []byte) {
		if err := Verify(header, body, time.Now(), secret); err != nil {
			http.Error(w, "not from the gateway", http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent) // and do the work afterwards
	}
	_ = handler
}

func TestSchedule(t *testing.T) {
	s := Schedule{Jitter: -1}.orDefault()
	var at time.Duration
	var waits []string
	for n := 1; ; n++ {
		wait, again := s.next(n, at, 0)
		if !again {
			break
		}
		waits = append(waits, wait.String())
		at += wait
	}
	if got, want := strings.Join(waits, " "), "5s 5m0s 30m0s 2h0m0s 5h0m0s 10h0m0s 10h0m0s 10h0m0s 10h0m0s 10h0m0s 10h0m0s"; got != want {
		t.Fatalf("waits %s, want %s", got, want)
	}
	if at > 72*time.Hour || at+s.Every < 72*time.Hour {
		t.Fatalf("the last try is after %v", at)
	}
	s = Schedule{}.orDefault()
	for range 1000 {
		if wait, _ := s.next(2, 0, 0); wait < 270*time.Second || wait > 330*time.Second {
			t.Fatalf("5 minutes, shaken: %v", wait)
		}
	}
	for asked, want := range map[time.Duration]time.Duration{time.Second: 270 * time.Second, time.Hour: time.Hour, 1000 * time.Hour: 10 * time.Hour} {
		if wait, again := s.next(2, 0, asked); wait < want || wait > max(want, 330*time.Second) || !again {
			t.Errorf("Retry-After %v: %v", asked, wait)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "-5": 0, "soon": 0, "99999999999": 1_000_000 * time.Second, "999999999999999999999": 0,
		"Sun, 22 Nov 2026 12:01:00 GMT": time.Minute, "Sun, 22 Nov 2020 12:01:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
