package sip

import "time"

// Timers bounds everything that waits. They are fields so that tests shorten
// them; a zero field takes the value of RFC 3261 §17 (table 4) or the one
// given beside it. The retransmissions inside a transaction are the library's
// and keep its own T1 of 500 ms.
type Timers struct {
	T1 time.Duration // round trip, 500 ms: first repetition of our 200
	T2 time.Duration // 4 s: longest pause between repetitions of our 200

	// B is 16*T1, 8 s: an INVITE without any response is unreachable. The RFC's
	// 64*T1 allows for many proxies in a row; a trunk's own answers 100 at once
	// (§16.2), and a caller should not hear silence for half a minute. A 2xx
	// that comes later is still hung up.
	B time.Duration
	// Slow is 12 s: a carrier that has said no more than 100 by then is passed
	// over where there is another. It is longer than most networks take to find
	// a telephone, and shorter than callers wait in silence.
	Slow time.Duration

	F time.Duration // 64*T1: another request without a final response is given up
	H time.Duration // 64*T1: a 200 without its ACK is hung up (§13.3.1.4)

	// Record is 32*T1, 16 s: an answer that is not on record by then is hung
	// up. The far side would do so after 64*T1 without an ACK.
	Record time.Duration

	Ring    time.Duration // 3 min: how long an INVITE may ring either way (Timer C, §16.6)
	Refresh time.Duration // 1 min: a provisional response is repeated for proxies (§13.3.1.1)
	Linger  time.Duration // 64*T1: late 2xx are still hung up (§13.2.2.4)

	// Silence is 1 min: a leg that is up, not on hold, and sends neither sound
	// nor reports has lost its network. RTCP comes every 5 s (RFC 3550 §6.2),
	// silence suppression repeats its noise within seconds, and media relays
	// give a call up after a minute too. Negative means never.
	Silence time.Duration

	// A re-INVITE that met one of the far side waits this long and up to
	// twice as long: 2.1 to 4 s where we made the Call-ID, else up to 2 s
	// (§14.1).
	GlareOurs, GlareTheirs time.Duration

	// Second is how long one second lasts where a header names them:
	// Session-Expires, Min-SE, Retry-After.
	Second time.Duration

	// Leave is 5 s: a party that handed the call on, and knows that the target
	// was reached, hangs up by itself (RFC 5589 §6.1); after this we do.
	Leave time.Duration

	Probe        time.Duration // 5 s: OPTIONS goes out again after one that failed, later and later
	Register     time.Duration // 30 s: after a registration that failed, twice as long each time (RFC 5626 §4.5)
	RegisterMost time.Duration // 30 min: and no longer

	Pass  time.Duration // 5 s: a request whose transaction is not there by then has lost its connection
	Close time.Duration // 5 s: Close waits this long for BYEs to be answered

	// Of connections over TCP and TLS, and of names.
	Connect   time.Duration // 4 s: to connect to a trunk and agree on TLS
	Handshake time.Duration // 5 s: for a peer that connects to agree on TLS
	Message   time.Duration // 10 s: from the first byte of a message to its last
	Idle      time.Duration // 10 min: between messages
	Write     time.Duration // 5 s: for a peer to take a message
	Lookup    time.Duration // 5 s: for DNS to answer
	Resolve   time.Duration // 1 min: between questions for the same name
	PassOver  time.Duration // 30 s: an address that failed comes last
}

func (t Timers) withDefaults() Timers {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&t.T1, 500*time.Millisecond)
	set(&t.T2, 4*time.Second)
	set(&t.B, 16*t.T1)
	set(&t.Slow, 12*time.Second)
	set(&t.F, 64*t.T1)
	set(&t.H, 64*t.T1)
	set(&t.Record, 32*t.T1)
	set(&t.Ring, 3*time.Minute)
	set(&t.Refresh, time.Minute)
	set(&t.Linger, 64*t.T1)
	set(&t.Silence, time.Minute)
	set(&t.GlareOurs, 2100*time.Millisecond)
	set(&t.GlareTheirs, time.Second)
	set(&t.Second, time.Second)
	set(&t.Leave, 5*time.Second)
	set(&t.Probe, 5*time.Second)
	set(&t.Register, 30*time.Second)
	set(&t.RegisterMost, 30*time.Minute)
	set(&t.Pass, 5*time.Second)
	set(&t.Close, 5*time.Second)
	set(&t.Connect, 4*time.Second)
	set(&t.Handshake, 5*time.Second)
	set(&t.Message, 10*time.Second)
	set(&t.Idle, 10*time.Minute)
	set(&t.Write, 5*time.Second)
	set(&t.Lookup, 5*time.Second)
	set(&t.Resolve, time.Minute)
	set(&t.PassOver, 30*time.Second)
	return t
}
