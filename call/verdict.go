package call

import "slices"

// A verdict says in one word why a party cannot be heard, or cannot hear. It is a
// Metric like the others: raised and cleared by the same events, shown where
// warnings are. Its value is 1 while it is raised.
const (
	NoPacketsFromBrowser Metric = "no_packets_from_browser"
	SilentMicrophone     Metric = "silent_microphone"
	MicrophoneMuted      Metric = "microphone_muted_by_system"
	CarrierSendsNothing  Metric = "carrier_sends_nothing"
	CarrierElsewhere     Metric = "carrier_sends_elsewhere"
	CodecNotAgreed       Metric = "codec_not_agreed"
	PathLost             Metric = "path_lost"
)

// Verdicts are all there are.
var Verdicts = []Metric{NoPacketsFromBrowser, SilentMicrophone, MicrophoneMuted, CarrierSendsNothing, CarrierElsewhere, CodecNotAgreed, PathLost}

// sentencesOf say for an operator what each verdict means, and the way out.
var sentencesOf = map[Metric]string{
	NoPacketsFromBrowser: "Nothing arrives from the browser: its network may let nothing out, or the page is asleep. Have them reload the page, or try another network.",
	SilentMicrophone:     "The browser sends silence: another microphone may be chosen, or its switch is off. Have them check the microphone in the browser's settings.",
	MicrophoneMuted:      "The device has muted the microphone: a key, a headset or another call did. Have them unmute it there.",
	CarrierSendsNothing:  "The carrier sends no sound. Check that the firewall lets its UDP in to the RTP ports, and that the address in our SDP is the public one.",
	CarrierElsewhere:     "The carrier sends its sound from an address that it has not announced, and it is dropped. Have it announce where it sends from, or check which NAT is in between.",
	CodecNotAgreed:       "What arrives is in a codec that was not agreed. Compare the codecs of both sides, and what the far side does after its answer.",
	PathLost:             "The path for sound is lost: nothing that is sent arrives. If it does not come back, have them call again from another network.",
}

// Explain says in a sentence what a verdict means, and what to do; empty for a
// metric that is none.
func Explain(m Metric) string { return sentencesOf[m] }

const (
	fewPackets = 5    // a tenth of a second's: fewer prove nothing
	allLost    = 0.99 // of what is sent, as the far end reports it
)

// verdict says what is wrong with a leg's sound between two samples, empty for
// nothing. It decides by what was seen all the time in between, and never of a
// leg that is meant to be silent.
func verdict(l Leg, before, now Quality, held bool) Metric {
	received, sent := now.Received-before.Received, now.Sent-before.Sent
	switch {
	case held || before.Muted || now.Muted || now == (Quality{}) || now.Received < before.Received || now.Sent < before.Sent: // nothing can be told
	case l.Lost && received == 0:
		return PathLost
	case received == 0:
		return unheard(l, before, now)
	case received >= fewPackets && now.Unagreed-before.Unagreed == received:
		return CodecNotAgreed
	case before.SystemMuted && now.SystemMuted:
		return MicrophoneMuted
	case l.Kind == WebRTC && now.Audible == 0 && now.Measured-before.Measured >= fewPackets:
		return SilentMicrophone
	case sent >= fewPackets && before.FarLoss >= allLost && now.FarLoss >= allLost:
		return PathLost
	}
	return ""
}

// unheard says why nothing came from a leg.
func unheard(l Leg, before, now Quality) Metric {
	switch {
	case now.Codec == "":
		return CodecNotAgreed
	case now.Resting:
		return ""
	case before.SystemMuted && now.SystemMuted:
		return MicrophoneMuted
	case l.Kind == WebRTC:
		return NoPacketsFromBrowser
	case now.Foreign-before.Foreign >= fewPackets && now.Foreign > before.Foreign:
		return CarrierElsewhere
	}
	return CarrierSendsNothing
}

// judged raises and clears a leg's verdict, and tells the pages in the call: the
// one that it is about what to do, the others why they hear nothing.
func (s *step) judged(in LegMeasured) {
	held := in.Held || s.c.silent(in.Leg) || len(s.c.legsWhere(func(l Leg) bool { return l.Held })) > 0
	found := verdict(*s.c.leg(in.Leg), in.Before, in.Now, held)
	for _, v := range Verdicts {
		warned := s.c.warned(in.Leg, v)
		switch {
		case warned && v != found:
			s.emit(QualityCleared{Leg: in.Leg, Metric: v})
			s.tellPages(in.Leg, v, false)
		case !warned && v == found:
			s.emit(QualityWarned{Leg: in.Leg, Metric: v, Value: 1})
			s.tellPages(in.Leg, v, true)
		}
	}
}

func (s *step) tellPages(about LegID, v Metric, raised bool) {
	for _, id := range s.c.legsWhere(func(l Leg) bool { return l.Kind == WebRTC && l.State == Connected }) {
		s.order(TellVerdict{Leg: id, About: about, Verdict: v, Raised: raised})
	}
}

// warned reports whether a leg's warning of a metric is raised.
func (c *Call) warned(id LegID, m Metric) bool {
	return slices.Contains(c.leg(id).Warned, m)
}
