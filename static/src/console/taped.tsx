import { useRef } from "preact/hooks";
import type { Recorded } from "../wire.ts";
import { useHeldFocus } from "./heldfocus.ts";
import { useWords, type Words } from "./words.ts";
import type { Workplace } from "./workplace.ts";

interface TapedProps {
  place: Workplace;
  now: Recorded;
}

/** Whether the call is recorded, and what the agent can do about it. */
export function Taped({ place, now }: TapedProps) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const says = useRef<HTMLParagraphElement>(null);
  useHeldFocus(box, says);
  const { state, controls, on_demand: onDemand, reason } = now;
  // Pausing and going on are one button, so that the focus stays where it is.
  const button = (action: "start" | "stop" | "pause" | "resume") => (
    <button type="button" key={action === "resume" ? "pause" : action} onClick={() => place.record(action)}>
      {words.taped[action]}
    </button>
  );
  return (
    <div class={`moved taped ${state}`} ref={box} role="group" aria-label={words.taped.heading}>
      <p role="status" tabIndex={-1} ref={says}>
        {sentence(words, now)}
      </p>
      {controls && (
        <div class="buttons">
          {state === "on" && button("pause")}
          {state === "paused" && reason === "agent" && button("resume")}
          {onDemand && state === "off" && reason === undefined && button("start")}
          {onDemand && state !== "off" && button("stop")}
        </div>
      )}
    </div>
  );
}

function sentence({ taped }: Words, { state, reason }: Recorded): string {
  if (state === "on") return taped.on;
  const why = reason && taped.why[reason];
  return state === "paused" ? `${taped.paused} ${why ?? ""}`.trim() : `${taped.off} ${why ?? ""}`.trim();
}
