package sip

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// What scripts say about the life of trunks. With "config trunks=2" there is
// another trunk, called second, and a peer behind it:
//
//	<2, >2                    as < and >, at the second peer
//	changed TRUNK up|down     the edge tells this of a trunk next
//	state TRUNK STATUS        the trunk fares so, sooner or later
//	network NAME ...          the edge gets a network of these trunks alone
//	refused NUMBER WORDS      a call to a number is refused, in a sentence with these words
//	close                     the gateway is told to stop
//
// and keys of config: noanswer, slow, probe, keepalive and register (durations), calls, persecond, and
// full: how long to wait is said to all but the first who call.

// A side is a peer as the player knows it.
type side struct {
	*wire
	last, sent  map[string]raw
	established raw
}

// across has f happen at the second peer.
func (p *player) across(f func()) {
	if p.second.wire == nil {
		p.fatal("there is no second peer")
	}
	swap := func() {
		here := side{p.wire, p.last, p.sent, p.established}
		p.wire, p.last, p.sent, p.established = p.second.wire, p.second.last, p.second.sent, p.second.established
		p.second = here
	}
	p.second.wire.edge = p.wire.edge
	swap()
	defer swap()
	f()
}

func (p *player) playLife(s step) bool {
	switch s.words[0] {
	case "<2":
		p.across(func() { p.expect(s.words[1:]) })
	case ">2":
		p.across(func() { p.say(s.words[1:]) })
	case "changed":
		select {
		case c := <-p.changes:
			if c.Trunk != s.words[1] || c.Up != (s.words[2] == "up") || !strings.Contains(c.Reason, strings.Join(s.words[3:], " ")) {
				p.fatal("told %+v", c)
			}
		case <-time.After(patience):
			p.fatal("nothing is told")
		}
	case "state":
		p.until("state", func() bool { return string(p.state(s.words[1]).Status) == s.words[2] })
	case "refused":
		l := call.Leg{ID: 2, Call: "call_test", Kind: call.PSTN, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: s.words[1]}}
		_, err := p.edge.Dial(p.t.Context(), l, func(call.Input) {})
		if says := strings.Join(s.words[2:], " "); err == nil || !strings.Contains(webtrunk.MessageOf(err, ""), says) {
			p.fatal("dialled: %v", err)
		}
	case "close":
		go p.edge.Close()
	case "network":
		n := trunk.Network{}
		for _, t := range p.cfg.Network.Trunks {
			if slices.Contains(s.words[1:], t.Name) {
				n.Trunks = append(n.Trunks, t)
			}
		}
		if err := p.edge.SetNetwork(n); err != nil {
			p.fatal("%v", err)
		}
	default:
		return false
	}
	return true
}

func (p *player) state(name string) trunk.State {
	for _, t := range p.edge.Stats().Trunks {
		if t.Name == name {
			return t.State
		}
	}
	return trunk.State{}
}

func (p *player) configureLife(cfg *Config, key, value string) bool {
	first := &cfg.Network.Trunks[0]
	d, _ := time.ParseDuration(value)
	switch key {
	case "trunks":
		p.second = side{wire: newWire(p.t, "127.0.0.3:0"), last: map[string]raw{}, sent: map[string]raw{}}
		other := *first
		other.Name, other.Proxy = "second", p.second.addr().String()
		cfg.Network.Trunks = append(cfg.Network.Trunks, other)
	case "noanswer":
		first.NoAnswerAfter = d
	case "probe":
		first.Keepalive, cfg.Timers.Probe = 0, d
	case "register":
		first.Register, cfg.Timers.Register = &trunk.Registration{}, d
	case "slow":
		cfg.Timers.Slow = d
	case "full": // from the second call on
		asked := false
		cfg.Full = func() error {
			if !asked {
				asked = true
				return nil
			}
			return &webtrunk.Error{Op: "full", Kind: webtrunk.Unavailable, Retry: d}
		}
	case "calls":
		first.Limits.Calls, _ = strconv.Atoi(value)
	case "persecond":
		first.Limits.PerSecond, _ = strconv.ParseFloat(value, 64)
	default:
		return false
	}
	return true
}

// quietSecond checks that the second peer is told nothing more.
func (p *player) quietSecond() {
	if p.second.wire == nil {
		return
	}
	p.across(func() {
		for {
			m, repeated, ok := p.receive(time.Millisecond)
			if !ok {
				return
			}
			if !repeated {
				p.fatal("the edge says more to the second peer, which has said %s:\n%s", strings.Join(slices.Sorted(maps.Keys(p.sent)), " "), m.bytes)
			}
		}
	})
}

// legOf returns the leg that carries a call now.
func legOf(l switchboard.Leg) *leg {
	if h, dialled := l.(*hunt); dialled {
		return h.at.Load()
	}
	return l.(*seat).at.Load()
}
