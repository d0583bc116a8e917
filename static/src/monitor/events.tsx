import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ask, sentence } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { dateTime, time, words } from "./format.ts";
import { Heading, Notice } from "./notice.tsx";
import { ScopeChoice } from "./scope.tsx";
import { follow, type Following } from "./stream.ts";
import type { Scope } from "./views.ts";
import type { Envelope, List } from "./wire.ts";

/** How many events the page shows; the log keeps all. */
const shown = 500;

interface Filter {
  scope: Scope;
  types: string;
  call: string;
}

/** The events as they happen, newest first. */
export function Events({ operator }: { operator: boolean }) {
  const [filter, setFilter] = useState<Filter>({ scope: "account", types: "", call: "" });
  const [frozen, setFrozen] = useState<Envelope[]>();
  const { events, state, problem } = useEvents(filter);
  const list = useKeptFocus<HTMLOListElement>("events-title");
  const onCall = useCallback((call: string) => {
    setFrozen(undefined);
    setFilter({ scope: "account", types: "", call });
  }, []);
  const onFilter = useCallback((filter: Filter) => {
    setFrozen(undefined);
    setFilter(filter);
  }, []);
  const seen = frozen ?? events;
  const waiting = frozen ? newer(events, frozen[0]) : 0;
  return (
    <section aria-labelledby="events-title">
      <Heading id="events-title">
        Events{" "}
        <span class={`state ${state}`} role="status">
          {words(state)}
        </span>
      </Heading>
      <FilterForm filter={filter} operator={operator} onFilter={onFilter}>
        <button
          type="button"
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen ? undefined : events)}
        >
          Pause
        </button>
      </FilterForm>
      {frozen && <p class="quiet">Paused. {waiting >= shown ? `${shown} or more` : waiting} new.</p>}
      <Notice problem={problem} />
      {seen.length === 0 && state === "live" && <p class="quiet">Nothing has happened yet.</p>}
      {seen.length > 0 && (
        <ol class="log" aria-label="Events, newest first" ref={list}>
          {seen.map((event) => (
            <Event key={event.id} event={event} onCall={filter.call ? undefined : onCall} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** How many events came after one. */
function newer(events: Envelope[], than: Envelope | undefined): number {
  const at = than ? events.findIndex((event) => event.id === than.id) : -1;
  return at < 0 ? events.length : at;
}

/** What has happened lately, and then what happens. */
function useEvents(filter: Filter) {
  const [events, setEvents] = useState<Envelope[]>([]);
  const [state, setState] = useState<Following>("connecting");
  const [problem, setProblem] = useState("");

  useEffect(() => {
    const left = new AbortController();
    let stop = () => {};
    setEvents([]);
    setProblem("");
    setState("connecting");
    void begin();

    async function begin() {
      let past: Envelope[] = [];
      try {
        past = await recent(filter, left.signal);
      } catch (error) {
        if (left.signal.aborted) return;
        setState("refused");
        return setProblem(sentence(error));
      }
      setEvents(past);
      const from = filter.scope === "gateway" ? "latest" : String(past[0]?.seq ?? 0);
      stop = follow(`/v1/events/stream?${query(filter)}`, from, {
        onEvents: (batch) => setEvents((before) => [...batch.reverse(), ...before].slice(0, shown)),
        onMissed: () => setProblem("While the connection was lost, events happened that are no longer kept."),
        onState: (now, why) => {
          setState(now);
          setProblem(why);
        },
      });
    }
    return () => {
      left.abort();
      stop();
    };
  }, [filter]);

  return { events, state, problem };
}

/** The last events of the account; the whole gateway's are not in a list. */
async function recent(filter: Filter, signal: AbortSignal): Promise<Envelope[]> {
  if (filter.scope === "gateway") return [];
  return (await ask<List<Envelope>>(`/v1/events?order=desc&limit=100&${query(filter)}`, signal)).data;
}

function query(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.scope === "gateway") query.set("scope", "gateway");
  const types = filter.types.split(/[\s,]+/).filter(Boolean);
  if (types.length > 0) query.set("types", types.join(","));
  if (filter.call) query.set("call", filter.call);
  return query.toString();
}

interface FormProps {
  filter: Filter;
  operator: boolean;
  onFilter(filter: Filter): void;
  children: ComponentChildren;
}

/** The fields count when they are left or Enter is pressed, not at each letter. */
function FilterForm({ filter, operator, onFilter, children }: FormProps) {
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        Types
        <input
          placeholder="call.*, leg.joined"
          autocapitalize="off"
          spellcheck={false}
          value={filter.types}
          onChange={(event) => onFilter({ ...filter, types: event.currentTarget.value.trim() })}
        />
      </label>
      <label>
        Call
        <input
          placeholder="call_…"
          autocapitalize="off"
          spellcheck={false}
          value={filter.call}
          onChange={(event) => onFilter({ ...filter, call: event.currentTarget.value.trim() })}
        />
      </label>
      {operator && <ScopeChoice scope={filter.scope} onChoose={(scope) => onFilter({ ...filter, scope })} />}
      {(filter.types || filter.call) && (
        <button type="button" onClick={() => onFilter({ ...filter, types: "", call: "" })}>
          Show all
        </button>
      )}
      {children}
    </form>
  );
}

function Event({ event, onCall }: { event: Envelope; onCall: ((call: string) => void) | undefined }) {
  // An event never changes, and there may be hundreds.
  return useMemo(
    () => (
      <li>
        <details>
          <summary>
            <time dateTime={event.timestamp} title={dateTime(event.timestamp)}>
              {time(event.timestamp)}
            </time>{" "}
            <strong>{event.type}</strong>{" "}
            <span class="place">{event.call ? `${event.call_seq} of ${event.call}` : `event ${event.seq}`}</span>
          </summary>
          <pre tabIndex={0} aria-label={`Data of ${event.type}`}>
            {JSON.stringify(event.data, null, 2)}
          </pre>
          <p class="id">
            {event.id} · {dateTime(event.timestamp)} · {event.account}
            {event.livemode ? "" : " · test"}
          </p>
          {event.call && onCall && (
            <button type="button" onClick={() => onCall(event.call ?? "")}>
              Only this call
            </button>
          )}
        </details>
      </li>
    ),
    [event, onCall],
  );
}
