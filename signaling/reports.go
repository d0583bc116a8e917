package signaling

import (
	"time"

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
func readReports(s *webrtc.RTPSender, m *mouth, clock uint32) {
	var buffer [1500]byte
	for {
		n, _, err := s.Read(buffer[:])
		if err != nil {
			return
		}
		if packets, err := rtcp.Unmarshal(buffer[:n]); err == nil {
			for _, r := range receptions(packets) {
				m.meter.Reported(r, clock, time.Now())
				m.port.SetLoss(percent(r))
			}
		}
	}
}

// receptions are what packets report of streams: receivers in reports of
// their own, those who send too within their sender reports.
func receptions(packets []rtcp.Packet) (all []rtcp.ReceptionReport) {
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.ReceiverReport:
			all = append(all, p.Reports...)
		case *rtcp.SenderReport:
			all = append(all, p.Reports...)
		}
	}
	return all
}

// percent is the loss since the report before, in a hundred packets.
func percent(r rtcp.ReceptionReport) int { return int(r.FractionLost) * 100 / 256 }
