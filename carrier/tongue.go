package carrier

import "webtrunk/transcode"

// A tongue turns sound into the codec that was agreed, and back. The carrier
// lives at 8 kHz: of wideband it speaks and hears the lower band.
type tongue struct {
	codec   string
	encoder transcode.Encoder
	decode  func(pcm []int16, payload []byte) int
}

// speak changes to a codec. One that is spoken already goes on as it was, for
// G.722 is no function of the sample alone.
func (t *tongue) speak(codec string) {
	if codec == t.codec {
		return
	}
	t.codec = codec
	switch codec {
	case "PCMA":
		t.encoder, t.decode = encoderOf(transcode.PCMA), transcode.DecodePCMA
	case "G722":
		t.encoder, t.decode = encoderOf(transcode.G722), decoderOf(transcode.G722)
	default:
		t.encoder, t.decode = encoderOf(transcode.PCMU), transcode.DecodePCMU
	}
}

func encoderOf(c transcode.Codec) transcode.Encoder {
	e, err := transcode.NewEncoder(c)
	if err != nil {
		panic(err) // there is a codec for each that speak knows
	}
	return e
}

func decoderOf(c transcode.Codec) func([]int16, []byte) int {
	d, err := transcode.NewDecoder(c)
	if err != nil {
		panic(err)
	}
	return func(pcm []int16, payload []byte) int {
		n, _ := d.Decode(pcm, payload) // what cannot be decoded is not heard
		return n
	}
}
