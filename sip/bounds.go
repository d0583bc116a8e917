package sip

// Bounds keep what one peer can cost us within limits. They are fields so that
// tests lower them; a zero field takes the value given beside it. Strangers
// have no share in them: they are turned away before anything is counted out.
type Bounds struct {
	// Rate and Burst are the messages that one trusted address may send: 5,000
	// a second, which is 700 calls a second, and 10,000 at once. Datagrams
	// beyond them are dropped; a connection is read more slowly.
	Rate, Burst float64

	Sources     int // 4096: addresses whose rate is remembered; the one quiet longest is forgotten
	Connections int // 1024: connections that peers have opened, in all
	PerSource   int // 64: of those, from one address
	Links       int // 64: connections that we keep open for one trunk
}

func (b Bounds) withDefaults() Bounds {
	set := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	if b.Rate == 0 {
		b.Rate = 5000
	}
	if b.Burst == 0 {
		b.Burst = 10000
	}
	set(&b.Sources, 4096)
	set(&b.Connections, 1024)
	set(&b.PerSource, 64)
	set(&b.Links, 64)
	return b
}
