package api

import (
	"strings"
	"testing"

	"webtrunk/call"
)

// TestAPromptTakesDigits plays a phrase to the callee, who presses two keys.
func TestAPromptTakesDigits(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	path := "/v1/calls/" + id
	w.ask("sk_shop", "POST", path+"/prompt", `{"phrase":"enter_code","digits":2}`).is(t, 200, "")
	callee := w.exchange.phone(t, id, 2)
	callee.report(call.LegDigit{Digit: "4"})
	callee.report(call.LegDigit{Digit: "2"})
	eventually(t, "the digits are told", func() bool {
		events := w.ask("sk_shop", "GET", path+"/events?limit=100", "").text
		return strings.Contains(events, "prompt.finished") && strings.Contains(events, `"digits":"42"`) && strings.Contains(events, `"reason":"complete"`)
	})
}

// TestAPhraseTakesTheOthersPlace: music that never ends is ended by what follows it.
func TestAPhraseTakesTheOthersPlace(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	path, first := "/v1/calls/"+id, "leg_"+strings.TrimPrefix(w.talk(shop), "call_")+"_1"
	w.ask("sk_shop", "POST", path+"/prompt", `{"phrase":"music","leg":"`+first+`"}`).is(t, 404, "leg_not_found")
	w.ask("sk_shop", "POST", path+"/prompt", `{"phrase":"music"}`).is(t, 200, "")
	w.ask("sk_shop", "POST", path+"/prompt", `{"phrase":"say:zh:goodbye,pause:100","timeout_ms":20000}`).is(t, 200, "")
	events := w.ask("sk_shop", "GET", path+"/events?limit=100", "").text
	if strings.Count(events, "prompt.started") != 2 || !strings.Contains(events, `"timeout_ms":20000`) || strings.Count(events, "prompt.finished") == 0 {
		t.Errorf("the events are %s", events)
	}
}

// TestAPhraseThatNobodyCanPlay is refused with what is wrong with it, and the call hears nothing of it.
func TestAPhraseThatNobodyCanPlay(t *testing.T) {
	w := newWorld(t)
	id := w.talk(shop)
	for phrase, says := range map[string]string{
		"sing_something": "sing_something", "number:many": "many", "say:xx:welcome": "xx", "music,welcome": "never ends", "ringback": "ringback",
	} {
		got := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/prompt", `{"phrase":"`+phrase+`"}`).is(t, 400, "phrase_invalid")
		if !strings.Contains(got.str("message"), says) || got.str("param") != "phrase" {
			t.Errorf("%s: %s", phrase, got.text)
		}
	}
	if events := w.ask("sk_shop", "GET", "/v1/calls/"+id+"/events?limit=100", "").text; strings.Contains(events, "prompt.") {
		t.Errorf("the call was told: %s", events)
	}
	if err := (Calls{}).playable("welcome"); err == nil || !strings.Contains(err.Error(), "no phrases") {
		t.Errorf("a gateway without phrases: %v", err)
	}
}
