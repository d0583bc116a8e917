package call

import "time"

// Quality is how a leg's sound does, as its edge measured it.
type Quality struct {
	Codec string // as SDP names it: "opus", "PCMU", "PCMA"; empty while unknown

	Received, Sent uint64 // RTP packets from and to the leg's party
	Lost           uint64 // of those that the party sent
	Concealed      uint64 // lost ones whose sound was made up
	Late           uint64 // came behind their successors

	Loss, FarLoss     float64       // share of packets, 0 to 1: of what the party sends, and of what it receives as it last reported
	Jitter, FarJitter time.Duration // RFC 3550 §6.4.1, of what we receive, and of what the party does
	RoundTrip         time.Duration // to the party and back; 0 while unknown

	MOS float64 // mean opinion score, 1 to 4.5, by the E-model (ITU-T G.107); 0 while unknown
}
