package main

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/load"
	"webtrunk/policy"
	"webtrunk/signaling"
	"webtrunk/trunk"
)

// A Config is everything that an operator can choose. It is read once, at the
// start; doc/gateway.sample.yaml explains each setting. The names in the file
// are the yaml tags.
type Config struct {
	Database        string            `yaml:"database"`
	Node            string            `yaml:"node"`
	HTTP            HTTPConfig        `yaml:"http"`
	PublicAddresses []netip.Addr      `yaml:"public_addresses"`
	Media           MediaConfig       `yaml:"media"`
	SIP             SIPConfig         `yaml:"sip"`
	Trunks          []trunk.Trunk     `yaml:"trunks"`
	Routes          []trunk.Route     `yaml:"routes"`
	TestCarrier     bool              `yaml:"test_carrier"` // so that test keys reach somebody
	References      []ReferenceConfig `yaml:"references"`
	Numbers         []NumberConfig    `yaml:"numbers"`
	Keys            []KeyConfig       `yaml:"keys"`
	Receivers       []ReceiverConfig  `yaml:"receivers"`
	ICEServers      []ICEServer       `yaml:"ice_servers"`
	Webhooks        WebhooksConfig    `yaml:"webhooks"`
	Metrics         MetricsConfig     `yaml:"metrics"`
	Limits          LimitsConfig      `yaml:"limits"`
	VoicePolicy     VoicePolicyConfig `yaml:"voice_policy"`
	Prompts         PromptsConfig     `yaml:"prompts"`
	Voicemail       VoicemailConfig   `yaml:"voicemail"`
	Recordings      RecordingsConfig  `yaml:"recordings"`
	Files           FilesConfig       `yaml:"files"`
	Payments        PaymentsConfig    `yaml:"payments"`
	Log             LogConfig         `yaml:"log"`
	DrainTimeout    time.Duration     `yaml:"drain_timeout"`
}

// HTTPConfig says where pages are served and what keeps them private: a
// certificate from files, one from an ACME authority, or a proxy in front.
type HTTPConfig struct {
	Listen         hostPort    `yaml:"listen"`
	PublicURL      string      `yaml:"public_url"` // how people reach the pages
	Redirect       hostPort    `yaml:"redirect"`   // plain HTTP that sends people to HTTPS; "off" for none
	Certificate    string      `yaml:"certificate"`
	Key            string      `yaml:"key"`
	ACME           *ACMEConfig `yaml:"acme"`
	TrustedProxies []network   `yaml:"trusted_proxies"`
}

// ACMEConfig asks an authority for certificates (RFC 8555).
type ACMEConfig struct {
	Hosts     []string `yaml:"hosts"`
	Email     string   `yaml:"email"`
	Cache     string   `yaml:"cache"`     // a directory that outlives the process
	Directory string   `yaml:"directory"` // the authority; empty means Let's Encrypt
}

// MediaConfig says where sound comes in.
type MediaConfig struct {
	Listen    netip.Addr  `yaml:"listen"`
	RTPPorts  portRange   `yaml:"rtp_ports"`  // two for each call with a telephone
	ICEListen netip.Addr  `yaml:"ice_listen"` // for browsers; Listen when left out
	ICEPort   uint16      `yaml:"ice_port"`   // UDP and TCP, for all browsers together
	Tones     string      `yaml:"tones"`      // the country whose tones callers hear; empty means us
	Video     VideoConfig `yaml:"video"`

	// Codec says what browsers are asked to speak; auto when left out.
	Codec signaling.CodecPolicy `yaml:"codec"`
}

// VideoConfig is about pictures between two browsers.
type VideoConfig struct {
	Off        bool    `yaml:"off"`
	MaxBitrate bitRate `yaml:"max_bitrate"` // of each page; 1500000 when left out
}

// bitrate is what a page may send; negative means no pictures.
func (v VideoConfig) bitrate() int {
	if v.Off {
		return -1
	}
	return int(v.MaxBitrate)
}

// SIPConfig says where the trunks' SIP comes in.
type SIPConfig struct {
	Listen    netip.AddrPort `yaml:"listen"`     // UDP
	ListenTCP netip.AddrPort `yaml:"listen_tcp"` // none when left out
	ListenTLS netip.AddrPort `yaml:"listen_tls"` // likewise
	TLS       *SIPTLSConfig  `yaml:"tls"`        // for ListenTLS
	Domain    string         `yaml:"domain"`     // ours, in SIP addresses of references
}

// SIPTLSConfig is the certificate that carriers see which connect to us.
type SIPTLSConfig struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// ReferenceConfig is a public name for a hidden contact.
type ReferenceConfig struct {
	Name   string           `yaml:"reference"`
	Target webtrunk.Address `yaml:"target"`
}

// NumberConfig leads a number of the operator's, or a block, to a reference.
type NumberConfig struct {
	Number    directory.DDI `yaml:"number"` // with * at its end a block
	Reference string        `yaml:"reference"`
}

// KeyConfig is what the pages of some sites may do.
type KeyConfig struct {
	Key          string                  `yaml:"key"`
	Origins      []directory.Origin      `yaml:"origins"`
	Destinations []directory.Destination `yaml:"destinations"`
	Metadata     []string                `yaml:"metadata"`
}

// ReceiverConfig is a person who is called in a browser.
type ReceiverConfig struct {
	Name  string `yaml:"name"`
	Token string `yaml:"token"`
}

// An ICEServer is a STUN or TURN server that pages are told to use.
type ICEServer struct {
	URLs       []string `yaml:"urls"`
	Username   string   `yaml:"username"`
	Credential string   `yaml:"credential"`
}

// WebhooksConfig says where webhooks may go beside public HTTPS addresses.
type WebhooksConfig struct {
	AllowNetworks []network `yaml:"allow_networks"`
	AllowHTTP     bool      `yaml:"allow_http"`
}

// MetricsConfig says where Prometheus reads.
type MetricsConfig struct {
	Listen hostPort `yaml:"listen"` // or "off"
}

// LimitsConfig keeps one gateway from more than it can carry.
type LimitsConfig struct {
	Calls       int           `yaml:"calls"`        // at once
	RingTime    time.Duration `yaml:"ring_time"`    // before another target is tried, or the call ends
	LongestCall time.Duration `yaml:"longest_call"` // from the answer

	CPU      float64       `yaml:"cpu"`      // share of what the gateway may use, beyond which calls are refused; 0 for none
	Lateness time.Duration `yaml:"lateness"` // of packets, likewise
}

// LogConfig says what is logged, and how.
type LogConfig struct {
	Format string `yaml:"format"` // text or json
	Level  string `yaml:"level"`  // debug, info, warn or error
}

// defaultConfig returns what is used where the file says nothing.
func defaultConfig() Config {
	return Config{
		Database:    "sqlite:webtrunk.db",
		Node:        "gateway",
		TestCarrier: true,
		Metrics:     MetricsConfig{Listen: "127.0.0.1:9464"},

		Media: MediaConfig{Listen: netip.IPv4Unspecified(), RTPPorts: portRange{20000, 29999}, ICEPort: 10000},
		SIP:   SIPConfig{Listen: netip.AddrPortFrom(netip.IPv4Unspecified(), 5060)},
		Limits: LimitsConfig{
			Calls:       200,
			RingTime:    call.DefaultRingTime,
			LongestCall: call.DefaultLongest,
			CPU:         load.DefaultCPU,
			Lateness:    load.DefaultLateness,
		},
		VoicePolicy:  VoicePolicyConfig{Limits: policy.UsualLimits()},
		Log:          LogConfig{Format: "text", Level: "info"},
		DrainTimeout: 5 * time.Minute,
	}
}

// fillIn gives what the file left out and what depends on other settings.
func (c *Config) fillIn() {
	h := &c.HTTP
	switch {
	case h.Listen != "":
	case h.secure():
		h.Listen = ":443"
	default:
		h.Listen = "127.0.0.1:8080"
	}
	if h.Redirect == "" {
		h.Redirect = off
		if h.secure() {
			h.Redirect = ":80"
		}
	}
	c.Media.Codec = cmp.Or(c.Media.Codec, signaling.CodecAuto)
	if !c.Media.ICEListen.IsValid() {
		c.Media.ICEListen = c.Media.Listen
	}
}

// secure reports whether the pages are served over HTTPS by us.
func (h HTTPConfig) secure() bool { return h.Certificate != "" || h.ACME != nil }

// origin is where people open the pages; empty where only the proxy in front
// or whoever made the certificate knows.
func (h HTTPConfig) origin() string {
	if h.PublicURL != "" {
		return h.PublicURL
	}
	if h.ACME == nil || len(h.ACME.Hosts) == 0 {
		return ""
	}
	return "https://" + h.ACME.Hosts[0]
}

// network is what the configuration says of trunks and routes.
func (c Config) network() trunk.Network { return trunk.Network{Trunks: c.Trunks, Routes: c.Routes} }

// contents returns what the directory holds by the configuration.
func (c Config) contents() directory.Contents {
	var d directory.Contents
	for _, r := range c.References {
		d.References = append(d.References, directory.NewReference{ID: r.Name, Target: r.Target})
	}
	for _, n := range c.Numbers {
		d.Numbers = append(d.Numbers, directory.NewNumber{Number: n.Number, Reference: n.Reference})
	}
	for _, k := range c.Keys {
		d.Widgets = append(d.Widgets, directory.NewWidget{Key: k.Key, Origins: k.Origins,
			Destinations: k.Destinations, Metadata: slices.Clone(k.Metadata)})
	}
	for _, r := range c.Receivers {
		d.Receivers = append(d.Receivers, directory.Receiver{Token: r.Token, Name: r.Name})
	}
	return d
}
