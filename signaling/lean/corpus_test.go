package lean

import (
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets: whatever comes to a port for media.
func TestCorpus(t *testing.T) {
	packets := corpus.Kinds("stun", "dtls")
	for _, name := range []string{"opus", "extension", "csrcs-cut", "short", "everything"} {
		packets["rtp-"+name] = corpus.RTP()[name]
	}
	for _, name := range []string{"compound", "remb", "too-long", "padded-beyond"} {
		packets["rtcp-"+name] = corpus.RTCP()[name]
	}
	corpus.Hold(t, "FuzzPacket", corpus.Of(packets, true))
	corpus.Hold(t, "FuzzReport", corpus.Of(corpus.RTCP()))
	frames := corpus.Inputs{}
	var all []byte
	for _, name := range []string{"nominates", "success", "cut"} {
		all = appendFrame(all, corpus.STUN()[name])
		frames[name] = []any{append([]byte(nil), all...)}
	}
	frames["empty-frames"] = []any{[]byte{0, 0, 0, 0, 0, 0}}
	frames["http"] = []any{[]byte("GET / HTTP/1.1\r\n\r\n")}
	frames["tls"] = []any{[]byte{22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3}}
	frames["cut-in-length"] = []any{append(append([]byte(nil), all...), 0)}
	corpus.Hold(t, "FuzzFrames", frames)
}
