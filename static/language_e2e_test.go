//go:build e2e

package static

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// speaking is a site's page in a language, with two buttons, one of which has its own.
func speaking(t *testing.T, gateway, page string) string {
	return site(t, "", `<div lang="`+page+`"><script type="module" src="`+gateway+`/v1/widget.js"></script>
		<webtrunk-call id="one" key="pk_visitor" to="ref_one"></webtrunk-call>
		<webtrunk-call id="two" key="pk_visitor" to="ref_two" lang="zh-Hans-CN"></webtrunk-call></div>`)
}

// The button is in the language of the page around it, or its own; so is the panel,
// written from the side that the language is, and so is what the gateway says.
func TestTheWidgetSpeaksThePagesLanguage(t *testing.T) {
	s := newScript(t, nil)
	p := open(t, sharedChromium(t), speaking(t, s.url, "ar"), granted)
	p.The("button", "通话")
	p.Click("button", "اتصال")
	p.The("heading", "اتصل من هذه الصفحة")
	if got := evaluate[string](p, part("panel")+`.lang + " " + getComputedStyle(`+part("panel")+`).direction`); got != "ar rtl" {
		t.Errorf("the panel is set in %s", got)
	}
	p.Click("button", "اتصل")
	l := s.answerSocket()
	l.welcome()
	call := l.want("call")
	if call["language"] != "ar" {
		t.Errorf("the call is in %v", call["language"])
	}
	l.answer(call)
	l.say(message{"type": "answered", "id": call["id"]})
	p.Says("status", "في مكالمة")
	l.say(message{"type": "verdict", "id": call["id"], "verdict": "silent_microphone", "about": "you", "raised": true, "message": "It is silent."})
	p.Says("alert", "ميكروفونك صامت")
	l.say(message{"type": "ended", "id": call["id"], "reason": "busy", "by": "them", "message": "The line is busy."})
	p.Says("status", "الخط مشغول.")
	if end := p.WantEnd("busy"); !strings.HasPrefix(end.Message, "الخط مشغول.") {
		t.Errorf("the page is told %q", end.Message)
	}
	p.Click("button", "اتصل")
	l = s.answerSocket()
	l.welcome()
	l.say(message{"type": "error", "id": l.want("call")["id"], "code": "busy_gateway", "message": "Full.", "remedies": []string{"Wait."}})
	p.Says("alert", "لا تقبل البوابة مكالمات جديدة حاليًا.")
}

// Without the words of a language a call is made in English.
func TestALanguageThatCannotBeLoaded(t *testing.T) {
	lacking := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/words-") {
			http.Error(w, "gone", http.StatusBadGateway)
			return
		}
		Handler(nil).ServeHTTP(w, r)
	}))
	t.Cleanup(lacking.Close)
	p := open(t, sharedChromium(t), speaking(t, lacking.URL, "ar"), granted)
	p.Click("button", "اتصال")
	p.The("heading", "Call from this page")
	if got := evaluate[string](p, part("panel")+`.lang + " " + getComputedStyle(`+part("panel")+`).direction`); got != "en ltr" {
		t.Errorf("the panel is set in %s", got)
	}
}
