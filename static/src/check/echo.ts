// Whether the microphone hears the loudspeaker: three notes are played, and looked for in
// what comes from the microphone after the browser has taken out what echo it can. Who is
// talked to over such a loudspeaker hears themselves.

import { playAt } from "../devices.ts";
import { aborted, pause } from "./abort.ts";

/** The notes, in Hz, and how long each is, in seconds. Their harmonics are none of each other's. */
const notes = [620, 930, 1390];
const length = 0.6;
const gain = 0.15;
/** An amplitude above this, which is -45 dBFS, is heard as an echo. */
const loud = 0.0056;
/** The share of all sound at that moment that a note must be, or it is somebody's voice. */
const share = 0.2;

/** Plays the notes; true when all of them come back. */
export async function echoes(microphone: MediaStream, speaker: string, signal: AbortSignal): Promise<boolean> {
  const context = new AudioContext();
  try {
    // A browser that plays nothing leaves this unanswered for ever; then nothing comes back either.
    await Promise.race([context.resume(), pause(1_000)]);
    if (context.state !== "running") return false;
    const ear = new AnalyserNode(context, { fftSize: 4096 });
    context.createMediaStreamSource(microphone).connect(ear);
    const out = new MediaStreamAudioDestinationNode(context);
    const audio = new Audio();
    audio.srcObject = out.stream;
    await playAt(audio, speaker);
    await audio.play().catch(() => undefined);
    const begin = context.currentTime + 0.1;
    notes.forEach((frequency, i) => play(context, out, frequency, begin + i * length));
    const back = notes.map(() => false);
    // The last may come back late: a wireless loudspeaker takes a third of a second.
    for (const end = begin + notes.length * length + 0.5; context.currentTime < end; ) {
      await Promise.race([pause(40), aborted(signal)]);
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      notes.forEach((frequency, i) => (back[i] ||= isHeard(samples, frequency / context.sampleRate)));
    }
    audio.pause();
    return back.every(Boolean);
  } finally {
    await context.close().catch(() => undefined);
  }
}

function play(context: AudioContext, out: AudioNode, frequency: number, at: number): void {
  const note = new OscillatorNode(context, { frequency });
  const loudness = new GainNode(context, { gain: 0 });
  // Without a slope it would begin and end with a click.
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(gain, at + 0.02);
  loudness.gain.setValueAtTime(gain, at + length - 0.05);
  loudness.gain.linearRampToValueAtTime(0, at + length - 0.01);
  note.connect(loudness).connect(out);
  note.start(at);
  note.stop(at + length);
}

/** Whether a note, its frequency as a share of the sampling rate, stands out of samples. */
export function isHeard(samples: Float32Array, frequency: number): boolean {
  const amplitude = amplitudeOf(samples, frequency);
  const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
  return amplitude > loud && amplitude ** 2 / 2 > share * power;
}

/** How strong one frequency is (Goertzel's algorithm). */
function amplitudeOf(samples: Float32Array, frequency: number): number {
  const turn = 2 * Math.cos(2 * Math.PI * frequency);
  let [last, before] = [0, 0];
  for (const x of samples) [last, before] = [x + turn * last - before, last];
  return (2 / samples.length) * Math.sqrt(Math.max(0, last * last + before * before - turn * last * before));
}
