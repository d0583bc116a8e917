package signaling

import (
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
)

// readReports reads the page's sender reports, so that our receiver reports
// can say when the last one came (RFC 3550 §6.4.1) and the page knows its
// round trip.
func readReports(r *webrtc.RTPReceiver) {
	var buffer [1500]byte
	for {
		if _, _, err := r.Read(buffer[:]); err != nil {
			return
		}
	}
}

// readLoss tells the port how much of what we send the page loses, as its
// receiver reports say, about once a second.
func readLoss(s *webrtc.RTPSender, port *media.Port) {
	var buffer [1500]byte
	for {
		n, _, err := s.Read(buffer[:])
		if err != nil {
			return
		}
		if packets, err := rtcp.Unmarshal(buffer[:n]); err == nil {
			for _, r := range receptions(packets) {
				port.SetLoss(percent(r))
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
