import { useState } from "preact/hooks";
import { ask } from "../../monitor/client.ts";
import { Notice } from "../../monitor/notice.tsx";
import type { List } from "../../monitor/wire.ts";
import { clock } from "../../timer.ts";
import { plain } from "../problem.ts";
import { useSpeech } from "../words.ts";
import { Bars } from "./bars.tsx";
import { type Cell, csv, download } from "./csv.ts";
import { useFollowed } from "./followed.ts";
import { address, columns, other, span, type Span } from "./figures.ts";
import type { Figures, Queue } from "./wire.ts";
import { useBoardWords } from "./words.ts";

/** What became of callers: a chart for the eye, the same in a table for everybody. */
export function Past({ queues }: { queues: Queue[] }) {
  const words = useBoardWords();
  const { language } = useSpeech();
  const [queue, setQueue] = useState("");
  const [by, setBy] = useState<Span>("hour");
  return (
    <section class="card past-figures" aria-labelledby="past-title">
      <h2 id="past-title">{words.past.heading}</h2>
      <div class="choose">
        <label>
          {words.past.queue}
          <select value={queue} onChange={(event) => setQueue(event.currentTarget.value)}>
            <option value="">{words.past.all}</option>
            {queues.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.past.by}
          <select value={by} onChange={(event) => setBy(event.currentTarget.value as Span)}>
            <option value="hour">{words.past.hour}</option>
            <option value="day">{words.past.day}</option>
          </select>
        </label>
      </div>
      <Told key={`${queue} ${by} ${language}`} queue={queue} by={by} />
    </section>
  );
}

function Told({ queue, by }: { queue: string; by: Span }) {
  const words = useBoardWords();
  const { words: page, language } = useSpeech();
  const told = useFollowed<List<Figures>>("queue.entry_left", (signal) => ask(address(queue, by), signal));
  const rows = told.value?.data;
  if (!rows) return <Notice problem={plain(page, told.failure)} />;
  const name = span(language, by);
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const number = new Intl.NumberFormat(language);
  const file = () => {
    const head = ["from", ...columns] as string[];
    const lines: Cell[][] = rows.map((row) => [row.from, row.offered, row.answered, row.answered_in_time, row.called_back, row.abandoned, row.voicemails, other(row), row.service_level ?? "", row.mean_wait_seconds, row.longest_wait_seconds]);
    download(`history-${by}.csv`, csv([head, ...lines]));
  };
  return (
    <>
      <Notice problem={plain(page, told.failure)} />
      {rows.every(({ offered }) => offered === 0) ? <p class="quiet">{words.past.none}</p> : <Bars rows={rows} name={name} />}
      <p>
        <button type="button" onClick={file}>
          {words.past.download}
        </button>
      </p>
      <div class="wide" role="region" aria-labelledby="table-title" tabIndex={0}>
        <table>
          <caption id="table-title">{words.past.table}</caption>
          <thead>
            <tr>
              <th scope="col">{words.past.columns.from}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {words.past.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.from}>
                <th scope="row">{name(row.from)}</th>
                {[row.offered, row.answered, row.answered_in_time, row.called_back, row.abandoned, row.voicemails, other(row)].map((n, i) => (
                  <td key={i}>{number.format(n)}</td>
                ))}
                <td>{row.service_level === undefined ? "–" : percent.format(row.service_level)}</td>
                <td>{row.offered > 0 ? clock(row.mean_wait_seconds) : "–"}</td>
                <td>{row.offered > 0 ? clock(row.longest_wait_seconds) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
