import { useState } from "preact/hooks";
import { useKeptFocus } from "./focus.ts";
import { address, dateTime, length, price, quality, words } from "./format.ts";
import { Notes } from "./notes.tsx";
import { Heading, More, Notice } from "./notice.tsx";
import { usePages } from "./polled.ts";
import { recordQuery, type Search } from "./search.ts";
import type { CallRecord, LegRecord, RouteAttempt } from "./wire.ts";

const states = ["", "completed", "busy", "no_answer", "rejected", "canceled", "failed", "ringing", "in_progress"];

/** The calls that were, with search and export. */
export function Records() {
  const [search, setSearch] = useState<Search>({ party: "", text: "", status: "", from: "", to: "" });
  const query = recordQuery(search);
  const records = usePages<CallRecord>(`/v1/records?limit=50${query}`, 5000);
  const list = useKeptFocus<HTMLUListElement>("records-title");
  return (
    <section aria-labelledby="records-title">
      <Heading id="records-title">Records</Heading>
      <SearchForm onSearch={setSearch} />
      <p>
        <a href={`/v1/records/export?format=csv${query}`} download>
          Export CSV
        </a>{" "}
        <a href={`/v1/records/export?format=json${query}`} download>
          Export JSON
        </a>
      </p>
      <Notice problem={records.problem} />
      {records.value?.length === 0 && <p class="quiet">No call matches.</p>}
      <ul class="cards" ref={list}>
        {records.value?.map((record) => (
          <RecordCard key={record.id} record={record} />
        ))}
      </ul>
      <More list={records} />
    </section>
  );
}

function SearchForm({ onSearch }: { onSearch(search: Search): void }) {
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
        Number or name
        <input name="party" placeholder="+1555…" maxLength={128} autocomplete="off" />
      </label>
      <label>
        Words
        <input name="text" placeholder="order 4711" maxLength={200} autocomplete="off" />
      </label>
      <label>
        Status
        <select name="status">
          {states.map((status) => (
            <option key={status} value={status}>
              {words(status) || "all"}
            </option>
          ))}
        </select>
      </label>
      <label>
        From
        <input name="from" type="date" />
      </label>
      <label>
        To
        <input name="to" type="date" />
      </label>
      <button>Search</button>
    </form>
  );
}

function RecordCard({ record }: { record: CallRecord }) {
  const cost = price(record.price);
  return (
    <li class="card">
      <h2>
        {address(record.from)} → {address(record.to)}
      </h2>
      <p>
        <span class={`state ${record.status}`}>{words(record.status)}</span>{" "}
        {record.answered_at && record.ended_at ? length(record.duration_ms) : ""}
        {record.end_reason && record.end_reason !== record.status ? ` ${words(record.end_reason)}` : ""}
        {record.sip_code ? `, SIP ${record.sip_code}` : ""}
        {cost ? `, ${cost}` : ""}
      </p>
      {record.message && <p>{record.message}</p>}
      <details>
        <summary>{dateTime(record.created_at)}</summary>
        <h3>Route</h3>
        {record.route.length === 0 && <p class="quiet">Nobody was dialled.</p>}
        <ol class="legs">
          {record.route.map((attempt) => (
            <Attempt key={attempt.leg} attempt={attempt} />
          ))}
        </ol>
        <h3>Legs</h3>
        <ul class="legs">
          {record.legs.map((leg) => (
            <LegLine key={leg.id} leg={leg} />
          ))}
        </ul>
        {record.transfers?.length ? <h3>Transfers</h3> : null}
        <ul class="legs">
          {record.transfers?.map((transfer, i) => (
            <li key={i}>
              <strong>{address(transfer.to)}</strong> {transfer.consult ? "after a consultation" : "blind"}:{" "}
              {[words(transfer.result), transfer.message].filter(Boolean).join(". ")}
            </li>
          ))}
        </ul>
        <Notes notes={record.metadata} />
        <p class="id">
          {record.id} · {words(record.direction)}
          {record.via ? ` by ${record.via}` : ""}
          {record.reference ? ` · ${record.reference}` : ""}
          {record.identity_erased_at ? ` · erased ${dateTime(record.identity_erased_at)}` : ""}
        </p>
      </details>
    </li>
  );
}

function Attempt({ attempt }: { attempt: RouteAttempt }) {
  return (
    <li>
      <strong>{address(attempt.address)}</strong> {attempt.for === "call" ? "" : `for a ${attempt.for}, `}
      {words(attempt.result)}
      {attempt.sip_code ? `, SIP ${attempt.sip_code}` : ""}
      {attempt.message && <span class="quality">{attempt.message}</span>}
    </li>
  );
}

function LegLine({ leg }: { leg: LegRecord }) {
  const sound = quality(leg.quality && { ...leg.quality, codec: leg.codec ?? "" });
  const talked = leg.joined_at && leg.left_at ? length(Date.parse(leg.left_at) - Date.parse(leg.joined_at)) : "";
  return (
    <li>
      <strong>{address(leg.address)}</strong>{" "}
      {[words(leg.role), leg.kind, talked, leg.reason ? words(leg.reason) : ""].filter(Boolean).join(", ")}
      {leg.quality && (
        <span class={`quality ${sound.grade}`}>
          {sound.grade === "unknown" ? "" : `${sound.grade}: `}
          {sound.text}
        </span>
      )}
      {leg.message && <span class="quality">{leg.message}</span>}
    </li>
  );
}
