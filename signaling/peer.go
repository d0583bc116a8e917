package signaling

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"webtrunk"
	"webtrunk/media"
	"webtrunk/transcode"
)

// A peer is one PeerConnection of a leg. A reloaded page gets another one for
// the same leg.
type peer struct {
	pc          *webrtc.PeerConnection
	fingerprint string // the page's: another one means another PeerConnection over there
	format      media.Format

	mu      sync.Mutex
	closed  bool
	readers sync.WaitGroup // grows under mu, and not once closed
}

// A mouth is where what peers of one leg hear goes: into the leg's port, by
// one reader at a time.
type mouth struct {
	turn  sync.Mutex // held by the reader of the leg's current track for as long as it reads
	port  *media.Port
	meter media.Meter
}

// connect makes a peer for an offer and returns the answer for the page.
// changed is called, on pion's goroutine, when the connection's state changes.
func (e *engine) connect(o *offer, w *wire, m *mouth, changed func(*peer, webrtc.PeerConnectionState)) (*peer, string, error) {
	p := &peer{fingerprint: o.fingerprint, format: o.format}
	pc, err := e.connection(&inlet{full: p.cut})
	if err != nil {
		return nil, "", peerError("make", err)
	}
	p.pc = pc
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) { changed(p, s) })
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { p.read(t, r, m) })
	if err := p.send(w, o.format.Codec, m); err != nil {
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

// send gives the PeerConnection the track that ends in the leg's wire, and
// notes what the page reports of it.
func (p *peer) send(w *wire, c transcode.Codec, m *mouth) error {
	mime := map[transcode.Codec]string{
		transcode.Opus: webrtc.MimeTypeOpus, transcode.PCMU: webrtc.MimeTypePCMU, transcode.PCMA: webrtc.MimeTypePCMA,
	}[c]
	sender, err := p.pc.AddTrack(&track{wire: w, mime: mime})
	if err != nil {
		return peerError("send", err)
	}
	p.readers.Go(func() { readReports(sender, m, c.ClockRate()) })
	return nil
}

// answer takes an offer, the first or an ICE restart, and returns ours with
// all candidates: an ICE-lite agent has only its own addresses to gather.
func (p *peer) answer(o *offer) (string, error) {
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
	return o.answer(p.pc.LocalDescription().SDP), nil
}

// restarts reports whether an offer is an ICE restart of this peer, rather
// than the first of another: a PeerConnection keeps its certificate.
func (p *peer) restarts(o *offer) bool {
	return p.fingerprint == o.fingerprint && p.format == o.format &&
		p.pc.ConnectionState() != webrtc.PeerConnectionStateClosed
}

// read carries a track's packets into the leg's port until the track ends.
func (p *peer) read(t *webrtc.TrackRemote, r *webrtc.RTPReceiver, m *mouth) {
	if !p.begin() {
		return
	}
	go func() {
		defer p.readers.Done()
		drain(r)
	}()
	defer p.readers.Done()
	m.turn.Lock()
	defer m.turn.Unlock()
	var buffer [1500]byte
	ssrc, clock := uint32(t.SSRC()), p.format.Codec.ClockRate()
	for {
		n, _, err := t.Read(buffer[:])
		if errors.Is(err, io.EOF) || n == 0 && err != nil {
			return
		}
		if f, ok := frameOf(buffer[:n]); ok && err == nil {
			m.meter.Arrived(ssrc, f, clock, time.Now())
			m.port.Receive(f)
		}
	}
}

// begin counts the two readers of a track, unless the peer is closed.
func (p *peer) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.readers.Add(2)
	return true
}

// cut ends the connection of a page that sends more streams than a call has.
// It is as lost as by a broken network. It is called where pion must not be
// waited for.
func (p *peer) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.readers.Go(func() { p.pc.Close() })
	}
}

// close ends the connection and waits for what it started. It must not be
// called from pion's callbacks.
func (p *peer) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.pc.GracefulClose()
	p.readers.Wait()
}

func peerError(op string, err error) error {
	return &webtrunk.Error{Op: fmt.Sprintf("signaling: %s", op), Kind: webtrunk.Internal, Err: err}
}
