package signaling

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"webtrunk/media"
	"webtrunk/transcode"
)

// A full peer is a PeerConnection.
type full struct {
	pc          *webrtc.PeerConnection
	panics      *atomic.Uint64
	fingerprint string    // the page's: another one means another PeerConnection over there
	pictures    *pictures // nil: a call of sound alone

	mu      sync.Mutex
	speaks  media.Format
	closed  bool
	readers sync.WaitGroup // grows under mu, and not once closed
}

var _ peer = (*full)(nil)

// connectFull makes a PeerConnection for an offer. changed is called on pion's
// goroutine.
func (e *engine) connectFull(o *offer, w *wire, m *mouth, changed func(peer, path)) (peer, string, error) {
	p := &full{panics: &e.panics, fingerprint: o.fingerprint, speaks: o.format}
	in := &inlet{full: p.cut}
	if o.video != nil {
		in.pictures = o.video.ssrc
	}
	pc, err := e.connection(in)
	if err != nil {
		return nil, "", peerError("make", err)
	}
	p.pc = pc
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if path, matters := pathOf(s); matters {
			changed(p, path)
		}
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { p.take(t, r, m) })
	if err := p.send(w, o.format.Codec, m); err != nil {
		p.close()
		return nil, "", err
	}
	if err := p.show(o.video, m); err != nil {
		p.close()
		return nil, "", err
	}
	answer, err := p.answer(o)
	if err != nil {
		p.close()
		return nil, "", err
	}
	return p, answer, nil
}

// pathOf says what a PeerConnection's state means to a call.
func pathOf(s webrtc.PeerConnectionState) (p path, matters bool) {
	switch s {
	case webrtc.PeerConnectionStateConnected:
		return pathFound, true
	case webrtc.PeerConnectionStateDisconnected, webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		return pathLost, true
	}
	return 0, false
}

// format is what was agreed with the page last.
func (p *full) format() media.Format {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.speaks
}

// send gives the PeerConnection the track that ends in the leg's wire, and
// notes what the page reports of it.
func (p *full) send(w *wire, c transcode.Codec, m *mouth) error {
	mime := map[transcode.Codec]string{
		transcode.Opus: webrtc.MimeTypeOpus, transcode.PCMU: webrtc.MimeTypePCMU, transcode.PCMA: webrtc.MimeTypePCMA,
	}[c]
	sender, err := p.pc.AddTrack(&track{wire: w, mime: mime})
	if err != nil {
		return peerError("send", err)
	}
	p.lead(func() { readReports(sender, m) })
	return nil
}

// show gives the PeerConnection the track of the pictures that the page sees.
func (p *full) show(v *videoOffer, m *mouth) error {
	if v == nil {
		return nil
	}
	p.pictures = newPictures(p.pc, m.port.Video(), v)
	sender, err := p.pc.AddTrack(p.pictures)
	if err != nil {
		return peerError("show", err)
	}
	p.lead(func() { p.pictures.hear(sender) })
	return nil
}

// answer takes an offer, the first or an ICE restart, and returns ours with
// all candidates: an ICE-lite agent has only its own addresses to gather.
func (p *full) answer(o *offer) (string, error) {
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.clean()}); err != nil {
		return "", peerError("offer", err)
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", peerError("answer", err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return "", peerError("answer", err)
	}
	select {
	case <-gathered:
	case <-time.After(2 * time.Second):
		return "", peerError("gather", errors.New("no local candidate in 2 s"))
	}
	if p.pictures != nil {
		p.pictures.video.Attach(p.pictures, o.video.format)
	}
	p.mu.Lock()
	p.speaks = o.format
	p.mu.Unlock()
	return o.answer(p.pc.LocalDescription().SDP), nil
}

// restarts reports whether an offer is an ICE restart of this peer, rather
// than the first of another: a PeerConnection keeps its certificate.
func (p *full) restarts(o *offer) bool {
	return p.fingerprint == o.fingerprint && p.pictures.fit(o.video) &&
		p.pc.ConnectionState() != webrtc.PeerConnectionStateClosed
}

// take reads a track until it ends.
func (p *full) take(t *webrtc.TrackRemote, r *webrtc.RTPReceiver, m *mouth) {
	if !p.begin() {
		return
	}
	defer p.readers.Done()
	defer p.survive()
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		p.watch(t, r)
	} else {
		p.read(t, r, m)
	}
}

// watch reads a track of pictures, and what is reported of it.
func (p *full) watch(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	go func() {
		defer p.readers.Done()
		defer p.survive()
		if p.pictures != nil {
			reports(r, uint32(t.SSRC()), p.pictures.video.Report)
		}
	}()
	if p.pictures != nil {
		p.pictures.watch(t)
	}
}

// read carries a track's packets into the leg's port until the track ends.
func (p *full) read(t *webrtc.TrackRemote, r *webrtc.RTPReceiver, m *mouth) {
	var video *media.Video
	if p.pictures != nil {
		video = p.pictures.video
	}
	go func() {
		defer p.readers.Done()
		defer p.survive()
		if video == nil {
			drain(r)
		} else {
			reports(r, uint32(t.SSRC()), video.SoundReport)
		}
	}()
	m.turn.Lock()
	defer m.turn.Unlock()
	m.port.Anew()
	var buffer [1500]byte
	ssrc := uint32(t.SSRC())
	for {
		n, _, err := t.Read(buffer[:])
		if errors.Is(err, io.EOF) || n == 0 && err != nil {
			return
		}
		if f, ok := media.FrameOf(buffer[:n]); ok && err == nil {
			now := time.Now()
			m.port.Receive(f) // which may change the format
			spoken := m.port.Format()
			m.meter.Arrived(ssrc, f, spoken.Codec.ClockRate(), now)
			if video != nil && f.PayloadType == spoken.PayloadType {
				video.Sound(f.Timestamp, spoken.Codec.ClockRate(), now)
			}
		}
	}
}

// begin counts the two readers of a track, unless the peer is closed.
func (p *full) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.readers.Add(2)
	return true
}

// lead has a goroutine read what the page sends.
func (p *full) lead(f func()) {
	p.readers.Go(func() {
		defer p.survive()
		f()
	})
}

// survive is deferred wherever a page's bytes are looked into. Should they make
// us fail, that ends the page's connection, and no other's.
func (p *full) survive() {
	if recover() != nil {
		p.panics.Add(1)
		p.cut()
	}
}

// cut ends the connection of a page that sends more streams than a call has.
// It is as lost as by a broken network. It is called where pion must not be
// waited for.
func (p *full) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.readers.Go(func() { p.pc.Close() })
	}
}

// close ends the connection and waits for what it started. It must not be
// called from pion's callbacks.
func (p *full) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	if p.pictures != nil {
		p.pictures.video.Detach(p.pictures)
	}
	p.pc.GracefulClose()
	p.readers.Wait()
}
