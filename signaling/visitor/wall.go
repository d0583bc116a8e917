package visitor

import (
	"net"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// A wall is the socket in the wall: one UDP port on loopback for all of a
// phone's media, or none where only TCP leads out.
type wall struct{ udp *ice.UDPMuxDefault }

func newWall(tcp bool) (*wall, error) {
	if tcp {
		return &wall{}, nil
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	return &wall{ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: conn, Logger: quiet{}})}, nil
}

// plugInto has ICE use the wall and nothing else.
func (w *wall) plugInto(s *webrtc.SettingEngine) {
	if w.udp == nil {
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
		s.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
		return
	}
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetICEUDPMux(w.udp)
}

func (w *wall) close() error {
	if w.udp == nil {
		return nil
	}
	return w.udp.Close()
}
