package journal

import (
	"time"

	"webtrunk"
	"webtrunk/call"
)

// Data is what the outside reads of any event of a call. Fields that do not
// concern an event are left out. Hidden contacts stand as what others are told
// they are, and digits of sensitive prompts nowhere.
type Data struct {
	Call   webtrunk.CallID `json:"call"`
	Status call.Status     `json:"status"`        // of the call, after the event
	Leg    *Leg            `json:"leg,omitempty"` // the one that the event is about, after it

	// call.created, call.updated; To also of transfer.requested and invite.requested
	From     string            `json:"from,omitempty"`
	To       string            `json:"to,omitempty"`
	Via      string            `json:"via,omitempty"`
	Callback bool              `json:"callback,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`

	// call.admitted, call.credit_extended
	RingTimeMS int64 `json:"ring_time_ms,omitempty"`
	LongestMS  int64 `json:"longest_ms,omitempty"`
	CreditMS   int64 `json:"credit_ms,omitempty"`

	// call.routed, call.queued; For and Stage also of leg.added
	For    call.Purpose `json:"for,omitempty"`
	Stages int          `json:"stages,omitempty"` // how many are tried in turn
	Stage  *int         `json:"stage,omitempty"`  // and which of them, from 0
	Queue  string       `json:"queue,omitempty"`  // also of queue.callback_requested and _refused

	Priority int            `json:"priority,omitempty"` // call.queued: before others, larger first
	Needs    map[string]int `json:"needs,omitempty"`    // and the skills that who takes the call must have
	Number   string         `json:"number,omitempty"`   // queue.callback_requested: where the caller wants to be called

	Box       string  `json:"box,omitempty"`       // voicemail.started, voicemail.left, voicemail.failed
	Recording string  `json:"recording,omitempty"` // voicemail.left: "vm_…"; recording.started, _paused, _resumed, _stopped and _failed: "rec_…"
	Seconds   float64 `json:"seconds,omitempty"`   // and how long it is

	Consent  string `json:"consent,omitempty"`   // recording.planned: off, ask or announce
	OnDemand bool   `json:"on_demand,omitempty"` // and whether somebody has to ask for it

	EarlyMedia bool        `json:"early_media,omitempty"` // leg.ringing
	Digit      string      `json:"digit,omitempty"`       // leg.dtmf_received
	Part       call.Part   `json:"part,omitempty"`        // invite.requested, leg.part_changed: listen or whisper
	HeardBy    *Leg        `json:"heard_by,omitempty"`    // and who hears it
	Quality    *Quality    `json:"quality,omitempty"`     // leg.left
	Metric     call.Metric `json:"metric,omitempty"`      // leg.quality_warning_raised and _cleared
	Value      *float64    `json:"value,omitempty"`
	Consult    bool        `json:"consult,omitempty"`  // transfer.requested
	Method     string      `json:"method,omitempty"`   // transfer.requested: refer, where another network makes the call; consent.granted and _declined: how
	Text       string      `json:"text,omitempty"`     // consent.granted and _declined: the version of what they were told
	Language   string      `json:"language,omitempty"` // and its language
	Prompt     *Prompt     `json:"prompt,omitempty"`   // prompt.started
	Digits     string      `json:"digits,omitempty"`   // prompt.finished
	Order      string      `json:"order,omitempty"`    // call.order_failed
	Reason     string      `json:"reason,omitempty"`   // leg.left, transfer.failed, invite.failed, prompt.finished, recording.paused, consent.declined
	SIPCode    int         `json:"sip_code,omitempty"`
	Message    string      `json:"message,omitempty"` // a sentence for people
	*End                   // call.ended
}

// End is how a call ended.
type End struct {
	EndReason  call.Cause `json:"end_reason"`
	EndedBy    string     `json:"ended_by"`    // the leg that ended it; empty: not a party
	AnsweredAt *time.Time `json:"answered_at"` // null if nobody answered
	DurationMS int64      `json:"duration_ms"` // from the answer to the end
}

// Leg is a leg as the outside sees it.
type Leg struct {
	ID           string        `json:"id"` // "leg_…"
	Kind         call.Kind     `json:"kind"`
	Role         call.Role     `json:"role"`
	Address      string        `json:"address"`
	From         string        `json:"from,omitempty"` // who it is told is calling
	State        call.LegState `json:"state"`
	Held         bool          `json:"held"`               // has put the others on hold
	Reconnecting bool          `json:"reconnecting"`       // its connection is lost, within its grace
	Written      bool          `json:"written,omitempty"`  // has no sound: who is at its end only writes
	Part         call.Part     `json:"part,omitempty"`     // listen or whisper; left out where it talks with all
	HeardBy      string        `json:"heard_by,omitempty"` // the leg that hears it, where it whispers
	Warnings     []call.Metric `json:"warnings,omitempty"`
}

// Prompt is what is played to a leg, and what is asked of it.
type Prompt struct {
	Phrase    string `json:"phrase"`
	Digits    int    `json:"digits"`
	TimeoutMS int64  `json:"timeout_ms"`
	Sensitive bool   `json:"sensitive"`
}

// Quality is how a leg sounded.
type Quality struct {
	Codec           string  `json:"codec,omitempty"`
	PacketsReceived uint64  `json:"packets_received"`
	PacketsSent     uint64  `json:"packets_sent"`
	PacketsLost     uint64  `json:"packets_lost"`
	Concealed       uint64  `json:"packets_concealed"`
	Late            uint64  `json:"packets_late"`
	Loss            float64 `json:"loss"`     // 0 to 1
	FarLoss         float64 `json:"far_loss"` // as the party last reported
	JitterMS        float64 `json:"jitter_ms"`
	FarJitterMS     float64 `json:"far_jitter_ms"`
	RoundTripMS     float64 `json:"round_trip_ms,omitempty"` // left out while unknown
	MOS             float64 `json:"mos,omitempty"`
	ConcealedShare  float64 `json:"concealed_share"`      // 0 to 1, of the sound from the party
	LevelDBOV       float64 `json:"level_dbov,omitempty"` // of what was audible; left out while nothing was
	PeakDBOV        float64 `json:"peak_dbov,omitempty"`
	SilentShare     float64 `json:"silent_share"` // 0 to 1, of the packets from the party
}

// ShowQuality returns a measurement as the outside sees it.
func ShowQuality(q call.Quality) Quality {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Quality{
		Codec: q.Codec, PacketsReceived: q.Received, PacketsSent: q.Sent, PacketsLost: q.Lost, Concealed: q.Concealed, Late: q.Late,
		Loss: q.Loss, FarLoss: q.FarLoss, JitterMS: ms(q.Jitter), FarJitterMS: ms(q.FarJitter), RoundTripMS: ms(q.RoundTrip), MOS: q.MOS,
		ConcealedShare: q.ConcealedShare, LevelDBOV: q.Level, PeakDBOV: q.Peak, SilentShare: float64(q.Measured-q.Audible) / float64(max(1, q.Measured)),
	}
}
