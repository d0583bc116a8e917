package ogg

import (
	"encoding/binary"
	"errors"
	"math"
)

// A Head is the identification header (RFC 7845 §5.1).
type Head struct {
	Channels int    // 1 or 2
	PreSkip  int    // samples at 48 kHz to leave out at the beginning
	Rate     uint32 // of what was encoded, in Hz; Opus itself does not care
	Gain     int16  // to apply to what was decoded, in 1/256 dB
}

// Granules is the rate at which positions are counted, whatever was encoded
// (RFC 7845 §4).
const Granules = 48000

const (
	headMagic  = "OpusHead"
	tagsMagic  = "OpusTags"
	headLength = 19
)

// Errors of a stranger's file.
var (
	ErrNotOgg   = errors.New("this is no Ogg file")
	ErrNotOpus  = errors.New("its sound is not Opus")
	ErrChannels = errors.New("it has more than two channels")
	ErrVersion  = errors.New("it is written in a version of Ogg Opus that is not known")
	ErrTags     = errors.New("its second packet is no OpusTags")
	ErrTooLong  = errors.New("a packet of it is longer than any of Opus")
	ErrCut      = errors.New("it ends in the middle")
)

// parseHead reads the first packet. Other mapping families than 0 order
// channels in ways that nobody on a telephone would hear.
func parseHead(b []byte) (Head, error) {
	switch {
	case len(b) < headLength || string(b[:8]) != headMagic:
		return Head{}, ErrNotOpus
	case b[8]>>4 != 0: // the major version; minor ones can be read (§5.1)
		return Head{}, ErrVersion
	case b[18] != 0 || b[9] == 0 || b[9] > 2:
		return Head{}, ErrChannels
	}
	return Head{
		Channels: int(b[9]),
		PreSkip:  int(binary.LittleEndian.Uint16(b[10:])),
		Rate:     binary.LittleEndian.Uint32(b[12:]),
		Gain:     int16(binary.LittleEndian.Uint16(b[16:])),
	}, nil
}

func (h Head) write() []byte {
	b := append(make([]byte, 0, headLength), headMagic...)
	b = append(b, 1, byte(h.Channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.PreSkip))
	b = binary.LittleEndian.AppendUint32(b, h.Rate)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Gain))
	return append(b, 0)
}

// Amplify returns by what a decoded sample is multiplied to have the header's
// gain.
func (h Head) Amplify() float64 { return math.Pow(10, float64(h.Gain)/256/20) }

// writeTags is the comment header (§5.2): who wrote the file, and comments as
// NAME=text.
func writeTags(comments []string) []byte {
	const vendor = "webtrunk"
	b := append([]byte(nil), tagsMagic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(vendor)))
	b = append(b, vendor...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(comments)))
	for _, c := range comments {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(c)))
		b = append(b, c...)
	}
	return b
}

// Duration returns a packet's length in granules (RFC 6716 §3.1 and 3.2), 0
// where it has none that is allowed.
func Duration(packet []byte) int {
	if len(packet) == 0 {
		return 0
	}
	frames := 2
	switch packet[0] & 3 {
	case 0:
		frames = 1
	case 3:
		if len(packet) < 2 {
			return 0
		}
		frames = int(packet[1] & 0x3f)
	}
	if d := frames * frameGranules(packet[0]>>3); d <= longestPacket {
		return d
	}
	return 0
}

// longestPacket is 120 ms, the most that a packet may hold.
const longestPacket = Granules * 120 / 1000

// frameGranules returns a frame's length by its configuration (RFC 6716, table 2).
func frameGranules(config byte) int {
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 480 << (config & 1)
	}
	return 120 << (config & 3) // CELT: 2.5, 5, 10, 20 ms
}
