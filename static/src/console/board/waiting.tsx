import { useState } from "preact/hooks";
import { useKeptFocus } from "../../monitor/focus.ts";
import { remove, tell } from "../../monitor/client.ts";
import { Done, Notice } from "../../monitor/notice.tsx";
import { clock } from "../../timer.ts";
import { plain } from "../problem.ts";
import { useSpeech } from "../words.ts";
import type { Floor } from "./board.tsx";
import { waiter } from "./named.ts";
import type { Entry } from "./wire.ts";
import { useBoardWords } from "./words.ts";

interface WaitingProps {
  floor: Floor;
  time: number;
  onDone(): void;
}

/** Who waits, in order, and what can be done for them. */
export function Waiting({ floor, time, onDone }: WaitingProps) {
  const words = useBoardWords();
  const { words: common } = useSpeech();
  const [open, setOpen] = useState("");
  const [said, setSaid] = useState({ done: "", problem: "" });
  const list = useKeptFocus<HTMLUListElement>("waiting-title");

  async function run(act: () => Promise<unknown>, done: string) {
    setSaid({ done: "", problem: "" });
    try {
      await act();
      setOpen("");
      setSaid({ done, problem: "" });
    } catch (error) {
      setSaid({ done: "", problem: plain(common, error) });
    }
    onDone();
  }

  return (
    <section class="card" aria-labelledby="waiting-title">
      <h2 id="waiting-title" tabIndex={-1}>
        {words.waiting.heading}
      </h2>
      <Done done={said.done} />
      <Notice problem={said.problem} />
      {floor.entries.length === 0 && <p class="quiet">{words.waiting.none}</p>}
      <ul class="past waiters" ref={list}>
        {floor.entries.map((entry) => (
          <One key={entry.call} entry={entry} floor={floor} time={time} open={open === entry.call} onOpen={(on) => setOpen(on ? entry.call : "")} run={run} />
        ))}
      </ul>
    </section>
  );
}

interface OneProps {
  entry: Entry;
  floor: Floor;
  time: number;
  open: boolean;
  onOpen(open: boolean): void;
  run(act: () => Promise<unknown>, done: string): Promise<void>;
}

function One({ entry, floor, time, open, onOpen, run }: OneProps) {
  const words = useBoardWords();
  const { words: common, language } = useSpeech();
  const { name, says } = waiter(entry, common.visitor);
  const alone = waiter(entry, common.aVisitor).name;
  const number = new Intl.NumberFormat(language);
  const queue = floor.queues.find(({ id }) => id === entry.queue)?.name ?? "";
  const rings = entry.offered_to.map((agent) => floor.agents.find(({ id }) => id === agent)?.name ?? agent);
  return (
    <li>
      <p>
        <strong dir="auto">{alone}</strong> <time dateTime={entry.since}>{clock((time - Date.parse(entry.since)) / 1000)}</time>
        <br />
        <span class="quiet">
          <bdi>{queue}</bdi> · {words.waiting.place(number.format(entry.position))}
          {entry.priority !== 0 && ` · ${words.waiting.priority(number.format(entry.priority))}`}
        </span>{" "}
        {entry.callback && <span class="state">{words.waiting.callback}</span>}
        {rings.length > 0 && <span class="state offered">{words.waiting.rings(rings.join(", "))}</span>}
        {says.map((fact) => (
          <span key={fact} class="fact quiet" dir="auto">
            {fact}
          </span>
        ))}
      </p>
      <button type="button" aria-expanded={open} aria-label={words.waiting.leadOne(name)} onClick={() => onOpen(!open)}>
        {words.waiting.lead}
      </button>
      {open && <Lead entry={entry} floor={floor} run={run} />}
    </li>
  );
}

/** Another queue, a chosen agent, or the end. */
function Lead({ entry, floor, run }: Pick<OneProps, "entry" | "floor" | "run">) {
  const words = useBoardWords();
  const [queue, setQueue] = useState("");
  const [agent, setAgent] = useState("");
  const [sure, setSure] = useState(false);
  const path = `/v1/queue_entries/${encodeURIComponent(entry.call)}`;
  const others = floor.queues.filter(({ id }) => id !== entry.queue);
  const free = floor.agents.filter(({ presence }) => presence?.presence === "available");
  const to = others.some(({ id }) => id === queue) ? queue : (others[0]?.id ?? "");
  const at = free.some(({ id }) => id === agent) ? agent : (free[0]?.id ?? "");
  return (
    <div class="lead drawer">
      {!entry.callback && others.length > 0 && (
        <Choice label={words.waiting.toQueue} options={others} value={to} onChange={setQueue} button={words.waiting.move} onGo={() => void run(() => tell(`${path}/move`, { queue: to }), words.waiting.moved)} />
      )}
      {free.length > 0 ? (
        <Choice label={words.waiting.toAgent} options={free} value={at} onChange={setAgent} button={words.waiting.offer} onGo={() => void run(() => tell(`${path}/offer`, { agent: at }), words.waiting.offered)} />
      ) : (
        <p class="quiet">{words.waiting.noAgent}</p>
      )}
      <button type="button" class="danger" onClick={() => (sure ? void run(() => remove(path), words.waiting.ended) : setSure(true))}>
        {sure ? words.waiting.sure : words.waiting.end}
      </button>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  options: { id: string; name: string }[];
  value: string;
  onChange(value: string): void;
  button: string;
  onGo(): void;
}

function Choice({ label, options, value, onChange, button, onGo }: ChoiceProps) {
  return (
    <div class="choose">
      <label>
        {label}
        <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={onGo}>
        {button}
      </button>
    </div>
  );
}
