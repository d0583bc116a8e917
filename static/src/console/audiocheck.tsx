import { useEffect, useRef, useState } from "preact/hooks";
import { stopTracks } from "../voice.ts";
import { faultOf, faultOfPage, openMicrophone } from "../microphone.ts";
import { playAt } from "./devices.ts";
import { Level } from "../level.ts";
import { useWords } from "./words.ts";

interface CheckProps {
  microphone: string;
  speaker: string;
  /** The microphone was opened: from now on the browser tells the devices' names. */
  onOpened(): void;
  disabled: boolean;
  onEcho(to: string): void;
}

/** What is recorded to be played back: long enough for a sentence. */
const recordTime = 3_000;
/** How long a microphone may be silent before that is said. */
const patience = 4_000;
/** A meter below this hears nothing but the room. */
const audible = 0.15;

/** Shows how loud the microphone is, and plays the agent back to themselves. */
export function AudioCheck({ microphone, speaker, onOpened, disabled, onEcho }: CheckProps) {
  const words = useWords();
  const [stream, setStream] = useState<MediaStream>();
  const [problem, setProblem] = useState("");
  const [heard, setHeard] = useState("");
  const latest = useRef<MediaStream | undefined>(undefined);
  latest.current = stream;

  async function open() {
    const fault = faultOfPage();
    if (fault) return setProblem(words.phone.microphone[fault]);
    try {
      const opened = await openMicrophone(true, microphone);
      setProblem("");
      setStream(opened);
      onOpened();
    } catch (thrown) {
      setProblem(words.phone.microphone[await faultOf(thrown)]);
    }
  }

  function close() {
    if (latest.current) stopTracks(latest.current);
    setStream(undefined);
    setHeard("");
  }

  // Another microphone is tested in place of the one that was.
  useEffect(() => {
    if (!latest.current) return;
    close();
    void open();
  }, [microphone]);
  useEffect(() => close, []);

  async function playBack() {
    if (!stream || heard) return;
    setHeard(words.setup.recording);
    const sound = await record(stream, recordTime);
    if (latest.current !== stream) return;
    setHeard(words.setup.playing);
    await play(sound, speaker);
    setHeard("");
  }

  const echo = document.documentElement.dataset.echo ?? "";
  return (
    <div class="check">
      <div class="buttons">
        <button type="button" onClick={() => (stream ? close() : void open())}>
          {stream ? words.setup.stop : words.setup.test}
        </button>
        {stream && typeof MediaRecorder === "function" && (
          <button type="button" aria-disabled={heard !== ""} onClick={playBack}>
            {words.setup.hearYourself}
          </button>
        )}
        {echo && (
          <button type="button" aria-disabled={disabled} onClick={() => !disabled && onEcho(echo)}>
            {words.setup.echo}
          </button>
        )}
      </div>
      {stream && <LevelMeter stream={stream} />}
      <p role="status" class="quiet">
        {heard}
      </p>
      <p role="alert" class="problem">
        {problem}
      </p>
    </div>
  );
}

function LevelMeter({ stream }: { stream: MediaStream }) {
  const words = useWords();
  const meter = useRef<HTMLMeterElement>(null);
  const [lacking, setLacking] = useState<"" | "silent" | "unmeasured">("");
  useEffect(() => {
    const level = new Level(stream);
    let heardAt = Date.now();
    let measured = false;
    const reading = setInterval(() => {
      const now = level.read();
      if (meter.current) meter.current.value = now;
      if (now > audible) heardAt = Date.now();
      measured ||= level.measures;
      setLacking(Date.now() - heardAt <= patience ? "" : measured ? "silent" : "unmeasured");
    }, 50);
    return () => {
      clearInterval(reading);
      level.close();
    };
  }, [stream]);
  return (
    <>
      <label>
        {words.setup.level}
        <meter ref={meter} min={0} max={1} low={audible} high={0.9} optimum={0.5} value={0} />
      </label>
      <p role="status" class="problem">
        {lacking && words.setup[lacking]}
      </p>
    </>
  );
}

/** Records for so many milliseconds. */
async function record(stream: MediaStream, time: number): Promise<Blob> {
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  setTimeout(() => recorder.state !== "inactive" && recorder.stop(), time);
  await stopped;
  return new Blob(parts, { type: recorder.mimeType });
}

/** Plays what was recorded, from memory: nothing leaves this computer. */
async function play(sound: Blob, speaker: string): Promise<void> {
  const context = new AudioContext();
  const out = new MediaStreamAudioDestinationNode(context);
  const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(await sound.arrayBuffer()) });
  source.connect(out);
  const audio = new Audio();
  audio.srcObject = out.stream;
  await playAt(audio, speaker);
  const ended = new Promise((resolve) => (source.onended = resolve));
  source.start();
  await audio.play().catch(() => undefined);
  await ended;
  await context.close();
}
