package media

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

func TestASeamAllocatesNothing(t *testing.T) {
	p := NewPort("telephone", &quiet{})
	defer p.Close()
	p.SetFormat(phone)
	turns := [2]source{{clock: 8000}, {clock: 8000}}
	f, n := packet20(1), 0
	turn := func() { p.out.write(&turns[n%2], f); n++ }
	turn()
	if allocs := testing.AllocsPerRun(50, turn); allocs != 0 {
		t.Errorf("%v allocations where another source begins", allocs)
	}
}

// A sound that another follows in another law, and one that follows a long
// silence, which has no end to be joined to.
func TestASeamOfLawsAndOfSilence(t *testing.T) {
	loud, law := soundcheck.Sine(100, loudLevel, 180), make([]byte, 180)
	transcode.EncodePCMU(law, loud) // ends at the top of the wave
	s := &seam{}
	s.keep(Frame{Timestamp: 1000, Payload: law}, transcode.PCMU)
	var pcm [160]int16
	transcode.DecodePCMA(pcm[:], s.join(Frame{Timestamp: 1180, Payload: make([]byte, 20)}, transcode.PCMA))
	if pcm[0] < loudLevel*9/10 {
		t.Errorf("after %d the other law begins at %d", loud[179], pcm[0])
	}
	transcode.EncodePCMA(law, loud[20:])
	transcode.DecodePCMA(pcm[:], s.join(Frame{Timestamp: 9000, Payload: law[:160]}, transcode.PCMA))
	if pcm[0] > 1000 {
		t.Errorf("after silence it begins at %d", pcm[0])
	}
}

// Whatever the lengths of packets, what is kept is what was sent last, in its order.
func TestASeamKeepsWhatWasSentLast(t *testing.T) {
	s, r := &seam{}, rand.New(rand.NewPCG(1, 2))
	var sent []byte
	for round := range 2000 {
		payload := make([]byte, r.IntN(330))
		if round%100 == 99 {
			payload = make([]byte, seamPast-1+r.IntN(3)) // as long as what is kept, or nearly
		}
		for i := range payload {
			payload[i] = byte(r.Uint32())
		}
		s.keep(Frame{Payload: payload}, transcode.PCMU)
		sent = append(sent, payload...)
		var room [seamPast]byte
		if want := sent[max(0, len(sent)-seamPast):]; !bytes.Equal(s.kept(&room), want) {
			t.Fatalf("after %d packets, %d octets that are not those sent last", round+1, s.known)
		}
	}
}
