package signaling

import (
	"cmp"
	"log/slog"
	"net/netip"
	"time"

	"webtrunk"
	"webtrunk/transcode"
)

// A Config says how the gateway serves pages. Auth must be set; every other
// field has a useful zero value.
type Config struct {
	Auth Authenticator

	// Media is where browsers' media arrives: one UDP and one TCP port of the
	// same number. The zero value is 127.0.0.1 and a free port.
	Media netip.AddrPort
	// PublicIPs replace the local addresses in our candidates, for a gateway
	// behind a NAT that maps each of them one to one.
	PublicIPs  []netip.Addr
	ICEServers []ICEServer // STUN and TURN for the browser
	// VideoBitrate is how many bits per second of pictures a page may send to
	// another page; zero means 1,500,000, and less than zero no pictures.
	VideoBitrate int
	Codecs       []transcode.Codec // in order of preference; empty means what Codec prefers

	// Codec says what pages are asked to speak, at first and in running calls;
	// empty means CodecAuto.
	Codec CodecPolicy
	// Loaded reports whether the node carries so much that calls should cost
	// less where they can; nil means never. It is asked once a second.
	Loaded func() bool

	// Full says why no new call is taken at the moment, or nil. It is asked
	// before anything is made of a page's call that is rightly written, and may
	// hold that page up for a moment, until there is time for its call. May be nil.
	Full func() error

	// Here is told that a page is open, or no more, which is called at an address: as
	// often open as closed. It must not block. May be nil.
	Here func(a webtrunk.Address, open bool)

	// Rooms are what pages in a call share beside their sound. May be nil.
	Rooms Rooms

	// Bills are what calls cost. May be nil: nothing.
	Bills Bills

	// Charges are what is sold in calls. May be nil: nothing.
	Charges Charges

	// Letters keep what visitors write when nobody is there. May be nil.
	Letters Letters

	// PeerConnections gives every page a PeerConnection, also those whose
	// sound alone a leaner transport could carry: to compare, or to fall back.
	PeerConnections bool

	// TrustedProxies may name the page's address in X-Forwarded-For.
	TrustedProxies []netip.Prefix

	Log    *slog.Logger
	Limits Limits
}

// An ICEServer is as RTCConfiguration.iceServers has it.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// Limits bound what pages can take of the gateway. A zero field is replaced
// by the default beside it.
type Limits struct {
	Grace      time.Duration // 30 s: how long a lost page keeps its session and call
	Hello      time.Duration // 5 s: from the handshake to the first message
	Connect    time.Duration // 15 s: from an answer to a sound path
	Idle       time.Duration // 30 s: how long a page may be silent; pings go out three times as often
	Recheck    time.Duration // 3 s: how often it is asked whether pages' grants still hold
	Vanish     time.Duration // 7 s: how long ICE may hear nothing of the page
	Sessions   int           // 10000 in all
	PerAddress int           // 100 sockets, and as many sessions, of one address (IPv6: one /64)
	Pause      time.Duration // 20 s: the least between two changes of what a running call speaks
	Legs       int           // 2000 media legs in all
	Probes     int           // 100 probes of pages' networks at once, in all
	Probe      time.Duration // 15 s: how long one lasts at most
	Messages   float64       // 20 a second of one page, in bursts of three times as many
	Errors     float64       // 0.25 a second of one page, in bursts of 16
	History    int           // 256 messages kept for a page that returns
	Queue      int           // 64 messages that a page may be slow to read
}

func (l Limits) withDefaults() Limits {
	l.Grace = cmp.Or(l.Grace, 30*time.Second)
	l.Hello = cmp.Or(l.Hello, 5*time.Second)
	l.Connect = cmp.Or(l.Connect, 15*time.Second)
	l.Idle = cmp.Or(l.Idle, 30*time.Second)
	l.Recheck = cmp.Or(l.Recheck, 3*time.Second)
	l.Vanish = cmp.Or(l.Vanish, 7*time.Second)
	l.Sessions = cmp.Or(l.Sessions, 10000)
	l.PerAddress = cmp.Or(l.PerAddress, 100)
	l.Pause = cmp.Or(l.Pause, 20*time.Second)
	l.Legs = cmp.Or(l.Legs, 2000)
	l.Probes = cmp.Or(l.Probes, 100)
	l.Probe = cmp.Or(l.Probe, 15*time.Second)
	l.Messages = cmp.Or(l.Messages, 20)
	l.Errors = cmp.Or(l.Errors, 0.25)
	l.History = cmp.Or(l.History, 256)
	l.Queue = cmp.Or(l.Queue, 64)
	return l
}

func (c Config) withDefaults() Config {
	if !c.Media.IsValid() {
		c.Media = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	}
	c.Codec = cmp.Or(c.Codec, CodecAuto)
	if c.Loaded == nil {
		c.Loaded = func() bool { return false }
	}
	if len(c.Codecs) == 0 {
		c.Codecs = c.Codec.codecs()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.ICEServers == nil {
		c.ICEServers = []ICEServer{}
	}
	c.VideoBitrate = cmp.Or(c.VideoBitrate, 1_500_000)
	c.Limits = c.Limits.withDefaults()
	return c
}
