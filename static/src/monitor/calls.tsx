import { useState } from "preact/hooks";
import { Refusal, tell } from "./client.ts";
import { address, legState, quality, since, words } from "./format.ts";
import { useNow, usePolled } from "./polled.ts";
import { Notice } from "./notice.tsx";
import type { Leg, List, LiveCall } from "./wire.ts";

/** The calls that run now, with their legs and how these sound. */
export function Calls({ scope }: { scope: string }) {
  const calls = usePolled<List<LiveCall>>(`/v1/live/calls${scope}`, 1000);
  const now = useNow();
  const running = calls.value?.data;
  return (
    <section aria-labelledby="calls-title">
      <h2 id="calls-title">
        Calls <span class="count">{running?.length ?? ""}</span>
      </h2>
      <Notice problem={calls.problem} />
      {running?.length === 0 && <p class="quiet">No call runs. A call appears here as soon as it begins.</p>}
      <ul class="cards">
        {running?.map((call) => (
          <Call key={call.id} call={call} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Call({ call, now }: { call: LiveCall; now: number }) {
  const [problem, setProblem] = useState("");

  async function hangUp() {
    setProblem("");
    try {
      await tell(`/v1/calls/${call.id}/hangup`);
    } catch (error) {
      setProblem(error instanceof Refusal ? error.message : "The call could not be ended.");
    }
  }

  return (
    <li class="card">
      <h3>
        {address(call.from)} → {address(call.to)}
      </h3>
      <p>
        <span class={`state ${call.status}`}>{words(call.status)}</span>{" "}
        <time>{since(call.answered_at ?? call.created_at, now)}</time>
      </p>
      <ul class="legs">
        {call.legs.map((leg) => (
          <LegLine key={leg.id} leg={leg} />
        ))}
      </ul>
      <p class="id">{call.id}</p>
      <Notice problem={problem} />
      <button class="danger" onClick={hangUp} aria-label={`Hang up ${address(call.from)} to ${address(call.to)}`}>
        Hang up
      </button>
    </li>
  );
}

function LegLine({ leg }: { leg: Leg }) {
  const sound = quality(leg.quality);
  return (
    <li>
      <strong>{address(leg.address)}</strong> {words(leg.role)}, {leg.kind}, {legState(leg)}
      {leg.state !== "ended" && (
        <span class={`quality ${sound.grade}`}>
          {sound.grade === "unknown" ? "" : `${sound.grade}: `}
          {sound.text}
        </span>
      )}
    </li>
  );
}
