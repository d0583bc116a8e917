package call

import "testing"

func TestSpoken(t *testing.T) {
	for locale, want := range map[string]string{"zh-CN": "zh", "en": "en", "AR-eg": "ar", "de-DE": "", "": "", "zhuang": ""} {
		if got := Spoken(locale); got != want {
			t.Errorf("%q is spoken in %q, want %q", locale, got, want)
		}
	}
	if got := Say("zh", "thank_you"); got != "say:zh:thank_you" {
		t.Errorf("said is %q", got)
	}
	if got := Say("", "thank_you"); got != "thank_you" {
		t.Errorf("in the gateway's own language %q", got)
	}
}
