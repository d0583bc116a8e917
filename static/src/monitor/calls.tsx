import { useState } from "preact/hooks";
import { tell } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { address, since } from "./format.ts";
import { Notes } from "./notes.tsx";
import { Done, Heading, Notice } from "./notice.tsx";
import { Parties } from "./parties.tsx";
import { useNow, usePolled } from "./polled.ts";
import { ScopeChoice } from "./scope.tsx";
import { Sound } from "./sound.tsx";
import type { Scope } from "./views.ts";
import type { Leg, List, LiveCall } from "./wire.ts";
import { plain, useFormats, useWords } from "./words.ts";

/** The calls that run now, with their legs and how these sound. */
export function Calls({ operator }: { operator: boolean }) {
  const words = useWords();
  const { number } = useFormats();
  const [scope, setScope] = useState<Scope>("account");
  const [done, setDone] = useState("");
  const calls = usePolled<List<LiveCall>>(`/v1/live/calls?scope=${scope}`, 1000);
  const list = useKeptFocus<HTMLUListElement>("calls-title");
  const now = useNow();
  const running = calls.value?.data.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return (
    <section aria-labelledby="calls-title">
      <Heading id="calls-title">
        {`${words.views.calls} `}
        <span class="count">{running ? number(running.length) : ""}</span>
      </Heading>
      {operator && (
        <div class="filters">
          <ScopeChoice scope={scope} onChoose={setScope} />
        </div>
      )}
      <Notice problem={plain(words, calls.failure)} />
      <Done done={done} />
      {running?.length === 0 && <p class="quiet">{words.calls.none}</p>}
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
  const words = useWords();
  const { state } = useFormats();
  const [problem, setProblem] = useState("");
  const [ending, setEnding] = useState(false);
  const who = words.fromTo(address(call.from), address(call.to));

  async function hangUp() {
    if (ending) return;
    setEnding(true);
    setProblem("");
    try {
      await tell(`/v1/calls/${call.id}/hangup`);
      onEnded(words.calls.hungUp(who));
    } catch (error) {
      setProblem(plain(words, error));
      setEnding(false);
    }
  }

  return (
    <li class="card">
      <Parties from={call.from} to={call.to} />
      <p>
        <span class={`state ${call.status}`}>{state(call.status)}</span>{" "}
        <time>{since(call.answered_at ?? call.created_at, now)}</time>
        {call.livemode ? "" : ` · ${words.isTest}`}
      </p>
      <ul class="legs">
        {call.legs.map((leg) => (
          <LegLine key={leg.id} leg={leg} />
        ))}
      </ul>
      <Notes notes={call.metadata} />
      <p class="id">
        {call.id}
        {call.via ? ` ${words.calls.by(call.via)}` : ""}
      </p>
      <Notice problem={problem} />
      {ours && (
        <button type="button" class="danger" onClick={hangUp} aria-disabled={ending} aria-label={words.calls.hangUpOf(who)}>
          {ending ? words.calls.hangingUp : words.calls.hangUp}
        </button>
      )}
    </li>
  );
}

function LegLine({ leg }: { leg: Leg }) {
  const words = useWords();
  const { state, legState, join } = useFormats();
  return (
    <li>
      <strong>
        <bdi>{address(leg.address)}</bdi>
      </strong>{" "}
      {join([state(leg.role), state(leg.kind), legState(leg)])}
      {leg.state !== "ended" && <Sound of={leg.quality} />}
      {leg.warnings?.length ? <span class="quality poor">{words.calls.warning(join(leg.warnings.map(state)))}</span> : null}
    </li>
  );
}
