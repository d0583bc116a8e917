package media

import (
	"testing"

	"webtrunk/soundcheck"
)

// Every pair of formats carries the sentence, under the other leg's payload
// type, as one stream without a hole.
func TestSpeechCrossesBetweenAllFormats(t *testing.T) {
	for name, pair := range map[string]struct{ a, b Format }{
		"browser to telephone":      {chromium, phone},
		"telephone to browser":      {phone, chromium},
		"A-law telephone to Opus":   {phoneA, firefox},
		"telephone to telephone":    {phone, phone},
		"µ-law to A-law":            {phone, phoneA},
		"browser to browser":        {chromium, firefox},
		"browser that offers G.711": {noEvents, phoneA},
		"browser to wideband":       {chromium, phoneW},
		"wideband to browser":       {phoneW, firefox},
		"wideband to telephone":     {phoneW, phone},
		"A-law to wideband":         {phoneA, phoneW},
		"wideband to wideband":      {phoneW, phoneW},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := joined(t, pair.a, pair.b)
			for _, f := range newTalker(t, pair.a).say(t, speech) {
				from.Receive(f)
			}
			frames := to.frames()
			if !frames[0].Marker {
				t.Error("the first frame carries no marker")
			}
			for _, f := range frames {
				if f.PayloadType != pair.b.PayloadType {
					t.Fatalf("payload type %d, want %d", f.PayloadType, pair.b.PayloadType)
				}
			}
			steady(t, pair.b, frames, 160)
			if err := soundcheck.Tell(listen(t, pair.b, frames), speech, other); err != nil {
				t.Error(err)
			}
			if n := len(from.frames()); n != 0 {
				t.Errorf("%d frames came back to the speaker", n)
			}
			if s := from.Stats(); s.Lost+s.Late+s.Dropped+s.Concealed+s.Panics != 0 {
				t.Errorf("a perfect stream counts as %+v", s)
			}
		})
	}
}
