package signaling

import (
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// drain reads the page's sender reports, so that our receiver reports can say
// when the last one came (RFC 3550 §6.4.1) and the page knows its round trip.
func drain(r *webrtc.RTPReceiver) {
	var buffer [1500]byte
	for {
		if _, _, err := r.Read(buffer[:]); err != nil {
			return
		}
	}
}

// readReports notes what the page says of the stream that we send, about once
// a second, and tells the port how much of it is lost.
func readReports(s *webrtc.RTPSender, m *mouth) {
	ssrc := uint32(s.GetParameters().Encodings[0].SSRC)
	eachCompound(s, func(packets []rtcp.Packet) {
		for _, r := range receptions(packets, ssrc) {
			m.meter.Reported(r, m.port.Format().Codec.ClockRate(), time.Now())
			m.port.SetLoss(percent(r))
		}
	})
}

// eachCompound hands on what each of a stream's RTCP packets holds, until the
// stream has ended. One that cannot be read says nothing.
func eachCompound(stream interface {
	Read([]byte) (int, interceptor.Attributes, error)
}, take func([]rtcp.Packet)) {
	var buffer [1500]byte
	for {
		n, _, err := stream.Read(buffer[:])
		if err != nil {
			return
		}
		if packets, err := rtcp.Unmarshal(buffer[:n]); err == nil {
			take(packets)
		}
	}
}

// receptions are what packets report of one stream: receivers in reports of
// their own, those who send too within their sender reports. What they report of
// pictures comes beside it and says nothing of the sound.
func receptions(packets []rtcp.Packet, ssrc uint32) (all []rtcp.ReceptionReport) {
	for _, p := range packets {
		var blocks []rtcp.ReceptionReport
		switch p := p.(type) {
		case *rtcp.ReceiverReport:
			blocks = p.Reports
		case *rtcp.SenderReport:
			blocks = p.Reports
		}
		for _, b := range blocks {
			if b.SSRC == ssrc {
				all = append(all, b)
			}
		}
	}
	return all
}

// percent is the loss since the report before, in a hundred packets.
func percent(r rtcp.ReceptionReport) int { return int(r.FractionLost) * 100 / 256 }
