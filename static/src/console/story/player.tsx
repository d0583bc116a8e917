import { useEffect, useRef, useState } from "preact/hooks";
import { clock } from "../../timer.ts";
import { useSpeech } from "../words.ts";
import { useStoryWords } from "./words.ts";

interface PlayerProps {
  /** In milliseconds. */
  length: number;
  position: number;
  onMove(position: number): void;
}

const speeds = [1, 4, 16];

/** By how much an arrow key moves, in ms; whoever wants to move further has the keys for pages. */
const fine = 100;

/** How often the position moves while it plays, in ms: often enough for what is written. */
const step = 200;

/** Plays a call again: from its beginning where it stands at its end, as fast as somebody wants to read. */
export function Player({ length, position, onMove }: PlayerProps) {
  const { language } = useSpeech();
  const words = useStoryWords();
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const at = useRef(position);
  at.current = position;
  const numeral = new Intl.NumberFormat(language);

  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const next = at.current + (now - last) * speed;
      last = now;
      onMove(next >= length ? Infinity : next);
      if (next >= length) setPlaying(false);
    }, step);
    return () => clearInterval(timer);
  }, [playing, speed, length]);

  function toggle() {
    if (!playing && position >= length) onMove(0);
    setPlaying(!playing);
  }

  return (
    <div class="player">
      <button type="button" onClick={toggle}>
        {playing ? words.pause : words.play}
      </button>
      <label>
        {words.position}
        <input
          type="range"
          min={0}
          max={Math.ceil(length / fine) * fine}
          step={fine}
          value={position >= length ? Math.ceil(length / fine) * fine : position}
          aria-valuetext={clock(position / 1000)}
          onInput={(event) => {
            const to = Number(event.currentTarget.value);
            onMove(to >= length ? Infinity : to);
          }}
        />
      </label>
      <label>
        {words.speed}
        <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
          {speeds.map((one) => (
            <option key={one} value={one}>
              × {numeral.format(one)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
