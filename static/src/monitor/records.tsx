import { useState } from "preact/hooks";
import { address, dateTime, length, quality, words } from "./format.ts";
import { Notice } from "./notice.tsx";
import { usePolled } from "./polled.ts";
import type { CallRecord, List } from "./wire.ts";

interface Search {
  party: string;
  status: string;
}

/** The calls that were, with search and export. */
export function Records() {
  const [search, setSearch] = useState<Search>({ party: "", status: "" });
  const query = terms(search);
  const records = usePolled<List<CallRecord>>(`/v1/records?limit=50&${query}`, 5000);
  return (
    <section aria-labelledby="records-title">
      <h2 id="records-title">Records</h2>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget as HTMLFormElement);
          setSearch({ party: String(fields.get("party")).trim(), status: String(fields.get("status")) });
        }}
      >
        <label>
          Number or name
          <input name="party" placeholder="+1555…" />
        </label>
        <label>
          Status
          <select name="status">
            {["", "completed", "busy", "no_answer", "rejected", "canceled", "failed"].map((status) => (
              <option key={status} value={status}>
                {words(status) || "all"}
              </option>
            ))}
          </select>
        </label>
        <button>Search</button>
      </form>
      <p>
        <a href={`/v1/records/export?format=csv&${query}`} download>
          Export CSV
        </a>{" "}
        <a href={`/v1/records/export?format=json&${query}`} download>
          Export JSON
        </a>
      </p>
      <Notice problem={records.problem} />
      {records.value?.data.length === 0 && <p class="quiet">No call matches.</p>}
      <ul class="cards">
        {records.value?.data.map((record) => (
          <RecordCard key={record.id} record={record} />
        ))}
      </ul>
    </section>
  );
}

function terms(search: Search): string {
  const query = new URLSearchParams();
  if (search.party) query.set("party", search.party);
  if (search.status) query.set("status", search.status);
  return query.toString();
}

function RecordCard({ record }: { record: CallRecord }) {
  return (
    <li class="card">
      <h3>
        {address(record.from)} → {address(record.to)}
      </h3>
      <p>
        <span class={`state ${record.status}`}>{words(record.status)}</span> {length(record.duration_ms)}
        {record.end_reason ? `, ${words(record.end_reason)}` : ""}
      </p>
      {record.message && <p>{record.message}</p>}
      <details>
        <summary>{dateTime(record.created_at)}</summary>
        <ul class="legs">
          {record.legs.map((leg) => (
            <li key={leg.id}>
              <strong>{address(leg.address)}</strong> {words(leg.role)}, {leg.kind}: {quality(leg.quality).text}
            </li>
          ))}
        </ul>
        <p class="id">{record.id}</p>
      </details>
    </li>
  );
}
