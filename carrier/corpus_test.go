package carrier

import (
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets.
func TestCorpus(t *testing.T) {
	t.Parallel()
	corpus.Hold(t, "FuzzRTP", corpus.Of(corpus.Kinds("rtp")))
	corpus.Hold(t, "FuzzRTCP", corpus.Of(corpus.Kinds("rtcp")))
	corpus.Hold(t, "FuzzSDP", corpus.Of(corpus.Captured("sdp")))
	corpus.Hold(t, "FuzzReceive", corpus.Of(corpus.Captured("sip")))
}
