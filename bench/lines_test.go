package main

import (
	"testing"
	"time"
)

// A profile's stacks are sorted by what was done, and by who had read the packet.
func TestLinesOfAProfile(t *testing.T) {
	const ruled = "\n-----------+-------------------------------------------------------\n"
	const traces = "File: gateway\nType: cpu\nDuration: 12s, Total samples = 2.96s (24.67%)" + ruled +
		"     400ms   internal/runtime/syscall/linux.Syscall6\n             webtrunk/media/datagram.send (inline)\n             webtrunk/media.(*Socket).Send\n             webtrunk/signaling/lean.(*socket).read" + ruled +
		"      70ms   internal/runtime/syscall/linux.Syscall6\n             webtrunk/media/datagram.receive\n             webtrunk/media.(*Socket).read" + ruled +
		"      30ms   crypto/internal/fips140/aes/gcm.gcmAesEnc\n             webtrunk/signaling/lean.(*sealer).seal\n             webtrunk/signaling/lean.(*Session).Send\n             webtrunk/media.(*Socket).read" + ruled +
		"      20ms   crypto/internal/fips140/aes/gcm.gcmAesDec\n             webtrunk/signaling/lean.(*opener).open\n             webtrunk/signaling/lean.(*socket).read" + ruled +
		"      20ms   runtime.schedule\n             runtime.park_m\n             runtime.mcall" + ruled +
		"      1.50s   webtrunk/transcode/silk.(*Encoder).search\n             webtrunk/transcode.(*opusEncoder).Encode\n             webtrunk/media.(*Port).pass\n             webtrunk/media.(*Socket).read" + ruled +
		"      10ms   webtrunk/media.(*Port).way\n             webtrunk/media.(*Socket).read" + ruled +
		"      30ms   encoding/json.Marshal\n             main.main" + ruled
	want := map[string]spent{
		lines[0].name:            {page: 400 * time.Millisecond},
		lines[1].name:            {telephone: 70 * time.Millisecond},
		lines[6].name:            {page: 20 * time.Millisecond, telephone: 30 * time.Millisecond},
		"Go's scheduler":         {nobody: 20 * time.Millisecond},
		"the codec":              {telephone: 1500 * time.Millisecond},
		lines[len(lines)-2].name: {telephone: 10 * time.Millisecond},
		lines[len(lines)-1].name: {nobody: 30 * time.Millisecond},
	}
	each, sum := linesOf(traces)
	for i, l := range lines {
		if each[i] != want[l.name] {
			t.Errorf("%s: %+v, want %+v", l.name, each[i], want[l.name])
		}
	}
	if all := (spent{420 * time.Millisecond, 1610 * time.Millisecond, 50 * time.Millisecond}); sum != all {
		t.Errorf("in all %+v, want %+v", sum, all)
	}
	if _, sum := linesOf("no profile"); sum.all() != 0 {
		t.Errorf("of nothing came %+v", sum)
	}
}
