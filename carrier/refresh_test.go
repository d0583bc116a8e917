package carrier

import (
	"testing"
	"time"
)

// keeping is a config whose calls have to be refreshed: a session of half an
// hour takes 1.8 s.
func keeping(by Party) Config {
	cfg := byHand()
	cfg.Session = SessionTimer{Interval: 30 * time.Minute, By: by}
	cfg.ScriptSecond = time.Millisecond
	return cfg
}

func TestASessionIsRefreshedByOneEndAndOutlivesItsInterval(t *testing.T) {
	t.Parallel()
	n := connect(t, keeping(Us), keeping(Them))
	near, far := up(t, n)
	await(t, near, func(c *Call) bool { return c.Count("← UPDATE") >= 5 && c.Count("→ 200 UPDATE") >= 5 })
	if far.Count("← UPDATE") != 0 || near.State() != Confirmed || far.State() != Confirmed {
		t.Errorf("near %v, far %v:\n%s", near.State(), far.State(), far.Transcript())
	}
	must(t, near.Hangup(limit(t)))
	wantEnd(t, far, Them, 0)
}

func TestACallWhoseFarEndFallsSilentIsHungUp(t *testing.T) {
	t.Parallel()
	n := connect(t, keeping(Us), keeping(Them))
	near, far := up(t, n)
	must(t, near.FallSilent())
	wantEnd(t, far, Us, 0)
	if why := far.End().Reason; why != "nobody refreshed the session" {
		t.Errorf("ended because %q", why)
	}
	wantEnd(t, near, Them, 0)
}

func TestASessionTimerThatCannotBeCountedIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []SessionTimer{{Interval: time.Millisecond}, {Interval: 1500 * time.Millisecond}, {Interval: time.Hour, By: "nobody"}} {
		if c, err := Start(Config{Session: s}); err == nil {
			c.Close()
			t.Errorf("%+v is taken", s)
		}
	}
}
