package archive

// LegQuality is what a leg sounded like, as its edge measured it to the end.
type LegQuality struct {
	Received    uint64  `json:"packets_received"` // from the party
	Sent        uint64  `json:"packets_sent"`
	Lost        uint64  `json:"packets_lost"`
	Concealed   uint64  `json:"packets_concealed"` // lost ones whose sound was made up
	Late        uint64  `json:"packets_late"`
	Loss        float64 `json:"loss"`     // share of packets, 0 to 1, of what the party sends
	FarLoss     float64 `json:"far_loss"` // and of what it receives
	JitterMS    float64 `json:"jitter_ms"`
	FarJitterMS float64 `json:"far_jitter_ms"`
	RoundTripMS float64 `json:"round_trip_ms"` // 0 while unknown
	MOS         float64 `json:"mos"`           // 1 to 4.5; 0 while unknown

	ConcealedShare float64 `json:"concealed_share"` // of the sound that the party sent
	LevelDBOV      float64 `json:"level_dbov"`      // of what was audible of it; 0 while unknown
	PeakDBOV       float64 `json:"peak_dbov"`
	SilentShare    float64 `json:"silent_share"` // of its packets
}
