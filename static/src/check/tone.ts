// A quiet tone that is sent instead of a voice: something must be sent to be measured.

export class Tone {
  readonly #context = new AudioContext();
  readonly track: MediaStreamTrack;

  constructor() {
    const out = new MediaStreamAudioDestinationNode(this.#context);
    const source = new OscillatorNode(this.#context, { frequency: 440 });
    source.connect(new GainNode(this.#context, { gain: 0.05 })).connect(out);
    source.start();
    void this.#context.resume().catch(() => undefined);
    this.track = out.stream.getAudioTracks()[0]!;
  }

  close(): void {
    this.track.stop();
    void this.#context.close().catch(() => undefined);
  }
}
