package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"webtrunk"
)

// A Check is one thing that must be well for the gateway to take calls. Its
// error's message is a sentence for the operator.
type Check struct {
	Name string // "store", "journal", "sip", "draining"
	Well func(context.Context) error
}

// checkTime bounds all checks together: a load balancer asks every few seconds.
const checkTime = 3 * time.Second

type checked struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Message string `json:"message,omitempty"`
}

type readiness struct {
	Status string    `json:"status"` // ready, or not_ready
	Checks []checked `json:"checks"`
}

// healthRoutes adds what supervisors and load balancers ask, outside /v1.
func (s *Server) healthRoutes() {
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ready := s.Ready(r.Context())
		status := http.StatusOK
		if ready.Status != "ready" {
			status = http.StatusServiceUnavailable
		}
		writeJSON(w, status, ready)
	})
}

// Ready asks all checks, and the store.
func (s *Server) Ready(ctx context.Context) readiness {
	ctx, done := context.WithTimeout(ctx, checkTime)
	defer done()
	all := readiness{Status: "ready"}
	for _, c := range append([]Check{{"store", s.reachable}}, s.cfg.Checks...) {
		result := checked{Name: c.Name, OK: true}
		if err := c.Well(ctx); err != nil {
			result.OK, result.Message = false, sentence(webtrunk.MessageOf(err, "the "+c.Name+" is not well; the log says more"))
			all.Status = "not_ready"
		}
		all.Checks = append(all.Checks, result)
	}
	return all
}

// reachable reads from the store.
func (s *Server) reachable(ctx context.Context) error {
	var one int
	if err := s.cfg.Store.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return &webtrunk.Error{Op: "ready", Kind: webtrunk.Unavailable, Message: "the database does not respond: check that it runs and that its disk is not full", Err: err}
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
