import { useState } from "preact/hooks";
import { clock } from "../../timer.ts";
import { chosen, playAt } from "../devices.ts";
import { plays } from "../sound.ts";
import { useWords } from "../words.ts";
import type { Moment } from "./moments.ts";
import { useStoryWords } from "./words.ts";

interface HeardProps {
  moments: Moment[];
  onMove(position: number): void;
}

/** The call's recordings: while one is played, the story stands where its sound is. */
export function Heard({ moments, onMove }: HeardProps) {
  return (
    <>
      {moments
        .filter(({ kind, recording }) => kind === "recording.ready" && recording)
        .map((one) => (
          <Sound key={one.recording} one={one} from={beginning(moments, one)} onMove={onMove} />
        ))}
    </>
  );
}

/** When a recording began, in milliseconds of the call. */
function beginning(moments: Moment[], { recording, offset_ms: end, seconds = 0 }: Moment): number {
  const began = moments.find((one) => one.kind === "recording.started" && one.recording === recording);
  return began?.offset_ms ?? Math.max(0, end - seconds * 1000);
}

function Sound({ one: { recording = "", seconds = 0 }, from, onMove }: { one: Moment; from: number; onMove(position: number): void }) {
  const words = useWords();
  const own = useStoryWords();
  const [silent, setSilent] = useState(false);
  const source = `/v1/recordings/${encodeURIComponent(recording)}/audio`;
  return (
    <div class="heard">
      {plays() && (
        <audio
          controls
          preload="none"
          src={source}
          aria-label={own.recording(clock(seconds))}
          onPlay={({ currentTarget }) => {
            setSilent(false);
            void playAt(currentTarget, chosen().speaker);
          }}
          onTimeUpdate={({ currentTarget }) => !currentTarget.paused && onMove(from + currentTarget.currentTime * 1000)}
          onEnded={() => onMove(Infinity)}
          onError={() => setSilent(true)}
        />
      )}
      {(silent || !plays()) && <p role={silent ? "alert" : undefined}>{silent ? own.silent : words.voicemails.cannotPlay}</p>}
      <a href={source} download={`${recording}.opus`}>
        {words.voicemails.download}
      </a>
    </div>
  );
}
