package api

func (s samples) media(m MediaStats) {
	s.gauge("webtrunk_media_ports", "Legs that sound may flow to and from.", float64(m.Ports))
	s.gauge("webtrunk_media_sockets_in_use", "Pairs of UDP ports in use by telephone legs.", float64(m.SocketsInUse))
	s.gauge("webtrunk_media_sockets", "Pairs of UDP ports that the configuration gives telephone legs.", float64(m.Sockets))
	for name, n := range map[string]uint64{"received": m.Received, "sent": m.Sent} {
		s.count("webtrunk_media_packets_total", "RTP packets from and to the parties.", n, "direction", name)
	}
	for what, n := range map[string]uint64{
		"lost": m.Lost, "recovered": m.Recovered, "concealed": m.Concealed, "late": m.Late, "too_late": m.TooLate,
		"duplicate": m.Duplicates, "dropped": m.Dropped, "foreign": m.Foreign, "suppressed": m.Suppressed,
		"forged": m.Forged, "unagreed": m.Unagreed, "ordered": m.Ordered, "stale": m.Stale, "aside": m.Aside, "looped": m.Looped,
	} {
		s.count("webtrunk_media_troubled_packets_total", "RTP packets that were lost, made up, late or of no use.", n, "trouble", what)
	}
	s.count("webtrunk_media_panics_total", "RTP packets, and ticks of phrases and conferences, that made the gateway fail, and were dropped.", m.Panics)
	s.gauge("webtrunk_media_paced", "Legs that are played to, and conferences.", float64(m.Paced))
	for outcome, n := range map[string]uint64{"run": m.Ticks, "dropped": m.TicksDropped} {
		s.count("webtrunk_media_ticks_total", "Ticks of 20 ms for what is played and mixed, by whether there was time for them.", n, "outcome", outcome)
	}
	for late, n := range map[string]uint64{"no": m.Slots - m.SlotsCaughtUp, "yes": m.SlotsCaughtUp} {
		s.count("webtrunk_media_slots_total", "Milliseconds of the clock in which something ran, by whether that was 20 ms late or more.", n, "late", late)
	}
	s.spread("webtrunk_media_lateness_seconds", "How late milliseconds of the clock began in which something ran.", m.Slots, m.Waited, m.Lateness)
	s.count("webtrunk_media_failed_taps_total", "Taps on a leg's sound, such as a recording's, that failed.", m.TapsFailed)
	s.count("webtrunk_media_digits_total", "Key presses heard as telephone-events.", m.Digits)
	s.count("webtrunk_media_hasty_digits_total", "Key presses that came faster than anybody presses, and were dropped.", m.Hasty)
	s.pictures(m.Pictures)
}

// pictures tells of what browsers see of each other.
func (s samples) pictures(p PictureStats) {
	s.gauge("webtrunk_video_streams", "Legs that send or see pictures.", float64(p.Streams))
	for direction, n := range map[string]uint64{"received": p.Received, "sent": p.Sent} {
		s.count("webtrunk_video_packets_total", "RTP packets of pictures that were passed on, from and to browsers.", n, "direction", direction)
	}
	for why, n := range map[string]uint64{"dropped": p.Dropped, "flooded": p.Flooded} {
		s.count("webtrunk_video_troubled_packets_total", "RTP packets of pictures that were dropped: nobody can see them, or they are more than their browser may send.", n, "trouble", why)
	}
	for what, n := range map[string]uint64{"refresh": p.Refreshed, "repeat": p.Repeated, "unsaid": p.Unsaid} {
		s.count("webtrunk_video_requests_total", "What browsers asked of each other: a full picture, packets again; and what was not passed on, for it was too much.", n, "request", what)
	}
}
