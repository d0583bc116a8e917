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
	speechless  bool // the gateway has no phrases
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
	"alone":                                      {},
	"alone_does_not_answer":                      {},
	"alone_hangs_up":                             {},
	"callback":                                   {},
	"callback_in_vain_member_leaves":             {},
	"callback_in_vain_with_phrase":               {},
	"callback_answered_during_phrase":            {},
	"callback_member_busy":                       {},
	"callback_member_gives_up":                   {},
	"callback_merchant_does_not_answer":          {},
	"callback_to_closed_queue":                   {},
	"callback_to_queue":                          {},
	"callback_to_queue_in_vain":                  {},
	"callback_to_queue_with_phrase":              {},
	"callback_with_phrase":                       {},
	"callee_hangs_up":                            {},
	"caller_gives_up":                            gaveUp,
	"caller_hangs_up":                            {},
	"cancel_crosses_answer":                      gaveUp,
	"carrier_failed":                             {},
	"conference":                                 {},
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
		speechless: true,
		instead:    map[string][]string{"call.order_failed b order=Dtmf": nil},
		why:        "a telephone that takes no telephone-events is sent INFO, so the edge can always send digits",
	},
	"prompt_collects_digits": {},
	"prompt_only_plays":      {},
	"prompt_replaced":        {},
	"prompt_sensitive":       {},
	"prompt_times_out":       {},
	"queue": {
		instead: map[string][]string{
			"leg.added c webrtc callee browser:agent2 from=tel:+15550100101": {
				"leg.added c webrtc callee browser:agent2 from=tel:+15550100101", "leg.ringing c", "call.ringing",
			},
		},
		why: "an open page rings by itself; the transcript leaves out that the second agent's does",
	},
	"queue_gives_up": {},
	"queue_greeting_cut_short": {
		instead: map[string][]string{
			"leg.added b webrtc callee browser:agent1 from=tel:+15550100101": {"leg.added b webrtc callee browser:agent1 from=tel:+15550100101"},
		},
	},
	"queue_page_called_back": {
		instead: map[string][]string{
			"call.queued callback=true queue=support": {"call.queued queue=support"},
			"leg.left a cause=hangup":                 {"leg.left a cause=canceled"},
		},
		why: gaveUp.why + "; what a queue offers is the test's own",
	},
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
	"transfer_to_queue_answered":     {},
	"trunk_down":                     {noPorts: true},
	"unknown_number":                 {},
	"visitor_to_telephone":           {},
}

// notPlayed are the others, and why.
var notPlayed = map[string]string{
	"answer_not_recorded":                   "only questions are refused their record here; the switchboard's tests refuse an answer's",
	"annotated":                             "a call's metadata is seen in its events alone",
	"caller_served_elsewhere":               "the simulated carrier's CANCEL gives no reason; the SIP edge's transcript in_cancel_answered.txt tells of one that does",
	"callback_to_nobody":                    "a leg that is hung up as it answers is acknowledged by its edge, by whose tests that is told",
	"callback_with_trunk":                   "there is one trunk here",
	"dialog_saved":                          "an edge's state is its own; the recovery's tests read it",
	"quality":                               "the sound on loopback does not get worse; the switchboard's tests measure it",
	"target_answer_not_recorded":            "only questions are refused their record here; the switchboard's tests refuse an answer's",
	"answer_fails":                          "no edge fails to tell its party: a page that has gone is lost, and a broken telephone leg ends",
	"conference_not_possible":               "a conference has room for eight; the switchboard's tests tell of a ninth",
	"late_bridge_failure":                   "the switchboard reports a bridge's failure before anybody can leave",
	"no_common_codec":                       "media joins any two codecs that the edges negotiate",
	"consult_transfer_told":                 "what a page asks of a call and is told of it is in signaling's tests of handing over",
	"invite_told":                           "as consult_transfer_told",
	"supervisor":                            "who hears a supervisor is heard by the switchboard's tests",
	"partner_reconnects":                    "pages that are loaded again while others talk to them are in the gateway's own tests, in real browsers",
	"verdict":                               "what is wrong with the sound cannot be ordered here; the gateway's own tests break it on the wire",
	"queue_goodbye_unheard":                 "a desk's goodbye is told by the switchboard's tests, as are the next",
	"queue_greeting":                        "as queue_goodbye_unheard",
	"queue_moved":                           "as queue_goodbye_unheard",
	"queue_music_fails":                     "as queue_goodbye_unheard",
	"queue_no_callback":                     "as queue_goodbye_unheard",
	"queue_page":                            "as queue_goodbye_unheard",
	"queue_page_callback_refused":           "as queue_goodbye_unheard",
	"queue_callback_refused":                "as queue_goodbye_unheard",
	"voicemail_of_a_page_kept":              "as voicemail",
	"queue_place":                           "as queue_goodbye_unheard",
	"queue_place_in_our_language":           "as queue_goodbye_unheard",
	"queue_rescind":                         "as queue_goodbye_unheard",
	"closed":                                "what is said to who is turned away is told by the switchboard's tests",
	"closed_page":                           "as closed",
	"closed_unheard":                        "as closed",
	"recording_and_voicemail":               "as recording_page",
	"recording_announced":                   "as recording_page",
	"recording_announced_to_page":           "as recording_page",
	"recording_breaks":                      "as recording_page",
	"recording_declined":                    "as recording_page",
	"recording_does_not_begin":              "as recording_page",
	"recording_does_not_go_on":              "as recording_page",
	"recording_handed_on":                   "as recording_page",
	"recording_not_heard":                   "as recording_page",
	"recording_on_demand":                   "as recording_page",
	"recording_page":                        "what is recorded, and who is asked, is told by the gateway's own tests with real sound, and by the switchboard's",
	"recording_telephone_asked":             "as recording_page",
	"recording_telephone_silent":            "as recording_page",
	"recording_third":                       "as recording_page",
	"recording_pause_stays":                 "as recording_page",
	"recording_told_then_asked":             "as recording_page",
	"recording_told_while_moved":            "as recording_page",
	"recording_unasked":                     "as recording_page",
	"recording_until_a_queue":               "as recording_page",
	"recording_whisper":                     "as recording_page",
	"voicemail":                             "messages are recorded by the mailboxes' own tests, and their calls by the switchboard's",
	"voicemail_disk_fills_up":               "as voicemail",
	"voicemail_disk_full":                   "as voicemail",
	"voicemail_hash":                        "as voicemail",
	"voicemail_hung_up_in_greeting":         "as voicemail",
	"voicemail_never_kept":                  "as voicemail",
	"voicemail_node_lost":                   "as voicemail",
	"voicemail_node_lost_while_saving":      "as voicemail",
	"voicemail_of_a_page":                   "as voicemail",
	"voicemail_of_nobody":                   "as voicemail",
	"voicemail_shutdown":                    "as voicemail",
	"voicemail_silence":                     "as voicemail",
	"transfer_to_queue":                     "transfer_to_queue_answered tells it with real parties, and these what becomes of it within the call; a desk takes such a call up in the desk's own tests, and pages hand it on in signaling's",
	"consult_queue":                         "as transfer_to_queue",
	"consult_queue_completed_while_waiting": "as transfer_to_queue",
	"consult_queue_in_vain":                 "as transfer_to_queue",
	"consult_queue_telephone":               "as transfer_to_queue",
	"refer_out_to_queue":                    "as transfer_to_queue",
	"transfer_to_closed_queue":              "as transfer_to_queue",
	"transfer_to_queue_called_back":         "as transfer_to_queue",
	"transfer_to_queue_gives_up":            "as transfer_to_queue",
	"transfer_to_queue_left":                "as transfer_to_queue",
	"transfer_to_queue_moved":               "as transfer_to_queue",
	"transfer_to_queue_of_called":           "as transfer_to_queue",
	"transfer_to_queue_of_three":            "as transfer_to_queue",
	"transfer_to_queue_page":                "as transfer_to_queue",
	"transfer_to_queue_voicemail":           "as transfer_to_queue",
	"transfer_to_queue_waited_too_long":     "as transfer_to_queue",
	"transfer_while_asked":                  "that a phrase goes on is told by the call's own transcript",
	"queue_waited_too_long":                 "nobody waits for an hour here; the switchboard's tests do, in no time",
	"node_lost":                             "recovery needs the store",
	"node_lost_during_everything":           "recovery needs the store",
	"node_lost_during_invitation":           "recovery needs the store",
	"node_lost_in_transfer_to_queue":        "recovery needs the store",
	"node_lost_while_ringing":               "recovery needs the store",
	"written_queue":                         "who writes, and talks later, does so in the gateway's own tests, in real browsers; what pages send for it is in signaling's",
	"written_again":                         "as written_queue",
	"written_with_telephone":                "as written_queue",
	"written_supervisor_first":              "as written_queue",
	"written_closed":                        "as written_queue",
	"written_no_voicemail":                  "as written_queue",
	"written_recorded":                      "as written_queue",
	"written_supervisor":                    "as written_queue",
	"written_talks_while_waiting":           "as written_queue",
	"written_to_nobody":                     "as written_queue",
	"written_to_telephone":                  "as written_queue",
	"refer_in":                              "who a telephone hands its call on to is told by the SIP edge's transcripts, refer_*.txt",
	"refer_in_fails":                        "as refer_in",
	"refer_in_leaves":                       "as refer_in",
	"refer_in_replaces":                     "as refer_in",
	"refer_out":                             "the simulated carrier makes no calls for others; the SIP edge's transcripts, refer_out*.txt, tell of one that does",
	"refer_out_caller_leaves":               "as refer_out",
	"refer_out_fails":                       "as refer_out",
	"refer_out_of_three":                    "as refer_out",
}

// TestTranscripts plays every transcript of package call with real parties:
// the call's events are those of the file, and each of its orders has its
// effect at the telephone or in the page.
func TestTranscripts(t *testing.T) {
	names := transcriptNames(t)
	for i, name := range names {
		how, played := plays[name]
		_, excused := notPlayed[name]
		if played == excused {
			t.Errorf("%s.txt must stand in one of the two tables: it is played, or there is a reason why it cannot be", name)
			continue
		}
		if played && (!testing.Short() || i%3 == 0) { // what races in one races in its like
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
