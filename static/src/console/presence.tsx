import { useState } from "preact/hooks";
import { ask, put, remove } from "../monitor/client.ts";
import { useNow } from "../monitor/polled.ts";
import type { List } from "../monitor/wire.ts";
import { clock } from "../timer.ts";
import { type Optional, useOptional } from "./optional.ts";
import { choicesOf, chosenOf, type Presence, type Reason, secondsOf } from "./presence.ts";
import { plain } from "./problem.ts";
import { useWords } from "./words.ts";

const mine = "/v1/agents/me/presence";

/** What the agent is doing. Who is in no queue, or of a gateway without any, does nothing. */
export const usePresence = (): Optional<Presence> => useOptional<Presence>(mine, 2000);

/** Ends the agent's wrap-up, and tells what they are then. */
export async function endWrapUp(now: Optional<Presence>): Promise<void> {
  await remove("/v1/agents/me/wrap_up");
  now.put(await ask<Presence>(mine));
}

/** Whether queues offer the agent calls. */
export function PresenceChoice({ now }: { now: Optional<Presence> }) {
  const words = useWords();
  const [problem, setProblem] = useState("");
  const reasons = useOptional<List<Reason>>(now.value ? "/v1/presence_reasons?limit=100" : "", 60_000);
  const time = useNow();
  if (!now.value) return null;
  const choices = choicesOf(reasons.value?.data ?? [], words.presence);
  const chosen = chosenOf(now.value, choices);

  async function choose(value: string) {
    const choice = choices.find((one) => one.value === value);
    if (choice) await attempt(async () => now.put(await put<Presence>(mine, { presence: choice.presence, ...(choice.reason ? { reason: choice.reason } : {}) })));
  }

  async function attempt(what: () => Promise<void>) {
    setProblem("");
    try {
      await what();
    } catch (error) {
      setProblem(plain(words, error));
    }
  }

  const { presence, since, until } = now.value;
  const seconds = secondsOf(now.value, time);
  return (
    <div class="presence">
      <select aria-label={words.presence.label} value={chosen} onChange={(event) => void choose(event.currentTarget.value)}>
        {chosen === "" && (
          <option value="" disabled>
            {words.presence[presence]}
          </option>
        )}
        {choices.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      {seconds !== undefined && <time dateTime={presence === "wrap_up" ? (until ?? since) : since}>{presence === "wrap_up" && until ? words.presence.left(clock(seconds)) : clock(seconds)}</time>}
      {presence === "wrap_up" && (
        <button type="button" onClick={() => void attempt(() => endWrapUp(now))}>
          {words.presence.done}
        </button>
      )}
      {presence === "unresponsive" && (
        <button type="button" onClick={() => void choose("available")}>
          {words.presence.back}
        </button>
      )}
      {presence === "offline" && (
        <>
          <p>{words.presence.notYet}</p>
          <button type="button" class="go" onClick={() => void choose("available")}>
            {words.presence.start}
          </button>
        </>
      )}
      {presence === "unresponsive" && <p role="alert">{words.presence.letItRing}</p>}
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
    </div>
  );
}
