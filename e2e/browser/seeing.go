package browser

import (
	"fmt"
	"math"
	"time"
)

// A View is what a page shows of the other side.
type View struct {
	Width      int     // of the picture; 0 without one
	Brightness float64 // 0 is black, 255 white
	Moving     float64 // the share of the picture that changed within some frames
}

// far is the element with the other side's picture.
const far = `document.querySelector("webtrunk-call").shadowRoot.querySelector("video[part=far]")`

// View looks at the other side twice, a few frames apart. Where no frame comes
// in a second, nothing moves.
func (p *Tab) View() View {
	p.t.Helper()
	return Evaluate[View](p, `(async () => {
		const video = `+far+`;
		const canvas = new OffscreenCanvas(64, 48).getContext("2d", { willReadFrequently: true });
		const look = () => {
			canvas.drawImage(video, 0, 0, 64, 48);
			const { data } = canvas.getImageData(0, 0, 64, 48);
			return Array.from({ length: 64 * 48 }, (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
		};
		if (!video?.videoWidth) return { Width: 0, Brightness: 0, Moving: 0 };
		const before = look();
		const frame = () => new Promise((seen) => { video.requestVideoFrameCallback(seen); setTimeout(seen, 1000); });
		for (let i = 0; i < 5; i++) await frame();
		const after = look();
		const changed = after.filter((x, i) => Math.abs(x - before[i]) > 16).length;
		return { Width: video.videoWidth, Brightness: after.reduce((a, b) => a + b) / after.length, Moving: changed / after.length };
	})()`)
}

// SeesMoving waits until the page shows a picture of the other side that moves.
func (p *Tab) SeesMoving() {
	p.t.Helper()
	p.Eventually("a moving picture of the other side", func() bool {
		v := p.View()
		return v.Width > 0 && v.Brightness > 20 && v.Moving > 0.002
	})
}

// SeesDark waits until the other side's picture is black.
func (p *Tab) SeesDark() {
	p.t.Helper()
	p.Eventually("a black picture of the other side", func() bool { v := p.View(); return v.Width > 0 && v.Brightness < 20 })
}

// Received is what a page's connection has received.
type Received struct {
	Connections int     // that the page has made
	Samples     float64 // of sound, without what was made up
	Frames      float64 // decoded
	Protocol    string  // of the path in use: udp or tcp
	// Apart is how far the sound that is played is from the picture that is
	// shown, by the sender's clock; Known says whether both are.
	Apart time.Duration
	Known bool
}

// Received asks the page's latest connection. Rerouted must have been called
// before the call.
func (p *Tab) Received() Received {
	p.t.Helper()
	r := Evaluate[struct {
		Connections, Samples, Frames, Apart float64
		Protocol                            string
		Known                               bool
	}](p, `(async () => {
		const all = [...connections];
		const found = { Connections: all.length, Samples: 0, Frames: 0, Apart: 0, Protocol: "", Known: false };
		if (!all.length) return found;
		const stats = await all.at(-1).getStats();
		const at = {};
		for (const s of stats.values()) {
			if (s.type === "inbound-rtp") at[s.kind] = s.estimatedPlayoutTimestamp;
			if (s.type === "inbound-rtp" && s.kind === "audio") found.Samples = s.totalSamplesReceived - s.concealedSamples;
			if (s.type === "inbound-rtp" && s.kind === "video") found.Frames = s.framesDecoded;
			if (s.type === "transport" && s.selectedCandidatePairId)
				found.Protocol = stats.get(stats.get(s.selectedCandidatePairId).localCandidateId).protocol;
		}
		if (at.audio && at.video) [found.Known, found.Apart] = [true, at.audio - at.video];
		return found;
	})()`)
	apart := time.Duration(math.Round(r.Apart * float64(time.Millisecond)))
	return Received{int(r.Connections), r.Samples, r.Frames, r.Protocol, apart, r.Known}
}

// Speaks is the codec of the sound that the page's latest connection sends, as
// its MIME type, and how many connections the page has made. Rerouted must have
// been called before the call.
func (p *Tab) Speaks() (codec string, made int) {
	p.t.Helper()
	r := Evaluate[struct {
		Codec string
		Made  int
	}](p, `(async () => {
		const all = [...connections];
		const found = { Codec: "", Made: all.length };
		if (!all.length) return found;
		const stats = await all.at(-1).getStats();
		for (const s of stats.values()) {
			if (s.type === "outbound-rtp" && s.kind === "audio" && s.codecId) found.Codec = stats.get(s.codecId).mimeType;
		}
		return found;
	})()`)
	return r.Codec, r.Made
}

// Reroute has the connections that the page makes from now on look for the
// gateway's UDP at another port of this machine, and for its TCP only if that
// is wanted. What goes by a TURN server alone is left as it is.
func (p *Tab) Reroute(port uint16, tcp bool) {
	p.t.Helper()
	Evaluate[bool](p, fmt.Sprintf(`(() => {
		window.connections = new Set();
		const p = RTCPeerConnection.prototype;
		const { setRemoteDescription, addIceCandidate, setLocalDescription } = p;
		const keep = (line) => !/^(a=)?candidate:/.test(line) || %[2]t || !/ tcp /i.test(line);
		const moved = (text) => text.split("\r\n").filter(keep).join("\r\n")
			.replace(/( udp \d+ 127\.0\.0\.1) \d+ typ host/gi, "$1 %[1]d typ host");
		p.setLocalDescription = function (d) { connections.add(this); return setLocalDescription.call(this, d); };
		const relayed = (peer) => peer.getConfiguration().iceTransportPolicy === "relay";
		p.setRemoteDescription = function (d) { return setRemoteDescription.call(this, relayed(this) ? d : { type: d.type, sdp: moved(d.sdp) }); };
		p.addIceCandidate = function (c) {
			if (!c?.candidate || relayed(this)) return addIceCandidate.call(this, c);
			if (!keep(c.candidate)) return Promise.resolve();
			return addIceCandidate.call(this, { ...c, candidate: moved(c.candidate) });
		};
		return true;
	})()`, port, tcp))
}
