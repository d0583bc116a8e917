package choir

import (
	"time"

	"github.com/pion/rtcp"
)

// report sends what a browser does every five seconds: how much it has sent,
// and that nothing of what it hears is lost (RFC 3550 §6.4.1).
func (l *Line) report() {
	k := l.keys.Load()
	if k == nil {
		return
	}
	now, v := time.Now(), l.voice.Load()
	ntp := uint64(now.Unix()+2208988800)<<32 | uint64(now.Nanosecond())<<32/1e9 // RFC 3550 §4
	raw, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: v.ssrc, NTPTime: ntp, RTPTime: v.timestamp + uint32(l.index+l.offset)*l.score.step, PacketCount: uint32(l.index)},
		rtcp.NewCNAMESourceDescription(v.ssrc, "choir"),
	})
	if err != nil {
		return
	}
	if raw, err = k.out.EncryptRTCP(nil, raw, nil); err == nil {
		_ = l.send(raw) // is sent again in five seconds
	}
}
