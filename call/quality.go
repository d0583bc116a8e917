package call

import "time"

// Quality is how a leg's sound does, as its edge measured it.
type Quality struct {
	Codec string // as SDP names it: "opus", "PCMU", "PCMA"; empty while unknown

	Received, Sent uint64 // RTP packets from and to the leg's party
	Lost           uint64 // of those that the party sent
	Concealed      uint64 // lost ones whose sound was made up
	Late           uint64 // came behind their successors
	Foreign        uint64 // came to the leg's port from strangers, and were dropped
	Unagreed       uint64 // of a payload type that was not agreed, and dropped

	ConcealedShare    float64       // of the sound from the party, 0 to 1
	Loss, FarLoss     float64       // share of packets, 0 to 1: of what the party sends, and of what it receives as it last reported
	Jitter, FarJitter time.Duration // RFC 3550 §6.4.1, of what we receive, and of what the party does
	RoundTrip         time.Duration // to the party and back; 0 while unknown

	MOS float64 // mean opinion score, 1 to 4.5, by the E-model (ITU-T G.107); 0 while unknown, or while nothing has come

	Measured, Audible  uint64  // packets from the party whose loudness was looked at, and those that were not silent
	Level, Peak        float64 // of what was audible, in dBov, which are negative; 0 while unknown
	Resting            bool    // the party has said that it sends nothing while it is silent
	Muted, SystemMuted bool    // by the person, by the system: where the edge knows
}
