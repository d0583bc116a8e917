import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "./client.ts";
import { useKeptFocus } from "./focus.ts";
import { Heading, Notice } from "./notice.tsx";
import { ScopeChoice } from "./scope.tsx";
import { Settled } from "./settled.tsx";
import { follow, type Following } from "./stream.ts";
import type { Scope } from "./views.ts";
import type { Envelope, List } from "./wire.ts";
import { plain, useFormats, useWords } from "./words.ts";

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
  const words = useWords();
  const { state: inWords, number } = useFormats();
  const { events, state, failure, missed } = useEvents(filter);
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
        {words.views.events}{" "}
        <span class={`state ${state}`} role="status">
          {inWords(state)}
        </span>
      </Heading>
      <FilterForm filter={filter} operator={operator} onFilter={onFilter}>
        <button
          type="button"
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen ? undefined : events)}
        >
          {words.events.pause}
        </button>
      </FilterForm>
      {frozen && <p class="quiet">{words.events.paused(waiting >= shown ? words.events.orMore(number(shown)) : number(waiting))}</p>}
      <Notice problem={plain(words, failure) || (missed ? words.events.missed : "")} />
      {seen.length === 0 && state === "live" && <p class="quiet">{words.events.none}</p>}
      {seen.length > 0 && (
        <ol class="log" aria-label={words.events.list} ref={list}>
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
  const [failure, setFailure] = useState<unknown>();
  const [missed, setMissed] = useState(false);

  useEffect(() => {
    const left = new AbortController();
    let stop = () => {};
    setEvents([]);
    setFailure(undefined);
    setMissed(false);
    setState("connecting");
    void begin();

    async function begin() {
      let past: Envelope[] = [];
      try {
        past = await recent(filter, left.signal);
      } catch (error) {
        if (left.signal.aborted) return;
        setState("refused");
        return setFailure(error);
      }
      setEvents(past);
      const from = filter.scope === "gateway" ? "latest" : String(past[0]?.seq ?? 0);
      stop = follow(`/v1/events/stream?${query(filter)}`, from, {
        onEvents: (batch) => setEvents((before) => [...batch.reverse(), ...before].slice(0, shown)),
        onMissed: () => setMissed(true),
        onState: (now, why) => {
          setState(now);
          setFailure(why);
        },
      });
    }
    return () => {
      left.abort();
      stop();
    };
  }, [filter]);

  return { events, state, failure, missed };
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
  const words = useWords().events;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        {words.types}
        <Settled placeholder="call.*, leg.joined" value={filter.types} onSettle={(types) => onFilter({ ...filter, types })} />
      </label>
      <label>
        {words.call}
        <Settled placeholder="call_…" value={filter.call} onSettle={(call) => onFilter({ ...filter, call })} />
      </label>
      {operator && <ScopeChoice scope={filter.scope} onChoose={(scope) => onFilter({ ...filter, scope })} />}
      {(filter.types || filter.call) && (
        <button type="button" onClick={() => onFilter({ ...filter, types: "", call: "" })}>
          {words.showAll}
        </button>
      )}
      {children}
    </form>
  );
}

function Event({ event, onCall }: { event: Envelope; onCall: ((call: string) => void) | undefined }) {
  const words = useWords();
  const { time, dateTime } = useFormats();
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
            <span class="place">{event.call ? words.events.placeOf(String(event.call_seq), event.call) : words.events.place(String(event.seq))}</span>
          </summary>
          <pre tabIndex={0} dir="ltr" aria-label={words.events.data(event.type)}>
            {JSON.stringify(event.data, null, 2)}
          </pre>
          <p class="id">
            {event.id} · {dateTime(event.timestamp)} · {event.account}
            {event.livemode ? "" : ` · ${words.isTest}`}
          </p>
          {event.call && onCall && (
            <button type="button" onClick={() => onCall(event.call ?? "")}>
              {words.events.onlyThis}
            </button>
          )}
        </details>
      </li>
    ),
    [event, onCall, words],
  );
}
