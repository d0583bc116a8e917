package e2e

import (
	"slices"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// How a transcript is played, where that is not simply as written.
type played struct {
	instead map[string][]string // events that come in the place of an event, none or several
	why     string              // and why

	noPorts     bool // all RTP ports are taken: no telephone can be dialled
	nobodyThere bool // no page is open
}

// gaveUp: the edge says of a page that hangs up before the answer what it did.
var gaveUp = played{
	instead: map[string][]string{"leg.left a cause=hangup": {"leg.left a cause=canceled"}},
	why:     "a page's edge knows that there was no answer yet and says that the caller gave up",
}

// plays are the transcripts whose features exist. Inputs that are wishes of
// the API (transfer, invite, ask, extend, hang_up without a leg) are handed to
// the switchboard as such; everything else is done by telephones and pages.
var plays = map[string]played{
	"api_hangs_up":                               {},
	"blind_transfer":                             {},
	"blind_transfer_agent_leaves":                {},
	"blind_transfer_agent_left_and_target_fails": {},
	"blind_transfer_fails":                       {},
	"browser_does_not_return":                    {},
	"browser_lost_for_good_while_ringing":        {},
	"browser_lost_while_ringing":                 {},
	"browser_returns":                            {},
	"busy":                                       {},
	"callback":                                   {},
	"callback_member_busy":                       {},
	"callback_member_gives_up":                   {},
	"callback_merchant_does_not_answer":          {},
	"callee_hangs_up":                            {},
	"caller_gives_up":                            gaveUp,
	"caller_hangs_up":                            {},
	"cancel_crosses_answer":                      gaveUp,
	"carrier_failed":                             {},
	"conference_not_possible":                    {},
	"conference_target_fails":                    {},
	"consult_caller_leaves":                      {},
	"consult_early_media":                        {},
	"consult_target_leaves":                      {},
	"consult_transfer_by_hanging_up":             {},
	"consult_transfer_canceled":                  {},
	"consult_transfer_canceled_while_ringing":    {},
	"consult_transfer_completed":                 {},
	"consult_transfer_completed_while_ringing":   {},
	"consult_transfer_failed":                    {},
	"credit_ends":                                {},
	"desk_vanishes":                              {},
	"early_media":                                {},
	"early_media_first":                          {},
	"empty_plan":                                 {},
	"empty_stage":                                {},
	"hang_up_while_invited_rings":                {},
	"hold_and_resume":                            {},
	"invited_and_everybody_leaves":               {},
	"invited_while_partner_leaves":               {},
	"longest":                                    {},
	"most_telling_failure":                       {},
	"no_answer":                                  {},
	"no_route":                                   {},
	"nothing_fits":                               gaveUp,
	"nothing_recorded":                           {},
	"parallel_first_answers":                     {},
	"parallel_targets":                           {},
	"prompt_cannot_play": {
		instead: map[string][]string{"call.order_failed b order=Dtmf": nil},
		why:     "a telephone that takes no telephone-events is sent INFO, so the edge can always send digits",
	},
	"queue": {
		instead: map[string][]string{
			"leg.added c webrtc callee browser:agent2 from=tel:+15550100101": {
				"leg.added c webrtc callee browser:agent2 from=tel:+15550100101", "leg.ringing c", "call.ringing",
			},
		},
		why: "an open page rings by itself; the transcript leaves out that the second agent's does",
	},
	"queue_gives_up":                 {},
	"queue_left":                     gaveUp,
	"refused":                        {},
	"rejected":                       {},
	"route_not_recorded":             {},
	"second_target_when_first_fails": {},
	"shutdown_while_ringing":         {},
	"telephone_holds":                {},
	"telephone_to_browser":           {},
	"telephone_to_nobody":            {nobodyThere: true},
	"transfer_caller_leaves":         {},
	"trunk_down":                     {noPorts: true},
	"unknown_number":                 {},
	"visitor_to_telephone":           {},
}

// notPlayed are the others, and why.
var notPlayed = map[string]string{
	"answer_not_recorded":             "only questions are refused their record here; the switchboard's tests refuse an answer's",
	"annotated":                       "a call's metadata is seen in its events alone",
	"caller_served_elsewhere":         "the simulated carrier's CANCEL gives no reason; the SIP edge's transcript in_cancel_answered.txt tells of one that does",
	"callback_to_nobody":              "a leg that is hung up as it answers is acknowledged by its edge, by whose tests that is told",
	"callback_with_trunk":             "there is one trunk here",
	"dialog_saved":                    "an edge's state is its own; the recovery's tests read it",
	"quality":                         "the sound on loopback does not get worse; the switchboard's tests measure it",
	"target_answer_not_recorded":      "only questions are refused their record here; the switchboard's tests refuse an answer's",
	"answer_fails":                    "no edge fails to tell its party: a page that has gone is lost, and a broken telephone leg ends",
	"callback_answered_during_phrase": "there are no phrases to play; prompt_cannot_play shows how that ends",
	"callback_with_phrase":            "there are no phrases to play; prompt_cannot_play shows how that ends",
	"conference":                      "media joins two; conference_not_possible shows how a third is let go",
	"late_bridge_failure":             "the switchboard reports a bridge's failure before anybody can leave",
	"no_common_codec":                 "media joins any two codecs that the edges negotiate",
	"node_lost":                       "recovery needs the store",
	"node_lost_during_everything":     "recovery needs the store",
	"node_lost_during_invitation":     "recovery needs the store",
	"node_lost_while_ringing":         "recovery needs the store",
	"prompt_collects_digits":          "there are no phrases to play; prompt_cannot_play shows how that ends",
	"prompt_only_plays":               "there are no phrases to play; prompt_cannot_play shows how that ends",
	"prompt_replaced":                 "there are no phrases to play; prompt_cannot_play shows how that ends",
	"prompt_sensitive":                "there are no phrases to play; prompt_cannot_play shows how that ends",
	"refer_in":                        "who a telephone hands its call on to is told by the SIP edge's transcripts, refer_*.txt",
	"refer_in_fails":                  "as refer_in",
	"refer_in_leaves":                 "as refer_in",
	"refer_in_replaces":               "as refer_in",
	"refer_out":                       "the simulated carrier makes no calls for others; the SIP edge's transcripts, refer_out*.txt, tell of one that does",
	"refer_out_caller_leaves":         "as refer_out",
	"refer_out_fails":                 "as refer_out",
	"refer_out_of_three":              "media joins two",
	"prompt_times_out":                "there are no phrases to play; prompt_cannot_play shows how that ends",
}

// TestTranscripts plays every transcript of package call with real parties:
// the call's events are those of the file, and each of its orders has its
// effect at the telephone or in the page.
func TestTranscripts(t *testing.T) {
	names := transcriptNames(t)
	for _, name := range names {
		how, played := plays[name]
		_, excused := notPlayed[name]
		if played == excused {
			t.Errorf("%s.txt must stand in one of the two tables: it is played, or there is a reason why it cannot be", name)
			continue
		}
		if played {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				play(t, name, how)
			})
		}
	}
	for name := range plays {
		if !slices.Contains(names, name) {
			t.Errorf("there is no transcript %s.txt", name)
		}
	}
	for name := range notPlayed {
		if !slices.Contains(names, name) {
			t.Errorf("there is no transcript %s.txt", name)
		}
	}
}
