package pay

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"webtrunk"
)

func TestSecretsAreHidden(t *testing.T) {
	s := Secret("sk_live_1234")
	config := struct{ Key Secret }{s}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("started", "key", s, "config", config)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("started", "key", s, "config", config)
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%s %v %q %+v %#v %x %s %s", s, s, s, config, config, s, text, log.String())
	if strings.Contains(all, "1234") || strings.Contains(all, fmt.Sprintf("%x", "1234")) || s.Reveal() != "sk_live_1234" {
		t.Errorf("the secret is seen in %s", all)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for k, want := range map[Kind]webtrunk.Kind{
		Unknown: webtrunk.Unavailable, CardDeclined: webtrunk.Conflict, Invalid: webtrunk.Invalid, Missing: webtrunk.NotFound,
	} {
		err := fmt.Errorf("top-up: %w", Fail("charge", k, "It did not work.", nil))
		if KindOf(err) != k || webtrunk.KindOf(err) != want || webtrunk.MessageOf(err, "") != "It did not work." {
			t.Errorf("%s is read as %s and %s, %q", k, KindOf(err), webtrunk.KindOf(err), webtrunk.MessageOf(err, ""))
		}
	}
	if KindOf(fmt.Errorf("connection reset")) != Unknown {
		t.Error("nobody knows what became of an error without a kind")
	}
}
