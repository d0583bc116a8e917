// How loud somebody speaks, read from a stream while it is looked at.

export class Level {
  readonly #context = new AudioContext();
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(stream: MediaStream) {
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** Whether the browser measures: one without a loudspeaker may not, and would read silence. */
  get measures(): boolean {
    return this.#context.state === "running";
  }

  /** From 0, silence, to 1: speech at a usual distance is at about a half. */
  read(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return scale(Math.sqrt(this.#samples.reduce((sum, x) => sum + x * x, 0) / this.#samples.length));
  }

  close(): void {
    void this.#context.close().catch(() => undefined);
  }
}

/** A share of full scale as the meter shows it: 60 dB from end to end. */
export function scale(rms: number): number {
  if (rms <= 0) return 0;
  return Math.max(0, Math.min(1, 1 + (20 * Math.log10(rms)) / 60));
}
