import { useState } from "preact/hooks";
import { sentence, tell } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { address, legState, quality, since, words } from "./format.ts";
import { Notes } from "./notes.tsx";
import { Done, Heading, Notice } from "./notice.tsx";
import { useNow, usePolled } from "./polled.ts";
import { ScopeChoice } from "./scope.tsx";
import type { Scope } from "./views.ts";
import type { Leg, List, LiveCall } from "./wire.ts";

/** The calls that run now, with their legs and how these sound. */
export function Calls({ operator }: { operator: boolean }) {
  const [scope, setScope] = useState<Scope>("account");
  const [done, setDone] = useState("");
  const calls = usePolled<List<LiveCall>>(`/v1/live/calls?scope=${scope}`, 1000);
  const list = useKeptFocus<HTMLUListElement>("calls-title");
  const now = useNow();
  const running = calls.value?.data.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return (
    <section aria-labelledby="calls-title">
      <Heading id="calls-title">
        Calls <span class="count">{running?.length ?? ""}</span>
      </Heading>
      {operator && (
        <div class="filters">
          <ScopeChoice scope={scope} onChoose={setScope} />
        </div>
      )}
      <Notice problem={calls.problem} />
      <Done done={done} />
      {running?.length === 0 && <p class="quiet">No call runs. A call appears here as soon as it begins.</p>}
      <ul class="cards" ref={list}>
        {running?.map((call) => (
          <CallCard key={call.id} call={call} now={now} ours={scope === "account"} onEnded={setDone} />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  call: LiveCall;
  now: number;
  ours: boolean;
  onEnded(done: string): void;
}

function CallCard({ call, now, ours, onEnded }: CardProps) {
  const [problem, setProblem] = useState("");
  const [ending, setEnding] = useState(false);
  const who = `${address(call.from)} to ${address(call.to)}`;

  async function hangUp() {
    if (ending) return;
    setEnding(true);
    setProblem("");
    try {
      await tell(`/v1/calls/${call.id}/hangup`);
      onEnded(`Hung up: ${who}.`);
    } catch (error) {
      setProblem(sentence(error));
      setEnding(false);
    }
  }

  return (
    <li class="card">
      <h2>
        {address(call.from)} → {address(call.to)}
      </h2>
      <p>
        <span class={`state ${call.status}`}>{words(call.status)}</span>{" "}
        <time>{since(call.answered_at ?? call.created_at, now)}</time>
        {call.livemode ? "" : " · test"}
      </p>
      <ul class="legs">
        {call.legs.map((leg) => (
          <LegLine key={leg.id} leg={leg} />
        ))}
      </ul>
      <Notes notes={call.metadata} />
      <p class="id">
        {call.id}
        {call.via ? ` by ${call.via}` : ""}
      </p>
      <Notice problem={problem} />
      {ours && (
        <button type="button" class="danger" onClick={hangUp} aria-disabled={ending} aria-label={`Hang up ${who}`}>
          {ending ? "Hanging up…" : "Hang up"}
        </button>
      )}
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
      {leg.warnings?.length ? <span class="quality poor">Warning: {leg.warnings.map(words).join(", ")}</span> : null}
    </li>
  );
}
