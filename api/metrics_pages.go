package api

func (s samples) pages(p PageStats) {
	s.gauge("webtrunk_page_sockets", "WebSockets of pages that are open.", float64(p.Sockets))
	s.gauge("webtrunk_page_sessions", "Sessions of pages, those within their grace among them.", float64(p.Sessions))
	s.gauge("webtrunk_page_legs", "Legs of pages that ring or talk.", float64(p.Legs))
	s.gauge("webtrunk_page_probes", "Pages that probe their network before a call.", float64(p.Probes))
	for what, n := range map[string]uint64{"origin": p.RefusedOrigins, "socket": p.RefusedSockets, "hello": p.RefusedHellos, "message": p.RefusedMessages} {
		s.count("webtrunk_page_refused_total", "What pages were refused.", n, "what", what)
	}
	for what, n := range map[string]uint64{"resumed": p.Resumed, "revoked": p.Revoked, "cut": p.Cut} {
		s.count("webtrunk_page_sessions_total", "Sessions taken up again, revoked, or cut for flooding or slow reading.", n, "outcome", what)
	}
	s.count("webtrunk_page_panics_total", "Messages and packets of pages that made the gateway fail, and were dropped.", p.Panics)
	s.transports(p)
}

// transports tells of the port on which all browsers' media arrives.
func (s samples) transports(p PageStats) {
	s.gauge("webtrunk_page_transports", "Transports of pages in calls of sound alone, and of probes.", float64(p.Transports))
	s.count("webtrunk_page_forged_packets_total", "Packets from a page's address that its keys do not prove.", p.Forged)
	s.count("webtrunk_page_evicted_ways_total", "Addresses of pages that made room for others: many mean that overheard checks are sent again.", p.Evicted)
	for outcome, n := range map[string]uint64{"handed_on": p.Strange, "lost": p.Missed} {
		s.count("webtrunk_page_other_packets_total", "Packets on the port for browsers' media that are of no call of sound alone: those of calls with pictures, and strangers'.", n, "outcome", outcome)
	}
}
