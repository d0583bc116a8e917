package visitor

import (
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"webtrunk/transcode"
)

// longest is how much an ear keeps: 10 minutes.
const longest = 600 * transcode.SampleRate

// An ear decodes what comes and keeps it in its place by RTP timestamp.
type ear struct {
	tap  func(sent bool, payload []byte) // may be nil
	turn sync.Mutex                      // held by the track that is listened to

	mu       sync.Mutex
	heard    []int16
	received int
	placed   bool
	base     uint32 // the timestamp of heard[0]
}

func newEar() *ear { return &ear{} }

// listen hears one track to its end. pion calls it on a goroutine of its own,
// which ends with the PeerConnection.
func (e *ear) listen(t *webrtc.TrackRemote) {
	e.turn.Lock()
	defer e.turn.Unlock()
	var decoder transcode.Decoder
	var playing transcode.Codec
	defer func() {
		if decoder != nil {
			decoder.Close()
		}
	}()
	var buffer [1500]byte
	var pcm [transcode.MaxSamples]int16
	var packet rtp.Packet
	for {
		n, _, err := t.Read(buffer[:])
		if err != nil {
			return
		}
		codec := codecOf(t.Codec().MimeType)
		if packet.Unmarshal(buffer[:n]) != nil || codec == transcode.None {
			continue // telephone-events, for instance
		}
		if e.tap != nil {
			e.tap(false, packet.Payload)
		}
		if codec != playing {
			if decoder != nil {
				decoder.Close()
			}
			if decoder, err = transcode.NewDecoder(codec); err != nil {
				return
			}
			playing = codec
		}
		if samples, err := decoder.Decode(pcm[:], packet.Payload); err == nil {
			e.place(packet.Timestamp, codec.ClockRate()/transcode.SampleRate, pcm[:samples])
		}
	}
}

func codecOf(mime string) transcode.Codec {
	for c, p := range codecs {
		if p.MimeType == mime {
			return c
		}
	}
	return transcode.None
}

// place puts samples where their timestamp says. A stream that begins anew
// elsewhere is put at the end.
func (e *ear) place(timestamp, scale uint32, pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.received++
	at := int(int32(timestamp-e.base)) / int(scale)
	if far := at - len(e.heard); !e.placed || far > 10*transcode.SampleRate || far < -10*transcode.SampleRate {
		e.placed = true
		at = len(e.heard)
		e.base = timestamp - uint32(at)*scale
	}
	if at < 0 || at+len(pcm) > longest {
		return
	}
	if grow := at + len(pcm) - len(e.heard); grow > 0 {
		e.heard = append(e.heard, make([]int16, grow)...)
	}
	copy(e.heard[at:], pcm)
}

func (e *ear) pcm() []int16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]int16(nil), e.heard...)
}

func (e *ear) packets() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.received
}

// close waits for the track to end.
func (e *ear) close() {
	e.turn.Lock()
	defer e.turn.Unlock()
}
