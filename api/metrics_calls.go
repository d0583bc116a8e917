package api

import (
	"webtrunk/call"
	"webtrunk/trunk"
)

// statuses are the states of running calls: each is shown, also while no call
// is in it, so that a panel has a line and an alert a value.
var statuses = []call.Status{call.Authorizing, call.Queued, call.StatusRinging, call.InProgress}

// causes are why calls end. Each is shown from the start: a counter that appears
// with its first event hides that event from rate and increase.
var causes = []call.Cause{
	call.Hangup, call.Canceled, call.Busy, call.Rejected, call.NoAnswer, call.NotFound, call.Unreachable, call.NotAcceptable, call.Forbidden,
	call.Failed, call.ConnectionLost, call.CreditEnded, call.TooLong, call.Transferred, call.Callback, call.Voicemail, call.Unsupported, call.NodeLost, call.Shutdown,
}

func (s samples) calls(from Sources) {
	if from.Board != nil {
		b := from.Board()
		for _, status := range statuses {
			s.gauge("webtrunk_calls", "Running calls by status.", float64(b.Running[status]), "status", string(status))
		}
		for _, kind := range []call.Kind{call.WebRTC, call.PSTN, call.SIP} {
			s.gauge("webtrunk_legs", "Connected legs by kind.", float64(b.Legs[kind]), "kind", string(kind))
		}
		for _, cause := range causes {
			s.count("webtrunk_calls_ended_total", "Calls that have ended, by why.", b.Ended[cause], "reason", string(cause))
		}
		for _, v := range call.Verdicts {
			s.count("webtrunk_verdicts_total", "How often somebody in a call could not be heard, by why.", b.Verdicts[v], "verdict", string(v))
		}
		s.count("webtrunk_calls_refused_total", "Calls that were not begun: the gateway stops, or cannot record.", b.Refused)
	}
	if from.Recordings != nil {
		r := from.Recordings()
		s.gauge("webtrunk_recordings_running", "Calls that are being recorded.", float64(r.Running))
		for outcome, n := range map[string]int64{"kept": r.Kept, "failed": r.Failed} {
			s.count("webtrunk_recordings_total", "Recordings, by what came of them.", uint64(n), "outcome", outcome)
		}
	}
	if from.Policy != nil {
		for rule, n := range from.Policy() {
			s.count("webtrunk_policy_refused_total", "Calls that the voice policy or a limit has refused, by rule.", n, "rule", string(rule))
		}
	}
	if from.Journal != nil {
		j := from.Journal()
		s.gauge("webtrunk_journal_waiting_records", "Records of calls that are not durable yet.", float64(j.Waiting))
		s.gauge("webtrunk_journal_oldest_seconds", "How long the oldest of them has waited.", j.Oldest.Seconds())
		s.count("webtrunk_journal_failures_total", "Appends of call records that failed and were repeated.", j.Failures)
		s.count("webtrunk_journal_fenced_total", "Calls given up because they could no longer be recorded.", j.Fenced)
	}
}

func (s samples) sip(e SIPStats) {
	s.gauge("webtrunk_sip_legs", "SIP legs that are not finished.", float64(e.Legs))
	for direction, n := range map[string]uint64{"received": e.Received, "sent": e.Sent} {
		s.count("webtrunk_sip_messages_total", "SIP messages from and to trunks.", n, "direction", direction)
	}
	for why, n := range map[string]uint64{"stranger": e.Strangers, "oversize": e.Oversize, "malformed": e.Malformed, "stray": e.Stray} {
		s.count("webtrunk_sip_dropped_total", "Datagrams that were dropped, by why.", n, "reason", why)
	}
	s.count("webtrunk_sip_panics_total", "SIP messages that made the gateway fail, and were dropped.", e.Panics)
	for what, n := range map[string]uint64{"rescued": e.Rescued, "confirmed": e.Confirmed, "unsaved": e.Unsaved, "ghost": e.Ghosts} {
		s.count("webtrunk_sip_recovered_legs_total", "Legs of a process before this: hung up, confirmed by the far side, lost, or answered late.", n, "outcome", what)
	}
	for _, t := range e.Trunks {
		for outcome, n := range map[string]uint64{"answered": t.Answered, "refused": t.Refused, "failed": t.Failed} {
			s.count("webtrunk_trunk_dialled_total", "Calls over a trunk by how the INVITE ended: failed is 5xx or silence.", n, "trunk", t.Name, "outcome", outcome)
		}
		s.count("webtrunk_trunk_invites_total", "INVITEs over a trunk that opened a call, with those repeated for a challenge.", t.Invites, "trunk", t.Name)
		s.count("webtrunk_trunk_silent_total", "INVITEs that a trunk did not respond to at all.", t.Silent, "trunk", t.Name)
		s.count("webtrunk_trunk_limited_total", "Calls, either way, that a trunk did not carry because it was at its limit.", t.Limited, "trunk", t.Name)
		s.count("webtrunk_trunk_arrived_total", "Calls that a trunk brought.", t.Arrived, "trunk", t.Name)
		s.gauge("webtrunk_trunk_unheard_seconds", "How long ago a trunk was last heard; 0 if it never was.", ago(t.LastHeard), "trunk", t.Name)
		troubled := 0.0
		if t.LastFault.After(t.LastHeard) {
			troubled = 1
		}
		s.trunk(t)
		s.gauge("webtrunk_trunk_troubled", "1 while the newest that is known of a trunk is that it failed.", troubled, "trunk", t.Name)
	}
}

// trunk says how a trunk fares now.
func (s samples) trunk(t TrunkStats) {
	up := 1.0
	if t.State.Status == trunk.Down {
		up = 0
	}
	s.gauge("webtrunk_trunk_up", "1 while calls are sent over a trunk, 0 while it is passed over.", up, "trunk", t.Name)
	s.gauge("webtrunk_trunk_calls", "Calls over a trunk that are up, in both directions.", float64(t.State.Calls), "trunk", t.Name)
	s.gauge("webtrunk_trunk_round_trip_seconds", "To a trunk's carrier and back, by its last OPTIONS; 0 if there was none.", t.State.RoundTrip.Seconds(), "trunk", t.Name)
	s.gauge("webtrunk_trunk_registered_seconds", "For how long a trunk's registration still lasts; 0 if it has none.", left(t.State.Registered), "trunk", t.Name)
}
