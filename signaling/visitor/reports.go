package visitor

import (
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"
)

// reporters make the receiver reports that the page is to send; none, unless
// it is told to.
func reporters(cfg Config) (*interceptor.Registry, error) {
	r := &interceptor.Registry{}
	if !cfg.Reports {
		return r, nil
	}
	receiver, err := report.NewReceiverInterceptor(report.ReceiverInterval(time.Second/5), report.WithReceiverLoggerFactory(quiet{}))
	if err != nil {
		return nil, err
	}
	r.Add(receiver)
	return r, nil
}

// drain reads the gateway's sender reports until the stream ends: a receiver
// report names the last of them (RFC 3550 §6.4.1).
func drain(r *webrtc.RTPReceiver) {
	var buffer [1500]byte
	for {
		if _, _, err := r.Read(buffer[:]); err != nil {
			return
		}
	}
}
