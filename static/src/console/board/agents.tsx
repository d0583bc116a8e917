import { useState } from "preact/hooks";
import { useKeptFocus } from "../../monitor/focus.ts";
import { put } from "../../monitor/client.ts";
import { Notice } from "../../monitor/notice.tsx";
import type { List, LiveCall } from "../../monitor/wire.ts";
import { clock } from "../../timer.ts";
import { useOptional } from "../optional.ts";
import { type Choice, choicesOf, chosenOf, type Presence, type Reason } from "../presence.ts";
import { plain } from "../problem.ts";
import { agentIn } from "../who.ts";
import type { Colleague } from "../wire.ts";
import { useSpeech, useWords } from "../words.ts";
import type { BoardProps, Floor } from "./board.tsx";
import { heard, partner } from "./named.ts";
import type { Agent } from "./wire.ts";
import { useBoardWords } from "./words.ts";

interface AgentsProps extends BoardProps {
  floor: Floor;
  time: number;
  onDone(): void;
}

/** What each agent is doing, with whom; what they are may be set, and their call heard. */
export function Agents({ floor, time, me, colleagues, busy, onListen, onDone }: AgentsProps) {
  const words = useBoardWords();
  const common = useWords();
  const [problem, setProblem] = useState("");
  const reasons = useOptional<List<Reason>>("/v1/presence_reasons?limit=100", 60_000);
  const choices = choicesOf(reasons.value?.data ?? [], common.presence);
  const list = useKeptFocus<HTMLUListElement>("agents-title");

  async function run(act: () => Promise<unknown>) {
    setProblem("");
    try {
      await act();
    } catch (error) {
      setProblem(plain(common, error));
    }
    onDone();
  }

  function set(agent: Agent, value: string) {
    const choice = choices.find((one) => one.value === value);
    if (!choice) return;
    const { presence, reason } = choice;
    void run(() => put(`/v1/agents/${encodeURIComponent(agent.id)}/presence`, { presence, ...(reason ? { reason } : {}) }));
  }

  return (
    <section class="card" aria-labelledby="agents-title">
      <h2 id="agents-title" tabIndex={-1}>
        {words.agents.heading}
      </h2>
      <Notice problem={problem} />
      {floor.agents.length === 0 && <p class="quiet">{words.agents.none}</p>}
      <ul class="past" ref={list}>
        {floor.agents.map((agent) => {
          const call = floor.calls.find(({ id }) => id === agent.presence?.call);
          return (
            <li key={agent.id}>
              <Doing agent={agent} call={call} queue={floor.queues.find(({ id }) => id === agent.presence?.queue)?.name ?? ""} time={time} colleagues={colleagues} />
              <PresenceOf agent={agent} choices={choices} onSet={(value) => set(agent, value)} />
              {call && heard(call) && agent.presence?.presence === "on_call" && agent.id !== agentIn(me) && (
                <button type="button" aria-label={words.agents.listenTo(agent.name)} aria-disabled={busy} onClick={() => !busy && void run(() => onListen(call.id))}>
                  {words.agents.listen}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface DoingProps {
  agent: Agent;
  call: LiveCall | undefined;
  queue: string;
  time: number;
  colleagues: Colleague[];
}

function Doing({ agent, call, queue, time, colleagues }: DoingProps) {
  const words = useBoardWords();
  const common = useWords();
  const now: Presence = agent.presence ?? { presence: "offline" };
  const busy = call && (now.presence === "on_call" || now.presence === "offered");
  return (
    <p>
      <strong dir="auto">{agent.name}</strong>{" "}
      <span class={`state ${now.presence}`}>{now.presence === "away" && now.reason ? now.reason : common.presence[now.presence]}</span>{" "}
      {now.since && <time dateTime={now.since}>{clock((time - Date.parse(now.since)) / 1000)}</time>}
      {busy && (
        <span class="fact quiet">
          {words.agents.with(partner(call, agent.id, common.visitor, colleagues))} {queue && words.agents.from(queue)}
        </span>
      )}
    </p>
  );
}

function PresenceOf({ agent, choices, onSet }: { agent: Agent; choices: Choice[]; onSet(value: string): void }) {
  const words = useBoardWords();
  const { words: common } = useSpeech();
  const now = agent.presence?.presence ?? "offline";
  const chosen = chosenOf(agent.presence ?? { presence: "offline" }, choices);
  return (
    <select aria-label={words.agents.presence(agent.name)} value={chosen} onChange={(event) => onSet(event.currentTarget.value)}>
      {chosen === "" && (
        <option value="" disabled>
          {common.presence[now]}
        </option>
      )}
      {choices.map(({ value, name }) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}
