package carrier

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"
)

// Config says what kind of telephone company to be. The zero value is a
// working one on an ephemeral loopback port that lets everybody in.
type Config struct {
	// Addr is where SIP is spoken, UDP; "127.0.0.1:0" when empty. RTP uses
	// the same address and ports of its own.
	Addr string

	// Gateway is where calls that the carrier originates go. It may be left
	// out when none do, and set later by [Carrier.SetGateway].
	Gateway netip.AddrPort

	// Username and Password, when set, make every INVITE that opens a call
	// prove itself by digest (407). ChallengeAll asks the same of requests
	// inside a call. Algorithms are offered in order: "SHA-256" and "MD5"
	// when empty. A nonce is good for NonceUses requests, then it is stale;
	// zero means that it never is.
	Username, Password string
	ChallengeAll       bool
	Algorithms         []string
	NonceUses          int

	// Codecs is what the carrier understands, in the order in which it
	// offers: "PCMU", "PCMA" and "telephone-event" when empty. It can be told
	// to speak "G722" too. In an answer the offerer's order decides.
	Codecs []string

	// Numbers are added to the built-in ones, or replace them.
	Numbers []Number

	// MaxCalls is how many calls may be open; one more is refused with 503
	// and Retry-After. Zero means no limit.
	MaxCalls int

	// Session is the session timer that the carrier wants.
	Session SessionTimer

	// Impairment spoils the RTP of every call, Signalling the SIP.
	Impairment Impairment
	Signalling Impairment

	// OnMessage, when set, is told of every SIP datagram in or out, in
	// order, before it is parsed or after it is sent. It runs on the
	// signalling loop: it must not block, call the carrier or keep raw.
	OnMessage func(dir Direction, peer netip.AddrPort, raw []byte)

	// OnRTP, when set, is told of every RTP packet as it comes and as it is
	// sent, on the goroutines of the calls' sound: it must not block, call the
	// carrier or keep raw.
	OnRTP func(dir Direction, raw []byte)

	// T1, T2 and T4 are the timers of RFC 3261 §17, from which all others
	// follow: 500 ms, 4 s and 5 s when zero.
	T1, T2, T4 time.Duration

	// RingLimit is how long a telephone rings before the carrier gives up
	// with 480; three minutes when zero.
	RingLimit time.Duration

	// ScriptSecond is how long a second lasts for behaviours that pause
	// ("hang up after five seconds"); one second when zero. It does not
	// change the pace of sound.
	ScriptSecond time.Duration

	// RTCPInterval is the time between RTCP reports; 5 s when zero.
	RTCPInterval time.Duration

	// Drain is how long a call's RTP port stays open after the call has
	// ended, to catch and count what still comes; 200 ms when zero.
	Drain time.Duration

	// HeardLimit is how much of each call's sound [Call.Heard] keeps, from
	// its beginning; one minute when zero, nothing when negative.
	HeardLimit time.Duration

	// History is how many ended calls are remembered; 1000 when zero.
	History int

	// Log takes the carrier's few log lines; nil discards them.
	Log *slog.Logger
}

// Impairment is what a bad network does to packets, each way. The zero value
// does nothing.
type Impairment struct {
	// DropPercent is how many packets in a hundred are lost.
	DropPercent float64
	// Delay holds each packet back; Jitter adds up to that much more,
	// evenly spread, so packets can overtake one another.
	Delay, Jitter time.Duration
	// PayloadType is what our packets say that they are, whatever was agreed: a
	// telephone that changes its codec and tells nobody. Zero keeps what was agreed.
	PayloadType uint8
	// Seed makes the losses repeat from run to run; zero picks one.
	Seed uint64
}

// withDefaults fills what was left out and refuses what cannot work.
func (cfg Config) withDefaults() (Config, error) {
	setDefault(&cfg.Addr, "127.0.0.1:0")
	setDefault(&cfg.T1, 500*time.Millisecond)
	setDefault(&cfg.T2, 4*time.Second)
	setDefault(&cfg.T4, 5*time.Second)
	setDefault(&cfg.RingLimit, 3*time.Minute)
	setDefault(&cfg.ScriptSecond, time.Second)
	setDefault(&cfg.RTCPInterval, 5*time.Second)
	setDefault(&cfg.Drain, 200*time.Millisecond)
	setDefault(&cfg.HeardLimit, time.Minute)
	setDefault(&cfg.History, 1000)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if len(cfg.Codecs) == 0 {
		cfg.Codecs = []string{"PCMU", "PCMA", telephoneEvent}
	}
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []string{"SHA-256", "MD5"}
	}
	return cfg, cfg.validate()
}

func (cfg Config) validate() error {
	if s := cfg.Session; s.Interval != 0 && (s.Interval < time.Second || s.Interval%time.Second != 0) || s.By != "" && s.By != Us && s.By != Them {
		return fmt.Errorf("a session interval of %v, refreshed by %q: whole seconds, and Us or Them", s.Interval, s.By)
	}
	sound := 0
	for _, name := range cfg.Codecs {
		f, ok := formatByName(name)
		if !ok {
			return fmt.Errorf("codec %q is not one of PCMU, PCMA, G722, telephone-event", name)
		}
		if f.sound() {
			sound++
		}
	}
	if sound == 0 {
		return errors.New("no codec that carries sound")
	}
	for _, a := range cfg.Algorithms {
		if digestHash(a) == nil {
			return fmt.Errorf("digest algorithm %q is not one of SHA-256, MD5", a)
		}
	}
	for _, n := range cfg.Numbers {
		if n.Behaviour == nil {
			return fmt.Errorf("number %s has no behaviour", n.Number)
		}
	}
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
