package signaling

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A code names what was wrong with a page's message, for programs.
type code string

const (
	codeBadMessage        code = "bad_message"
	codeTooLarge          code = "too_large"
	codeUnknownType       code = "unknown_type"
	codeNoHello           code = "no_hello"
	codeBadVersion        code = "bad_version"
	codeBadKey            code = "bad_key"
	codeBadOrigin         code = "bad_origin"
	codeBadToken          code = "bad_token"
	codeBadSDP            code = "bad_sdp"
	codeNoAudio           code = "no_audio"
	codeBadCandidate      code = "bad_candidate"
	codeTooManyCandidates code = "too_many_candidates"
	codeBadNumber         code = "bad_number"
	codeUnknownReference  code = "unknown_reference"
	codeNotAllowed        code = "not_allowed"
	codeBadMetadata       code = "bad_metadata"
	codeCallExists        code = "call_exists"
	codeUnknownCall       code = "unknown_call"
	codeBusyGateway       code = "busy_gateway"
	codeRateLimited       code = "rate_limited"
	codeNoRoom            code = "no_room"
	codeNoPrice           code = "no_price"
	codeRoomFull          code = "room_full"
	codePageRefused       code = "page_refused"
	codeInternal          code = "internal"
)

// A refusal is a code and a sentence for the person.
type refusal struct {
	code    code
	message string
	retry   time.Duration // when it is worth to try again; 0 where nobody can say

	operation string // of a room, which the page has named so
}

func refuse(c code, message string) *refusal { return &refusal{code: c, message: message} }

// refuseBusy refuses a call that whoever takes calls has not taken.
func refuseBusy(err error) *refusal {
	return &refusal{code: codeBusyGateway, message: webtrunk.MessageOf(err, "The gateway takes no new calls at the moment."), retry: webtrunk.RetryOf(err)}
}

// remedies say what to do about each code.
var remedies = map[code][]string{
	codeBadMessage:        {"Send the message as the signalling protocol describes it."},
	codeTooLarge:          {"Send an offer with audio only."},
	codeUnknownType:       {"Send one of the message types of the signalling protocol."},
	codeNoHello:           {"Send hello as the first message."},
	codeBadVersion:        {"Reload the page to get the current widget.", "Say version 1."},
	codeBadKey:            {"Check the widget's key attribute.", "Ask the site's operator for a valid key."},
	codeBadOrigin:         {"Add this site's origin to the widget key."},
	codeBadToken:          {"Sign in again to get a new token."},
	codeBadSDP:            {"Make the offer with RTCPeerConnection.createOffer() and send it unchanged.", "Try a current browser."},
	codeNoAudio:           {"Allow the microphone and call again.", "Add an audio track before creating the offer."},
	codeBadCandidate:      {"Send candidates as RTCIceCandidate.toJSON() gives them."},
	codeTooManyCandidates: {"Send at most 30 candidates for an offer."},
	codeBadNumber:         {"Write the number as +15550100101.", "Use a reference such as ref_shop."},
	codeUnknownReference:  {"Check the reference.", "Ask the site's operator for a valid one."},
	codeNotAllowed:        {"Call one of the references that this site offers.", "Ask the site's operator to allow the destination."},
	codeBadMetadata:       {"Send only the metadata that the widget key allows, as plain text without line breaks."},
	codeCallExists:        {"Hang up first, then call again."},
	codeUnknownCall:       {"Use the id of a call that has not ended."},
	codeBusyGateway:       {"Try again in a minute."},
	codeRateLimited:       {"Wait a moment before trying again."},
	codeNoRoom:            {"Write when the call is answered."},
	codeNoPrice:           {"Answer while the call asks for it, on the page of whoever pays."},
	codeRoomFull:          {"Say the rest, or write it in another call."},
	codePageRefused:       {"Ask the account to list the page, or its site, under Pages in /admin."},
	codeInternal:          {"Try again.", "Report the time of the call to the site's operator."},
}

// sentences tell a person why a call ended, and what can be done.
var sentences = map[call.Cause]string{
	call.Hangup:         "The call has ended.",
	call.Canceled:       "The call was cancelled before it was answered.",
	call.Busy:           "The line is busy. Try again in a few minutes.",
	call.Rejected:       "The call was declined. Try again later.",
	call.NoAnswer:       "Nobody answered. Try again later.",
	call.NotFound:       "There is nobody at this number. Check it and call again.",
	call.Unreachable:    "The telephone network cannot be reached at the moment. Try again in a few minutes.",
	call.NotAcceptable:  "The other side cannot take this kind of call. Try another number.",
	call.Forbidden:      "This call is not allowed. Ask the site's operator about it.",
	call.Failed:         "The call failed. Try again.",
	call.ConnectionLost: "The connection was lost and did not come back in time. Check your network and call again.",
	call.CreditEnded:    "The paid talking time is used up. Top up to call again.",
	call.TooLong:        "The longest allowed duration of a call was reached. Call again to go on.",
	call.Answered:       "Somebody else has answered this call.",
	call.Transferred:    "The call was handed on to somebody else.",
	call.Callback:       "You will be called back as soon as it is your turn.",
	call.Voicemail:      "Your message was left. Thank you.",
	call.Unsupported:    "Something in this call is not possible here. Try another way to reach them.",
	call.NodeLost:       "The gateway that carried the call has failed. Call again.",
	call.Shutdown:       "The gateway is stopping. Call again in a minute.",
}

// noSoundPath is the sentence for a call whose media never connected.
const noSoundPath = "There is no sound path between the browser and the gateway: " +
	"a firewall may block it. Try another network, or call by telephone."

// restarted is the sentence for a page whose session another process held.
const restarted = "The gateway was restarted, and the call has ended. Call again."

// sentence returns what the edge or the call said, else the cause's sentence.
func sentence(c call.Cause, said string) string {
	if said != "" {
		return said
	}
	if s, ok := sentences[c]; ok {
		return s
	}
	return sentences[call.Failed]
}
