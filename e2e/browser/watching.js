// What the widget tells the page. sessionStorage carries it over a navigation,
// where the page has one: a frame without an origin has not.
const carried = (() => {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
})();
window.told = JSON.parse(carried?.getItem("told") ?? "[]");
addEventListener("webtrunk-state", (event) => {
  told.push(event.detail);
  carried?.setItem("told", JSON.stringify(told));
});

// The microphones that the page was given.
window.microphones = [];
if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await ask(constraints);
    if (constraints.audio) microphones.push(stream);
    return stream;
  };
}

window.recordings = {};

// A track's rate may change with the codec. The recording has that of its beginning.
function atRate(plane, from, to) {
  if (from === to) return plane;
  return Float32Array.from({ length: Math.round((plane.length * to) / from) }, (_, i) => plane[Math.min(plane.length - 1, Math.floor((i * from) / to))]);
}

class Recording {
  rate = 0;
  since = 0;
  #chunks = [];
  #samples = 0;

  async take(track) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1000 }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const taken = new Float32Array(value.numberOfFrames);
      value.copyTo(taken, { planeIndex: 0, format: "f32-planar" });
      this.rate ||= value.sampleRate;
      const plane = atRate(taken, value.sampleRate, this.rate);
      if (this.#samples === 0) this.since = performance.now() - (1000 * plane.length) / this.rate;
      this.#chunks.push(Int16Array.from(plane, (x) => Math.max(-1, Math.min(1, x)) * 32767));
      this.#samples += plane.length;
      value.close();
    }
  }

  put(plane, rate) {
    this.rate = rate;
    this.#chunks.push(Int16Array.from(plane, (x) => Math.max(-1, Math.min(1, x)) * 32767));
    this.#samples += plane.length;
  }

  length() {
    return this.#samples / (this.rate || 1);
  }

  all() {
    const pcm = new Int16Array(this.#samples);
    let at = 0;
    for (const chunk of this.#chunks) {
      pcm.set(chunk, at);
      at += chunk.length;
    }
    return { Rate: this.rate || 48000, Since: this.since, PCM: new Uint8Array(pcm.buffer).toBase64() };
  }
}

// Firefox gives a page no pieces of a track, and no context of sound on a machine that
// has no sound card. What it records itself is as long as it has told of.
class Encoded {
  #recorder;
  #since = 0;
  #until = 0;
  #pieces = [];

  take(track) {
    this.#recorder = new MediaRecorder(new MediaStream([track]), { audioBitsPerSecond: 256000 });
    this.#recorder.onstart = () => (this.#since = performance.now());
    this.#recorder.ondataavailable = ({ data }) => {
      this.#pieces.push(data);
      this.#until = performance.now();
    };
    this.#recorder.start(200);
  }

  length() {
    return Math.max(0, this.#until - this.#since) / 1000;
  }

  async all() {
    const content = await new Blob(this.#pieces).arrayBuffer();
    const sound = content.byteLength ? await new OfflineAudioContext(1, 1, 48000).decodeAudioData(content) : new AudioBuffer({ length: 1, sampleRate: 48000 });
    const pcm = Int16Array.from(sound.getChannelData(0), (x) => Math.max(-1, Math.min(1, x)) * 32767);
    return { Rate: sound.sampleRate, Since: this.#since, PCM: new Uint8Array(pcm.buffer).toBase64() };
  }
}

function record(name, stream) {
  const [track] = stream?.getAudioTracks() ?? [];
  if (!track) return false;
  recordings[name] = window.MediaStreamTrackProcessor ? new Recording() : new Encoded();
  recordings[name].take(track);
  return true;
}

// A page has at most one call, and a call one element that plays it.
window.recordSound = () => record("sound", [...(document.querySelector("webtrunk-call")?.shadowRoot ?? document).querySelectorAll("audio")].find((audio) => audio.srcObject)?.srcObject);
// A file that an element has played to its end, as this browser decodes it.
window.playFile = async (selector) => {
  const audio = document.querySelector(selector);
  const over = new Promise((resolve, fail) => {
    audio.onended = resolve;
    audio.onerror = () => fail(audio.error);
  });
  await audio.play();
  await over;
  const content = await (await fetch(audio.currentSrc)).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
  recordings.file = new Recording();
  recordings.file.put(sound.getChannelData(0), sound.sampleRate);
};
window.recordMicrophone = () => record("microphone", microphones.at(-1));

// The next stream that a page plays at an element which it may keep to itself.
window.recordReplay = () => {
  const { play } = HTMLMediaElement.prototype;
  recordings.replay = new Recording();
  HTMLMediaElement.prototype.play = function () {
    if (!this.srcObject) return play.call(this);
    HTMLMediaElement.prototype.play = play;
    record("replay", this.srcObject);
    return play.call(this);
  };
  return true;
};
