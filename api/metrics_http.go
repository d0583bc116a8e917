package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Observe returns a handler that serves as the server does and measures it. It
// knows requests by their route alone: no path, ID or address becomes a label.
// Streams last as long as their reader likes, so their time is not measured.
func (m *Metrics) Observe(s *Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, route := s.mux.Handler(r)
		if route == "" {
			route = "none"
		}
		began, out := time.Now(), &observed{ResponseWriter: w}
		open := m.open.WithLabelValues(route)
		open.Inc()
		defer func() {
			open.Dec()
			status := out.status
			switch {
			case status == 0 && r.Header.Get("Upgrade") != "": // taken over by a WebSocket
				status = http.StatusSwitchingProtocols
			case status == 0:
				status = http.StatusOK
			}
			m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
			if status != http.StatusSwitchingProtocols && !strings.HasPrefix(out.Header().Get("Content-Type"), "text/event-stream") {
				m.took.WithLabelValues(route).Observe(time.Since(began).Seconds())
			}
		}()
		s.ServeHTTP(out, r)
	})
}
