package media

import (
	"fmt"
	"strings"
	"testing"

	"webtrunk/corpus"
)

// framesOf are packets of the corpus as a port is given them, those that have
// neither sources nor an extension.
func framesOf(packets map[string][]byte, names ...string) (all []Frame) {
	for i, name := range names {
		p := packets[name]
		all = append(all, Frame{PayloadType: p[1] & 0x7f, Sequence: uint16(i), Timestamp: uint32(i) * 160, Payload: p[12:]})
	}
	return all
}

// The corpus of this package's fuzz targets.
func TestCorpus(t *testing.T) {
	datagrams := corpus.Kinds("rtp")
	for name, p := range corpus.RTCP() {
		datagrams["rtcp-"+name] = p
	}
	corpus.Hold(t, "FuzzDatagram", corpus.Of(datagrams))
	reports := corpus.Inputs{}
	for name, p := range corpus.Kinds("rtcp") {
		reports[name] = []any{append([]byte{byte(len(p))}, p...)}
	}
	corpus.Hold(t, "FuzzReports", reports)
	corpus.Hold(t, "FuzzKeys", corpus.Inputs{
		"press":       {wound(framesOf(corpus.RTP(), "key-begins", "key-begins", "key-ends", "key-ends", "key-ends"))},
		"press-alone": {wound(framesOf(corpus.RTP(), "key-ends"))},
		"among-sound": {wound(framesOf(corpus.RTP(), "pcmu", "key-begins", "pcmu", "comfort", "key-ends", "pcmu"))},
		"wrong":       {wound(framesOf(corpus.RTP(), "key-unknown", "key-short", "key-forever", "keys-two", "empty"))},
	})
	streams := corpus.Inputs{}
	for i, way := range []string{"opus-pcmu", "pcmu-opus", "g722-opus", "pcma-pcmu", "comfort-pcmu", "no-keys"} {
		streams[way+"-kinds"] = []any{byte(i), wound(framesOf(corpus.RTP(), "pcmu", "opus", "g722", "comfort-spectrum", "opus-dtx",
			"pcmu-10ms", "pcmu-60ms", "pcmu-odd", "comfort-empty", "empty", "key-begins", "key-ends", "opus"))}
		streams[way+"-jumps"] = []any{byte(i), wound(jumps(framesOf(corpus.RTP(), "pcmu", "opus", "pcma-marked", "g722")))}
	}
	for name, p := range corpus.Opus() {
		if strings.HasPrefix(name, "many") || strings.HasPrefix(name, "two") || strings.HasPrefix(name, "stereo") {
			streams["packing-"+name] = []any{byte(0), wound([]Frame{
				{PayloadType: chromium.PayloadType, Payload: p}, {PayloadType: chromium.PayloadType, Sequence: 1, Timestamp: 960, Payload: p}})}
		}
	}
	corpus.Hold(t, "FuzzStream", streams)
	spoken := corpus.Inputs{}
	for kind := range browserSounds {
		spoken[fmt.Sprintf("browser-%d", kind)] = []any{wound(browserSays(t, kind)[30:42])}
	}
	corpus.Note(t, "FuzzConferenceStream", spoken)
}

// jumps repeats packets with numbers and times that no network makes.
func jumps(once []Frame) (all []Frame) {
	for _, by := range []struct {
		sequence  uint16
		timestamp uint32
	}{{0, 0}, {1, 160}, {1, 1 << 31}, {1 << 15, 160}, {65535, 0xffffff60}, {3, 480}, {500, 80000}, {1, 0}, {0, 160}} {
		for _, f := range once {
			if n := len(all); n > 0 {
				f.Sequence, f.Timestamp = all[n-1].Sequence+by.sequence, all[n-1].Timestamp+by.timestamp
			}
			f.Payload = f.Payload[:min(20, len(f.Payload))]
			all = append(all, f)
		}
	}
	return all
}
