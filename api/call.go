package api

import (
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard/journal"
)

// A Call is a call as the API shows it.
type Call struct {
	ID       webtrunk.CallID   `json:"id" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object   string            `json:"object" enum:"call" doc:"Always call."`
	Livemode bool              `json:"livemode" doc:"False for a call that a test key or page made: it reaches only the simulated carrier."`
	Status   call.Status       `json:"status" enum:"authorizing,queued,ringing,in_progress,completed,busy,no_answer,rejected,canceled,failed" doc:"How far the call has come."`
	From     string            `json:"from" doc:"Who calls." example:"tel:+15550100101"`
	To       string            `json:"to" doc:"Who is called, as it was asked for." example:"ref:ref_shop"`
	Via      string            `json:"via,omitempty" doc:"The widget, key or trunk that the call came through."`
	Callback bool              `json:"callback" doc:"Whether both ends are dialled."`
	Metadata map[string]string `json:"metadata" doc:"Your own notes."`

	CreatedAt  time.Time  `json:"created_at" doc:"When the call was asked for."`
	RingingAt  *time.Time `json:"ringing_at,omitempty" doc:"When it began to ring."`
	AnsweredAt *time.Time `json:"answered_at,omitempty" doc:"When the one called answered."`
	EndedAt    *time.Time `json:"ended_at,omitempty" doc:"When it ended."`
	DurationMS int64      `json:"duration_ms" doc:"From the answer to the end; 0 while it runs."`

	EndReason call.Cause `json:"end_reason,omitempty" doc:"Why the call ended, in one word." example:"hangup"`
	EndedBy   string     `json:"ended_by,omitempty" doc:"The leg that ended it, if one of them did."`
	SIPCode   int        `json:"sip_code,omitempty" doc:"The carrier's final response, where it is the reason."`
	Message   string     `json:"message,omitempty" doc:"Why the call ended, in a sentence."`

	Legs      []Leg      `json:"legs" nullable:"false" doc:"The parties, in the order in which they came."`
	Transfers []Transfer `json:"transfers,omitempty" nullable:"false" doc:"What became of each transfer."`

	Recording *CallRecording `json:"recording,omitempty" doc:"How it is recorded; left out where it is not to be."`
}

// A CallRecording is how a call is recorded.
type CallRecording struct {
	Consent  string              `json:"consent" enum:"ask,announce" doc:"How consent is sought of whoever does not work for the account: each is asked, or told."`
	OnDemand bool                `json:"on_demand" doc:"Whether it begins only when somebody asks for it."`
	State    call.RecordingState `json:"state" enum:"off,on,paused" doc:"Whether it is recorded now."`
	Reason   string              `json:"reason,omitempty" doc:"Why it is paused: consent, agent or sensitive."`
	ID       string              `json:"id,omitempty" doc:"The recording that runs, or ran last." example:"rec_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
	Message  string              `json:"message,omitempty" doc:"Why it has failed, in a sentence."`
}

// A Leg is one party's part in a call.
type Leg struct {
	ID           string          `json:"id" doc:"The leg." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
	Object       string          `json:"object" enum:"leg" doc:"Always leg."`
	Livemode     bool            `json:"livemode" doc:"As the call's."`
	Call         webtrunk.CallID `json:"call" doc:"The call that it is part of."`
	Kind         call.Kind       `json:"kind" enum:"webrtc,pstn,sip" doc:"A browser, a telephone, or a SIP address."`
	Role         call.Role       `json:"role" enum:"caller,callee,target,invited" doc:"What it is in the call; target is of a transfer."`
	Address      string          `json:"address" doc:"Who is at its end; of a hidden contact, what was called." example:"tel:+15550100101"`
	State        call.LegState   `json:"state" enum:"new,connecting,ringing,early_media,connected,ended" doc:"How far it has come."`
	Held         bool            `json:"held" doc:"Whether it has put the others on hold."`
	Reconnecting bool            `json:"reconnecting" doc:"Whether its connection is lost, within its grace."`
	Written      bool            `json:"written,omitempty" doc:"Whether it has no sound so far: who is at its end only writes."`
	Part         call.Part       `json:"part,omitempty" enum:"listen,whisper" doc:"What somebody who was invited does instead of talking with all: hear all (listen), and be heard by one (whisper)."`
	HeardBy      string          `json:"heard_by,omitempty" doc:"The leg that hears it, where it whispers." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_2"`
	Warnings     []call.Metric   `json:"warnings,omitempty" nullable:"false" doc:"What of its sound is worse than it should be."`
	Quality      *Quality        `json:"quality,omitempty" doc:"How it sounds now, among running calls; how it sounded, once it has left."`

	CreatedAt *time.Time `json:"created_at,omitempty" doc:"When it came or was dialled."`
	JoinedAt  *time.Time `json:"joined_at,omitempty" doc:"When it could talk."`
	LeftAt    *time.Time `json:"left_at,omitempty" doc:"When it left."`
	Reason    string     `json:"reason,omitempty" doc:"Why it left, in one word." example:"hangup"`
	SIPCode   int        `json:"sip_code,omitempty" doc:"The carrier's final response, where there was one."`
	Message   string     `json:"message,omitempty" doc:"Why it left, in a sentence."`
}

// Quality is how a leg sounds.
type Quality struct {
	Codec       string  `json:"codec,omitempty" doc:"As SDP names it." example:"opus"`
	Loss        float64 `json:"loss" doc:"Share of the packets from the party that were lost, 0 to 1."`
	FarLoss     float64 `json:"far_loss" doc:"Share of the packets to the party that it says were lost, 0 to 1."`
	JitterMS    float64 `json:"jitter_ms" doc:"Of what the party sends (RFC 3550)."`
	RoundTripMS float64 `json:"round_trip_ms" doc:"To the party and back; 0 while unknown."`
	MOS         float64 `json:"mos" doc:"Mean opinion score, 1 to 4.5 (ITU-T G.107); 0 while unknown or while nothing has come."`

	ConcealedShare float64 `json:"concealed_share" doc:"Share of the sound from the party that was made up, for its packets were lost, 0 to 1."`
	LevelDBOV      float64 `json:"level_dbov" doc:"How loud the party is while it is audible, in dBov: speech is at -40 to -15; 0 while unknown."`
	PeakDBOV       float64 `json:"peak_dbov" doc:"Its loudest sample; 0 while unknown."`
	SilentShare    float64 `json:"silent_share" doc:"Share of its packets that held digital silence, 0 to 1."`
}

// A Transfer is one that was asked for, and how it ended.
type Transfer struct {
	By          string     `json:"by,omitempty" doc:"The leg that hands over."`
	To          string     `json:"to" doc:"Whom to."`
	Consult     bool       `json:"consult" doc:"Whether they talk first."`
	Method      string     `json:"method" enum:"bridge,refer" doc:"Who makes the next call: this gateway, or the other party's own network."`
	Result      string     `json:"result" enum:"pending,completed,failed,canceled" doc:"How it ended."`
	State       string     `json:"state,omitempty" enum:"requested,queued,ringing,consulting" doc:"How far it is, while it is pending: asked for, waiting for somebody of a queue, ringing, or the two talk first while the others hear music."`
	Reason      string     `json:"reason,omitempty" doc:"Why it failed, in one word."`
	SIPCode     int        `json:"sip_code,omitempty" doc:"What the telephone network answered, where that is why it failed."`
	Message     string     `json:"message,omitempty" doc:"Why it failed, in a sentence."`
	RequestedAt time.Time  `json:"requested_at" doc:"When it was asked for."`
	FinishedAt  *time.Time `json:"finished_at,omitempty" doc:"When it ended."`
}

// legOf shows a leg as the journal does.
func legOf(c Call, l journal.Leg) Leg {
	return Leg{ID: l.ID, Object: "leg", Livemode: c.Livemode, Call: c.ID, Kind: l.Kind, Role: l.Role, Address: l.Address,
		State: l.State, Held: l.Held, Reconnecting: l.Reconnecting, Written: l.Written, Part: l.Part, HeardBy: l.HeardBy, Warnings: l.Warnings}
}

func qualityOf(q *journal.Quality) *Quality {
	if q == nil {
		return nil
	}
	return &Quality{Codec: q.Codec, Loss: q.Loss, FarLoss: q.FarLoss, JitterMS: q.JitterMS, RoundTripMS: q.RoundTripMS, MOS: q.MOS,
		ConcealedShare: q.ConcealedShare, LevelDBOV: q.LevelDBOV, PeakDBOV: q.PeakDBOV, SilentShare: q.SilentShare}
}
