import { useEffect, useState } from "preact/hooks";
import { time, words } from "./format.ts";
import { Notice } from "./notice.tsx";
import { follow } from "./stream.ts";
import type { Envelope } from "./wire.ts";

/** How many events the page shows; the log keeps all. */
const shown = 500;

/** The events as they happen, newest first. */
export function Events({ scope }: { scope: string }) {
  const [types, setTypes] = useState("");
  const [call, setCall] = useState("");
  const [paused, setPaused] = useState(false);
  const [events, setEvents] = useState<Envelope[]>([]);
  const [state, setState] = useState("connecting");
  const [problem, setProblem] = useState("");

  useEffect(() => {
    setEvents([]);
    setProblem("");
    return follow(path(scope, types, call), {
      onEvent: (event) => setEvents((before) => [event, ...before].slice(0, shown)),
      onResync: () => setProblem("Some events were too many for this page. The log has them all."),
      onState: (now, why) => {
        setState(now);
        setProblem(why ?? "");
      },
    });
  }, [scope, types, call]);

  const [frozen, setFrozen] = useState<Envelope[]>([]);
  const list = paused ? frozen : events;
  return (
    <section aria-labelledby="events-title">
      <h2 id="events-title">
        Events <span class={`state ${state}`}>{words(state)}</span>
      </h2>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Types
          <input
            placeholder="call.*, leg.joined"
            value={types}
            onChange={(event) => setTypes(event.currentTarget.value.trim())}
          />
        </label>
        <label>
          Call
          <input placeholder="call_…" value={call} onChange={(event) => setCall(event.currentTarget.value.trim())} />
        </label>
        <button
          type="button"
          aria-pressed={paused}
          onClick={() => {
            setFrozen(events);
            setPaused(!paused);
          }}
        >
          {paused ? "Go on" : "Pause"}
        </button>
      </form>
      <Notice problem={problem} />
      {list.length === 0 && <p class="quiet">Nothing has happened since you came here.</p>}
      <ol class="log" aria-label="Events, newest first">
        {list.map((event) => (
          <Event key={event.id} event={event} onCall={setCall} />
        ))}
      </ol>
    </section>
  );
}

function Event({ event, onCall }: { event: Envelope; onCall(id: string): void }) {
  return (
    <li>
      <details>
        <summary>
          <time dateTime={event.timestamp}>{time(event.timestamp)}</time> <strong>{event.type}</strong>
          <span class="place"> {event.call ? `${event.call_seq} of ${event.call}` : `number ${event.seq}`}</span>
        </summary>
        <pre tabIndex={0}>{JSON.stringify(event.data, null, 2)}</pre>
        {event.call && (
          <button type="button" onClick={() => onCall(event.call ?? "")}>
            Only this call
          </button>
        )}
      </details>
    </li>
  );
}

function path(scope: string, types: string, call: string): string {
  const query = new URLSearchParams(scope);
  query.set("after", "latest");
  const list = types.split(/[\s,]+/).filter(Boolean);
  if (list.length > 0) query.set("types", list.join(","));
  if (call) {
    query.set("call", call);
    query.set("after", "0");
  }
  return `/v1/events/stream?${query}`;
}
