// What the widget tells the page. sessionStorage carries it over a navigation.
window.told = JSON.parse(sessionStorage.getItem("told") ?? "[]");
addEventListener("webtrunk-state", (event) => {
  told.push(event.detail);
  sessionStorage.setItem("told", JSON.stringify(told));
});

// The microphones that the page was given.
window.microphones = [];
if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await ask(constraints);
    microphones.push(stream);
    return stream;
  };
}

window.recordings = {};

class Recording {
  rate = 48000;
  since = 0;
  #chunks = [];
  #samples = 0;

  async take(track) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1000 }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const plane = new Float32Array(value.numberOfFrames);
      value.copyTo(plane, { planeIndex: 0, format: "f32-planar" });
      this.rate = value.sampleRate;
      if (this.#samples === 0) this.since = performance.now() - (1000 * plane.length) / this.rate;
      this.#chunks.push(Int16Array.from(plane, (x) => Math.max(-1, Math.min(1, x)) * 32767));
      this.#samples += plane.length;
      value.close();
    }
  }

  length() {
    return this.#samples / this.rate;
  }

  all() {
    const pcm = new Int16Array(this.#samples);
    let at = 0;
    for (const chunk of this.#chunks) {
      pcm.set(chunk, at);
      at += chunk.length;
    }
    return { Rate: this.rate, Since: this.since, PCM: new Uint8Array(pcm.buffer).toBase64() };
  }
}

function record(name, stream) {
  const [track] = stream?.getAudioTracks() ?? [];
  if (!track) return false;
  recordings[name] = new Recording();
  recordings[name].take(track);
  return true;
}

// A page has at most one call, and a call one element that plays it.
window.recordSound = () => record("sound", document.querySelector("webtrunk-call").shadowRoot.querySelector("audio")?.srcObject);
window.recordMicrophone = () => record("microphone", microphones.at(-1));
