package api

import (
	"net/http"
)

func (s *Server) docsRoutes(document []byte) error {
	s.mux.HandleFunc("GET /docs", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	})
	return nil
}
