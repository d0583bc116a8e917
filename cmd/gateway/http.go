package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A site serves the pages, the WebSocket and the health checks, and, where it
// is asked to, sends people from plain HTTP to HTTPS. Its ports are taken
// first of all and served last, when everything behind them runs.
type site struct {
	listener net.Listener
	redirect net.Listener // nil for none
	secure   *encryption  // nil for plain HTTP

	draining atomic.Bool
	servers  []*http.Server
	log      *slog.Logger

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // servers, and requests: also those that became WebSockets; grows under mu and not once closed
}

// openSite takes the ports.
func openSite(h HTTPConfig, secure *encryption, setting string, log *slog.Logger) (*site, error) {
	s := &site{secure: secure, log: log}
	var err error
	if s.listener, err = listenTCP(h.Listen, setting); err != nil {
		return nil, err
	}
	if secure != nil && h.Redirect != off && h.Redirect != "" {
		if s.redirect, err = listenTCP(h.Redirect, "http.redirect"); err != nil {
			s.listener.Close()
			return nil, err
		}
	}
	return s, nil
}

// serve begins to answer requests.
func (s *site) serve(h http.Handler) {
	listener := s.listener
	if s.secure != nil {
		config := s.secure.config.Clone()
		if len(config.NextProtos) == 0 {
			config.NextProtos = []string{"h2", "http/1.1"}
		}
		listener = tls.NewListener(listener, config)
	}
	s.start(s.counted(h), listener)
	if s.redirect != nil {
		s.start(s.secure.challenges(toHTTPS(s.listener.Addr())), s.redirect)
	}
}

// start runs one server. The times are what a slow network needs and no more,
// so that strangers cannot hold connections open for nothing.
func (s *site) start(h http.Handler, l net.Listener) {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), // strangers' broken handshakes
	}
	s.servers = append(s.servers, server)
	s.running.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("HTTP is no longer served", "address", l.Addr().String(), "error", err)
		}
	})
}

// counted lets wait know of requests that left the server's care by becoming
// WebSockets.
func (s *site) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			http.Error(w, "The gateway is stopping.", http.StatusServiceUnavailable)
			return
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		next.ServeHTTP(w, r)
	})
}

// addr is where the site listens.
func (s *site) addr() *net.TCPAddr { return s.listener.Addr().(*net.TCPAddr) }

// quit stops taking requests and gives those that run a moment to end. It does
// not wait for WebSockets; wait does.
func (s *site) quit() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for _, server := range s.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
	s.listener.Close() // also when nothing was served yet
	if s.redirect != nil {
		s.redirect.Close()
	}
}

// wait returns when every server and request has ended.
func (s *site) wait() { s.running.Wait() }

// toHTTPS sends people who typed http:// to the same page over HTTPS. What is
// posted is not repeated there: it has already crossed the network in the open.
func toHTTPS(at net.Addr) http.Handler {
	_, port, _ := net.SplitHostPort(at.String())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Use https://", http.StatusBadRequest)
			return
		}
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		host = strings.Trim(host, "[]")
		switch {
		case port != "443":
			host = net.JoinHostPort(host, port)
		case strings.Contains(host, ":"):
			host = "[" + host + "]"
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
}
