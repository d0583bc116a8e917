import { useEffect, useState } from "preact/hooks";
import { download } from "../console/board/csv.ts";
import { money } from "../money.ts";
import { ask, askPages } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import type { List } from "../monitor/wire.ts";
import { mostPages, type Movement, statementFile } from "../statement.ts";
import { type Line, linesOf, type Read, readOn } from "./lines.ts";
import { periodOf } from "./period.ts";
import { plain, useSpeech } from "./words.ts";

interface StatementProps {
  currency: string;
  /** Another one says that there is something new. */
  latest: string;
}

/** How many lines are shown at first, and how many more each time. */
const some = 20;

/** What came in and went out, of a time, also as a file. */
export function Statement({ currency, latest }: StatementProps) {
  const { words } = useSpeech();
  const w = words.statement;
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [wanted, setWanted] = useState(some);
  const [read, setRead] = useState<Read>();
  const [failure, setFailure] = useState<unknown>();
  const path = `/v1/me/wallet/movements?currency=${encodeURIComponent(currency)}&limit=100${periodOf(from, to)}`;
  const lines = linesOf(read?.movements ?? []);
  const more = read !== undefined && (read.next !== undefined || lines.length > wanted);

  useEffect(() => {
    const stopped = new AbortController();
    const page = (after: string) => pageOf(after ? `${path}&starting_after=${encodeURIComponent(after)}` : path, stopped.signal);
    readOn({ movements: [], next: "" }, wanted, page).then(
      (found) => {
        setFailure(undefined);
        setRead(found);
      },
      (error: unknown) => stopped.signal.aborted || setFailure(error),
    );
    return () => stopped.abort();
  }, [path, wanted, latest]);

  async function save() {
    setFailure(undefined);
    try {
      const { data } = await askPages<Movement>(path, mostPages);
      download(`${w.file}-${currency}.csv`, statementFile(data));
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <section class="card" aria-labelledby="statement">
      <h2 id="statement">{w.heading}</h2>
      <div class="row">
        <label>
          {w.from}
          <input type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          {w.to}
          <input type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </label>
      </div>
      <Notice problem={plain(words, failure)} />
      {read && lines.length === 0 && <p>{w.none}</p>}
      <Lines lines={lines.slice(0, wanted)} />
      {lines.length > 0 && (
        <p class="row">
          {more && (
            <button type="button" onClick={() => setWanted(wanted + some)}>
              {w.more}
            </button>
          )}
          <button type="button" onClick={() => void save()}>
            {w.save}
          </button>
        </p>
      )}
    </section>
  );
}

async function pageOf(path: string, signal: AbortSignal): Promise<Read> {
  const { data, has_more, next_cursor } = await ask<List<Movement>>(path, signal);
  return { movements: data, ...(has_more && next_cursor ? { next: next_cursor } : {}) };
}

function Lines({ lines }: { lines: Line[] }) {
  const { words, language } = useSpeech();
  const { reasons } = words.statement;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <ol class="lines">
      {lines.map(({ id, amount, reason, at }) => (
        <li key={id}>
          <bdi class="amount">{money(language, amount)}</bdi>
          <span>{reasons[reason] ?? reason}</span>
          <time dateTime={at}>{when.format(new Date(at))}</time>
        </li>
      ))}
    </ol>
  );
}
