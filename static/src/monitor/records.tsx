import { useState } from "preact/hooks";
import { useKeptFocus } from "./focus.ts";
import { address, length } from "./format.ts";
import { Notes } from "./notes.tsx";
import { Heading, More, Notice } from "./notice.tsx";
import { Parties } from "./parties.tsx";
import { usePages } from "./polled.ts";
import { recordQuery, type Search } from "./search.ts";
import { Sound } from "./sound.tsx";
import type { CallRecord, LegRecord, RouteAttempt } from "./wire.ts";
import { plain, useFormats, useWords } from "./words.ts";

const states = ["", "completed", "busy", "no_answer", "rejected", "canceled", "failed", "ringing", "in_progress"];

/** The calls that were, with search and export. */
export function Records() {
  const words = useWords();
  const [search, setSearch] = useState<Search>({ party: "", text: "", status: "", from: "", to: "" });
  const query = recordQuery(search);
  const records = usePages<CallRecord>(`/v1/records?limit=50${query}`, 5000);
  const list = useKeptFocus<HTMLUListElement>("records-title");
  return (
    <section aria-labelledby="records-title">
      <Heading id="records-title">{words.views.records}</Heading>
      <SearchForm onSearch={setSearch} />
      <p>
        <a href={`/v1/records/export?format=csv${query}`} download>
          {words.records.csv}
        </a>{" "}
        <a href={`/v1/records/export?format=json${query}`} download>
          {words.records.json}
        </a>
      </p>
      <Notice problem={plain(words, records.failure)} />
      {records.value?.length === 0 && <p class="quiet">{words.records.none}</p>}
      <ul class="cards" ref={list}>
        {records.value?.map((record) => (
          <RecordCard key={record.id} record={record} />
        ))}
      </ul>
      <More list={records} label={words.more} />
    </section>
  );
}

function SearchForm({ onSearch }: { onSearch(search: Search): void }) {
  const words = useWords();
  const { state } = useFormats();
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget as HTMLFormElement);
        const field = (name: string) => String(fields.get(name) ?? "").trim();
        onSearch({
          party: field("party"),
          text: field("text"),
          status: field("status"),
          from: field("from"),
          to: field("to"),
        });
      }}
    >
      <label>
        {words.records.party}
        <input name="party" placeholder="+1555…" dir="ltr" maxLength={128} autocomplete="off" />
      </label>
      <label>
        {words.records.text}
        <input name="text" placeholder={words.records.textExample} dir="auto" maxLength={200} autocomplete="off" />
      </label>
      <label>
        {words.records.status}
        <select name="status">
          {states.map((status) => (
            <option key={status} value={status}>
              {state(status) || words.all}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.records.from}
        <input name="from" type="date" />
      </label>
      <label>
        {words.records.to}
        <input name="to" type="date" />
      </label>
      <button>{words.records.search}</button>
    </form>
  );
}

function RecordCard({ record }: { record: CallRecord }) {
  const words = useWords();
  const { state, dateTime, join, price } = useFormats();
  return (
    <li class="card">
      <Parties from={record.from} to={record.to} />
      <p>
        <span class={`state ${record.status}`}>{state(record.status)}</span>{" "}
        {join([
          record.answered_at && record.ended_at ? length(record.duration_ms) : "",
          record.end_reason && record.end_reason !== record.status ? state(record.end_reason) : "",
          record.sip_code ? words.sip(String(record.sip_code)) : "",
          price(record.price),
        ])}
      </p>
      {record.message && <p dir="auto">{record.message}</p>}
      <details>
        <summary>{dateTime(record.created_at)}</summary>
        <h3>{words.records.route}</h3>
        {record.route.length === 0 && <p class="quiet">{words.records.nobody}</p>}
        <ol class="legs">
          {record.route.map((attempt) => (
            <Attempt key={attempt.leg} attempt={attempt} />
          ))}
        </ol>
        <h3>{words.records.legs}</h3>
        <ul class="legs">
          {record.legs.map((leg) => (
            <LegLine key={leg.id} leg={leg} />
          ))}
        </ul>
        {record.transfers?.length ? <h3>{words.records.transfers}</h3> : null}
        <ul class="legs">
          {record.transfers?.map((transfer, i) => (
            <li key={i}>
              <strong>
                <bdi>{address(transfer.to)}</bdi>
              </strong>{" "}
              {transfer.consult ? words.records.consulted : words.records.blind}: {state(transfer.result)}
              <Told message={transfer.message} />
            </li>
          ))}
        </ul>
        <Notes notes={record.metadata} />
        <p class="id">
          {record.id} · {state(record.direction)}
          {record.via ? ` ${words.records.by(record.via)}` : ""}
          {record.reference ? ` · ${record.reference}` : ""}
          {record.identity_erased_at ? ` · ${words.records.erased(dateTime(record.identity_erased_at))}` : ""}
        </p>
      </details>
    </li>
  );
}

function Attempt({ attempt }: { attempt: RouteAttempt }) {
  const words = useWords();
  const { state, join } = useFormats();
  return (
    <li>
      <strong>
        <bdi>{address(attempt.address)}</bdi>
      </strong>{" "}
      {join([words.records.purposes[attempt.for], state(attempt.result), attempt.sip_code ? words.sip(String(attempt.sip_code)) : ""])}
      <Told message={attempt.message} />
    </li>
  );
}

function LegLine({ leg }: { leg: LegRecord }) {
  const { state, join } = useFormats();
  const talked = leg.joined_at && leg.left_at ? length(Date.parse(leg.left_at) - Date.parse(leg.joined_at)) : "";
  return (
    <li>
      <strong>
        <bdi>{address(leg.address)}</bdi>
      </strong>{" "}
      {join([state(leg.role), state(leg.kind), talked, leg.reason && state(leg.reason)])}
      {leg.quality && <Sound of={{ ...leg.quality, codec: leg.codec ?? "" }} />}
      <Told message={leg.message} />
    </li>
  );
}

/** What the gateway or the network said of it, in their own language. */
function Told({ message }: { message: string | undefined }) {
  if (!message) return null;
  return (
    <span class="quality" dir="auto">
      {message}
    </span>
  );
}
