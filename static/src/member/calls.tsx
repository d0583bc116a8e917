import { figures, partsOf, standing, termsOf } from "../bill.ts";
import { billWords } from "../billwords.ts";
import { lasting, money } from "../money.ts";
import { More } from "../monitor/notice.tsx";
import { type PolledList, useNow } from "../monitor/polled.ts";
import { billOf, isRunning, type PaidCall } from "./wire.ts";
import { useSpeech } from "./words.ts";

/** A call whose last tick is older than this has none to come: its seconds are not counted on. */
const mostSince = 15;

const useBillWords = () => {
  const { language } = useSpeech();
  return billWords[language] ?? billWords.en!;
};

/** A call as it is charged now, in the words of the call's own page. */
export function Running({ call }: { call: PaidCall }) {
  const { words, language } = useSpeech();
  const w = useBillWords();
  const bill = billOf(call);
  const since = Math.min(mostSince, Math.max(0, (useNow() - Date.parse(call.updated_at)) / 1000));
  return (
    <section class="card" aria-labelledby="running">
      <h2 id="running">{words.running.heading}</h2>
      <p class="quiet">{termsOf(bill, w, language).join(" · ")}</p>
      <p role="status">{standing(bill, w, language).join(" ")}</p>
      <p class="sum">{figures(bill, since, w, language).join(" · ")}</p>
      <Parts call={call} />
    </section>
  );
}

/** Calls that were paid for, the newest first. */
export function Calls({ list }: { list: PolledList<PaidCall> }) {
  const { words, language } = useSpeech();
  const w = words.calls;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  if (!list.value) return null;
  return (
    <section class="card" aria-labelledby="calls">
      <h2 id="calls">{w.heading}</h2>
      {list.value.length === 0 && <p>{w.none}</p>}
      {list.value.map((call) => (
        <details key={call.id}>
          <summary>
            <time dateTime={call.created_at}>{when.format(new Date(call.created_at))}</time>{" "}
            <span class="state">
              {isRunning(call) ? w.runs : call.charged.amount > 0 ? w.cost(money(language, call.charged), lasting(language, call.charged_seconds)) : w.nothing}
            </span>
          </summary>
          <PartList call={call} />
        </details>
      ))}
      <More list={list} label={w.more} />
    </section>
  );
}

function Parts({ call }: { call: PaidCall }) {
  const { words } = useSpeech();
  return (
    <details>
      <summary>{words.running.parts}</summary>
      <PartList call={call} />
    </details>
  );
}

function PartList({ call }: { call: PaidCall }) {
  const { language } = useSpeech();
  const w = useBillWords();
  return (
    <ol>
      {partsOf(billOf(call), w, language).map((part) => (
        <li key={part}>{part}</li>
      ))}
    </ol>
  );
}
