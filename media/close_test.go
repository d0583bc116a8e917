package media

import (
	"runtime"
	"testing"
	"weak"
)

// A leg may be known for a while after its end, against messages that come
// late. Its codecs are not.
func TestAClosedPortKeepsNoCodecs(t *testing.T) {
	browser, telephone := joined(t, chromium, phone)
	for _, way := range []struct {
		from *leg
		f    Format
	}{{browser, chromium}, {telephone, phone}} {
		for _, f := range newTalker(t, way.f).say(t, speech[:1600]) {
			way.from.Receive(f)
		}
	}
	there, back := weak.Make(browser.route.path.(*window).path.(*transcoder)), weak.Make(telephone.route.path.(*window).path.(*transcoder))
	browser.Close()
	telephone.Close()
	runtime.GC()
	if there.Value() != nil || back.Value() != nil {
		t.Errorf("the ways between two closed ports are still there: %v, %v", there.Value(), back.Value())
	}
	runtime.KeepAlive(browser)
	runtime.KeepAlive(telephone)
}
