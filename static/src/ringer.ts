// The sound of an incoming call, made here so that nothing is downloaded. A
// browser plays it only after the person has used the page, or while the
// microphone is on; where it will not, the page rings in silence.

const beat = 3; // seconds from one ring to the next

export class Ringer {
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Rings, at the loudspeaker that was chosen, where the browser lets a page choose. */
  start(speaker = ""): void {
    if (this.#context || !mayPlay()) return;
    const context = new AudioContext(speaker ? ({ sinkId: speaker } as AudioContextOptions) : {});
    this.#context = context;
    // Refused after all: silence, and no error.
    void context.resume().catch(() => undefined);
    ring(context);
    this.#timer = setInterval(() => ring(context), beat * 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }
}

function mayPlay(): boolean {
  // Without the property (older Firefox) trying is harmless.
  return typeof AudioContext === "function" && (navigator.userActivation?.hasBeenActive ?? true);
}

/** Two soft strokes, 0.4 s each. */
function ring(context: AudioContext): void {
  for (const [offset, pitch] of [[0, 660], [0.5, 880]] as const) {
    const at = context.currentTime + offset;
    const tone = new OscillatorNode(context, { frequency: pitch });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.15, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
}
