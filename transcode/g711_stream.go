package transcode

// A g711Decoder decodes one G.711 stream and keeps what it needs to conceal.
type g711Decoder struct {
	decode func([]int16, []byte) int
	plc    concealment
}

func (d *g711Decoder) Decode(pcm []int16, payload []byte) (int, error) {
	switch {
	case len(payload) == 0:
		return 0, errEmpty
	case len(payload) > MaxSamples:
		return 0, errTooLong
	}
	n := d.decode(pcm, payload)
	d.plc.heard(pcm[:n])
	return n, nil
}

// Recover has nothing to recover from: G.711 carries no redundancy.
func (d *g711Decoder) Recover([]int16, []byte, int) bool { return false }

func (d *g711Decoder) Conceal(pcm []int16, n int) { d.plc.conceal(pcm[:n]) }

func (d *g711Decoder) Close() {}

// A g711Encoder encodes one G.711 stream, sample by sample.
type g711Encoder struct {
	encode  func([]byte, []int16) int
	samples int // in a frame
}

func (e *g711Encoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.encode(payload, pcm[:e.samples]), nil
}

// ExpectLoss changes nothing: G.711 carries no redundancy.
func (e *g711Encoder) ExpectLoss(int) {}

// Reset changes nothing: each sample is encoded for itself.
func (e *g711Encoder) Reset() {}

func (e *g711Encoder) Close() {}
