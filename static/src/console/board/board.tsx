import { useState } from "preact/hooks";
import { ask, askPages } from "../../monitor/client.ts";
import { Notice } from "../../monitor/notice.tsx";
import { useNow } from "../../monitor/polled.ts";
import type { List, LiveCall } from "../../monitor/wire.ts";
import type { Colleague } from "../wire.ts";
import { Agents } from "./agents.tsx";
import { useFollowed } from "./followed.ts";
import { Past } from "./past.tsx";
import { Queues } from "./queues.tsx";
import { Waiting } from "./waiting.tsx";
import type { Agent, Entry, LiveQueue, Queue } from "./wire.ts";
import { useBoardWords } from "./words.ts";
import { plain } from "../problem.ts";
import { useWords } from "../words.ts";

/** Everything that a supervisor sees at once. */
export interface Floor {
  queues: Queue[];
  live: LiveQueue[];
  entries: Entry[];
  agents: Agent[];
  calls: LiveCall[];
}

export interface BoardProps {
  me: string;
  colleagues: Colleague[];
  /** This page has a call, and cannot hear another. */
  busy: boolean;
  onListen(call: string): Promise<void>;
}

const types = "queue.*,agent.*,offer.*,call.answered,call.ended,call.queued,call.updated,leg.joined,leg.left,leg.part_changed";

const views = ["now", "past"] as const;

/** The queues and the people of an account as they are now, and as they were. */
export default function Board({ me, colleagues, busy, onListen }: BoardProps) {
  const words = useBoardWords();
  const page = useWords();
  const [view, setView] = useState<(typeof views)[number]>("now");
  const floor = useFollowed<Floor>(types, look);
  const time = useNow();
  const seen = floor.value;
  return (
    <div class="board">
      <div class="tabs" role="group" aria-label={words.heading}>
        {views.map((name) => (
          <button key={name} type="button" aria-pressed={name === view} onClick={() => setView(name)}>
            {words.views[name]}
          </button>
        ))}
      </div>
      <Notice problem={plain(page, floor.failure)} />
      {(floor.state === "reconnecting" || floor.state === "refused") && <p class="note">{words.notLive}</p>}
      {view === "now" && seen && (
        <>
          <Queues floor={seen} time={time} />
          <Waiting floor={seen} time={time} onDone={floor.again} />
          <Agents floor={seen} time={time} me={me} colleagues={colleagues} busy={busy} onListen={onListen} onDone={floor.again} />
        </>
      )}
      {view === "past" && <Past queues={seen?.queues ?? []} />}
    </div>
  );
}

async function look(signal: AbortSignal): Promise<Floor> {
  const [queues, live, entries, agents, calls] = await Promise.all([
    askPages<Queue>("/v1/queues?limit=100", 5, signal),
    ask<List<LiveQueue>>("/v1/queues/live", signal),
    ask<List<Entry>>("/v1/queue_entries", signal),
    askPages<Agent>("/v1/agents?limit=100", 5, signal),
    ask<List<LiveCall>>("/v1/live/calls", signal),
  ]);
  return { queues: queues.data, live: live.data, entries: entries.data, agents: agents.data, calls: calls.data };
}
