import { clock } from "../../timer.ts";
import { useSpeech } from "../words.ts";
import { alarm } from "./alarm.ts";
import type { Floor } from "./board.tsx";
import type { Entry, LiveQueue, Queue } from "./wire.ts";
import { useBoardWords } from "./words.ts";

/** Each queue on a card, the ones that need somebody marked in colour and in words. */
export function Queues({ floor, time }: { floor: Floor; time: number }) {
  const words = useBoardWords();
  return (
    <section aria-labelledby="queues-title">
      <h2 id="queues-title">{words.queues.heading}</h2>
      {floor.queues.length === 0 && <p class="quiet">{words.queues.none}</p>}
      <ul class="queues">
        {floor.queues.map((queue) => {
          const live = floor.live.find((one) => one.queue === queue.id);
          return live && <One key={queue.id} queue={queue} live={live} entries={floor.entries} time={time} />;
        })}
      </ul>
    </section>
  );
}

function One({ queue, live, entries, time }: { queue: Queue; live: LiveQueue; entries: Entry[]; time: number }) {
  const words = useBoardWords();
  const { language } = useSpeech();
  const longest = longestOf(entries.filter((entry) => entry.queue === queue.id), time);
  const now = alarm(
    { open: live.open, waiting: live.waiting, longest, available: live.agents_available, busy: live.agents_busy, answered: live.answered, abandoned: live.abandoned, level: live.service_level },
    queue.service_level_seconds,
  );
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const level = live.service_level === undefined ? "–" : percent.format(live.service_level);
  const figures: [string, string][] = [
    [words.queues.waiting, number.format(live.waiting)],
    [words.queues.longest, live.waiting > 0 ? clock(longest) : "–"],
    [words.queues.level, level],
    [words.queues.answered, number.format(live.answered)],
    [words.queues.abandoned, number.format(live.abandoned)],
    [words.queues.agents, [live.agents_available, live.agents_busy, live.agents_away].map((n) => number.format(n)).join(" / ")],
  ];
  return (
    <li class={`card queue ${now.step}`}>
      <h3>
        <bdi>{queue.name}</bdi> {!live.open && <span class="state">{words.queues.closed}</span>}
      </h3>
      <p class="alarm">{now.reasons.length > 0 ? now.reasons.map((reason) => words.alarms[reason]).join(" · ") : words.queues.well}</p>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** How many seconds somebody waits; who is to be called back does not hold the line. */
function longestOf(entries: Entry[], time: number): number {
  return Math.max(0, ...entries.filter(({ callback }) => !callback).map(({ since }) => (time - Date.parse(since)) / 1000));
}
