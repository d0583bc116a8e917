package sip

import "testing"

// TestPacketTimes: of what a far side asks for and what it takes at most.
func TestPacketTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		attributes string
		want       uint16
		samples    int
	}{
		{"", 20, 0}, {"ptime=20", 20, 0}, {"ptime=10", 10, 80}, {"ptime=30", 30, 240}, {"ptime=40", 40, 320}, {"ptime=60", 60, 480},
		{"ptime=25", 20, 0}, {"ptime=200", 60, 480}, {"ptime=5", 10, 80}, {"ptime=0", 20, 0}, {"ptime=x", 20, 0}, {"ptime=99999", 20, 0},
		{"maxptime=10", 10, 80}, {"maxptime=60", 20, 0}, {"ptime=60,maxptime=40", 40, 320}, {"maxptime=3", 10, 80},
	} {
		d, err := parseSDP([]byte(sdpOf(c.attributes)))
		if err != nil {
			t.Fatal(err)
		}
		s := sessionOf("")
		if _, err := s.answer(d); err != nil || d.streams[0].packetTime() != c.want || s.format.Samples != c.samples {
			t.Errorf("%s: %d ms, %d samples, %v", c.attributes, d.streams[0].packetTime(), s.format.Samples, err)
		}
	}
}
