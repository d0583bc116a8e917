import { useState } from "preact/hooks";
import { useKeptFocus } from "../monitor/focus.ts";
import { Notice } from "../monitor/notice.tsx";
import type { PolledList } from "../monitor/polled.ts";
import type { CallRecord } from "../monitor/wire.ts";
import { clock } from "../timer.ts";
import { PastChat } from "./chat.tsx";
import { PastStory } from "./paststory.tsx";
import { nameOf } from "./named.ts";
import { between, part } from "./past.ts";
import type { Colleague } from "./wire.ts";
import { plain } from "./problem.ts";
import { useSpeech } from "./words.ts";
import type { Picked } from "./wrapups.tsx";

interface HistoryProps {
  me: string;
  calls: PolledList<CallRecord>;
  colleagues: Colleague[];
  disabled: boolean;
  onCall(to: string): void;
  onWrite(picked: Picked): void;
}

const filters = ["all", "missed", "noted"] as const;

type Filter = (typeof filters)[number];

/** The agent's own calls, the missed ones marked, with what was noted of them. */
export function History({ me, calls, colleagues, disabled, onCall, onWrite }: HistoryProps) {
  const { words } = useSpeech();
  const [filter, setFilter] = useState<Filter>("all");
  const list = useKeptFocus<HTMLUListElement>("history-title");
  const shown = calls.value?.filter((record) => fits(record, me, filter));
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title" tabIndex={-1}>
        {words.views.history}
      </h2>
      <div class="tabs" role="group" aria-label={words.history.show}>
        {filters.map((name) => (
          <button key={name} type="button" aria-pressed={name === filter} onClick={() => setFilter(name)}>
            {words.history.filters[name]}
          </button>
        ))}
      </div>
      <Notice problem={plain(words, calls.failure)} />
      {shown?.length === 0 && <p class="quiet">{filter === "all" ? words.history.none : words.history.noneSuch}</p>}
      <ul class="past" ref={list}>
        {shown?.map((record) => (
          <Past key={record.id} record={record} me={me} colleagues={colleagues} disabled={disabled} onCall={onCall} onWrite={onWrite} />
        ))}
      </ul>
      {calls.more && (
        <p class="more">
          <button type="button" onClick={calls.showMore}>
            {words.history.more}
          </button>
        </p>
      )}
    </section>
  );
}

function fits(record: CallRecord, me: string, filter: Filter): boolean {
  if (filter === "noted") return (record.wrap_ups?.length ?? 0) > 0;
  return filter === "all" || part(record, me).missed;
}

interface PastProps extends Omit<HistoryProps, "calls"> {
  record: CallRecord;
}

function Past({ record, me, colleagues, disabled, onCall, onWrite }: PastProps) {
  const { words, language } = useSpeech();
  const { outbound, missed, other, again, seconds, visitor, named, talked, mine } = part(record, me);
  const name = named || (visitor ? words.visitor : nameOf(other, colleagues));
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <li class={missed ? "missed" : ""}>
      <p>
        <span class="quiet">{outbound ? words.history.outbound : words.history.inbound}</span> <strong dir="auto">{name}</strong>{" "}
        {missed && <span class="state poor">{words.history.missed}</span>}
        <br />
        <time dateTime={record.created_at}>{when.format(new Date(record.created_at))}</time> {seconds > 0 ? clock(seconds) : ""}
      </p>
      <div class="buttons">
        {talked && !record.identity_erased_at && (
          <button type="button" aria-label={words.history.notesOf(name)} onClick={() => onWrite({ call: record.id, who: name, at: Date.parse(record.created_at), before: mine })}>
            {words.notes.label}
          </button>
        )}
        {again && (
          <button type="button" aria-label={words.history.again(name)} aria-disabled={disabled} onClick={() => !disabled && onCall(again)}>
            {words.dial.call}
          </button>
        )}
      </div>
      {talked && between(record) && <PastChat call={record.id} me={me} who={name} colleagues={colleagues} />}
      {talked && !record.identity_erased_at && <PastStory call={record.id} me={me} who={name} colleagues={colleagues} />}
      {record.wrap_ups?.map((one) => (
        <p key={one.agent} class="noted">
          {one.agent !== me && <span class="quiet">{nameOf(one.agent, colleagues)} </span>}
          {one.disposition_name && (
            <span class="state" dir="auto">
              {one.disposition_name}
            </span>
          )}{" "}
          <span dir="auto">{one.notes}</span>
        </p>
      ))}
    </li>
  );
}
