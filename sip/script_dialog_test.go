package sip

import (
	"time"

	"webtrunk/trunk"
)

// configureDialog takes the settings of scripts about what a dialog agrees on:
//
//	second=D          how long a second in a header lasts
//	timers=off        the trunk has no session timers
//	expires=D min=D   what it asks for, and accepts
//	reliable=R        its provisional responses: off, supported, required
//
// sound CODEC to ADDRESS waits until the leg's sound goes there, in that codec.
func configureDialog(cfg *Config, key, value string) bool {
	tr := &cfg.Network.Trunks[0]
	d, _ := time.ParseDuration(value)
	switch key {
	case "second":
		cfg.Timers.Second = d
	case "timers":
		tr.Sessions.Off = value == "off"
	case "expires":
		tr.Sessions.Expires = d
	case "min":
		tr.Sessions.MinSE = d
	case "reliable":
		tr.Reliable = trunk.Reliable(value)
	default:
		return false
	}
	return true
}

// sound waits until the leg's sound goes to an address in a codec.
func (p *player) sound(codec, to string) {
	p.t.Helper()
	l := legOf(p.leg)
	p.until("tuned to "+codec+" to "+to, func() bool {
		now := make(chan bool, 1)
		l.box.post(func() {
			now <- l.session.remote.String() == to && l.socket != nil && l.socket.Port().Format().Codec.String() == codec
		})
		return <-now
	})
}
