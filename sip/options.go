package sip

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// An option is an extension of SIP that both ends have to know before one of
// them uses it (RFC 3261 §19.2).
const (
	timerOption     = "timer"      // session timers, RFC 4028
	reliableOption  = "100rel"     // reliable provisional responses, RFC 3262
	silentReferring = "norefersub" // a REFER without a subscription, RFC 4488
)

// options are the extensions that we know and that the trunk is to be told of.
func (n *line) options() []string {
	var all []string
	if n.Reliable != trunk.ReliableOff {
		all = append(all, reliableOption)
	}
	if !n.Sessions.Off {
		all = append(all, timerOption)
	}
	if n.Refer {
		all = append(all, silentReferring, replacesOption)
	}
	return all
}

// supported says in what we send which options we know (§20.37); nil where
// there are none.
func supported(options []string) sip.Header {
	if len(options) == 0 {
		return nil
	}
	return sip.NewHeader("Supported", strings.Join(options, ", "))
}

// options are those of all lines together: what we answer when nobody can know
// which line is meant.
func (e *Edge) options() []string {
	var all []string
	for _, n := range e.lines() {
		for _, o := range n.options() {
			if !slices.Contains(all, o) {
				all = append(all, o)
			}
		}
	}
	return all
}

// supports reports whether who wrote msg knows an option: it says so, or wants
// it of us.
func supports(msg sip.Message, option string) bool {
	return slices.ContainsFunc([]string{"Supported", "k", "Require"}, func(header string) bool {
		return listed(msg, header, option)
	})
}

// requires reports whether msg is to be understood by who knows an option only.
func requires(msg sip.Message, option string) bool { return listed(msg, "Require", option) }

func listed(msg sip.Message, header, element string) bool {
	return slices.ContainsFunc(values(msg, header), func(v string) bool { return strings.EqualFold(v, element) })
}

// takes reports whether who wrote msg lists a method in its Allow, and known
// whether it has one (§20.5).
func takes(msg sip.Message, m sip.RequestMethod) (takes, known bool) {
	return listed(msg, "Allow", string(m)), len(msg.GetHeaders("Allow")) > 0
}
