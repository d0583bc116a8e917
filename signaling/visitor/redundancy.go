package visitor

import (
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// heed takes the gateway's receiver reports as browsers do: the loss that they
// tell of is answered by redundancy. It returns when the sender has ended.
func (m *mic) heed(reports *webrtc.RTPSender) {
	for {
		packets, _, err := reports.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.ReceiverReport:
				m.reported(p.Reports)
			case *rtcp.SenderReport:
				m.reported(p.Reports)
			}
		}
	}
}

func (m *mic) reported(reports []rtcp.ReceptionReport) {
	for _, r := range reports {
		m.told.Store(int32(r.FractionLost) * 100 / 256)
	}
}

// protect makes the next frame as redundant as the last report asks for.
func (m *mic) protect() {
	if told := m.told.Load(); told != m.expects {
		m.expects = told
		m.encoder.ExpectLoss(int(told))
	}
}
