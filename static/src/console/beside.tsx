import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { usePolled } from "../monitor/polled.ts";
import type { Leg, LiveCall } from "../monitor/wire.ts";
import { beside, type Part } from "./beside.ts";
import { nameOf } from "./named.ts";
import { plain } from "./problem.ts";
import type { Colleague } from "./wire.ts";
import { useWords } from "./words.ts";

interface PartsProps {
  call: string;
  me: string;
  colleagues: Colleague[];
}

/** Whether a supervisor listens, whispers or talks; each is one press away. */
export function Parts({ call, me, colleagues }: PartsProps) {
  const words = useWords();
  const path = `/v1/calls/${encodeURIComponent(call)}`;
  const running = usePolled<LiveCall>(path, 1000);
  const [problem, setProblem] = useState("");
  const now = beside(running.value?.legs ?? [], me);
  if (!now) return null;
  const { mine } = now;

  async function become(part: Part, heardBy = "") {
    setProblem("");
    try {
      await tell(`${path}/part`, { leg: mine, part, ...(heardBy ? { heard_by: heardBy } : {}) });
    } catch (error) {
      setProblem(plain(words, error));
    }
    running.again();
  }

  const name = (leg: Leg | undefined) => (leg ? nameOf(leg.address, colleagues) : "");
  const whisperedTo = name(now.colleagues.find(({ id }) => id === now.heardBy));
  return (
    <section class="beside" aria-labelledby="beside-title">
      <h2 id="beside-title">{words.beside.heading}</h2>
      <p role="status">{now.part === "whisper" ? words.beside.whispers(whisperedTo) : words.beside[now.part]}</p>
      <div class="buttons">
        <button type="button" aria-pressed={now.part === "listen"} onClick={() => void become("listen")}>
          {words.beside.toListen}
        </button>
        {now.colleagues.map((leg) => (
          <button key={leg.id} type="button" aria-pressed={now.part === "whisper" && now.heardBy === leg.id} onClick={() => void become("whisper", leg.id)}>
            {words.beside.toWhisper(name(leg))}
          </button>
        ))}
        <button type="button" aria-pressed={now.part === "talk"} onClick={() => void become("talk")}>
          {words.beside.toTalk}
        </button>
      </div>
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
    </section>
  );
}
