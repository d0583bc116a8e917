import { useLayoutEffect, useState } from "preact/hooks";
import type { List } from "../monitor/wire.ts";
import { Doing } from "./colleagues.tsx";
import { nameOf } from "./named.ts";
import { choices, type Moving } from "./handing.ts";
import { useOptional } from "./optional.ts";
import { Reach } from "./reach.tsx";
import { type Reachable, reachable } from "./reachable.ts";
import type { AtWork, Colleague, Queue } from "./wire.ts";
import { useSpeech, useWords, type Words } from "./words.ts";
import type { Now, Workplace } from "./workplace.ts";

interface HandOverProps {
  what: "transfer" | "invite";
  place: Workplace;
  colleagues: Colleague[];
  agents: AtWork[];
  /** What is said is written: the caller reads it, whoever it is said to. */
  written: boolean;
  onDone(): void;
}

/** Asks whom the call is to be handed to, or who is to join. */
export function HandOver({ what, place, colleagues, agents, written, onDone }: HandOverProps) {
  const { words, language } = useSpeech();
  const [note, setNote] = useState("");
  useLayoutEffect(() => document.getElementById("hand-over")?.focus(), []);
  const queues = useOptional<List<Queue>>(what === "transfer" ? "/v1/session/queues?limit=100" : "", 5000).value?.data ?? [];
  const then = (act: (to: string) => void) => (to: string) => {
    onDone();
    act(to);
  };
  const hand = (consult: boolean) => then((to) => place.transfer({ to, consult, note: note.trim(), name: nameOf(to, [...colleagues, ...queues]) }));
  const ways =
    what === "invite"
      ? [{ label: words.invite.button, run: then((to) => place.invite(to)) }]
      : [
          ...(written ? [] : [{ label: words.handOver.first, run: hand(true) }]),
          { label: words.handOver.now, run: hand(false) },
        ];
  const groups = [
    { heading: words.views.colleagues, all: reachable(colleagues, agents, language).map((one) => ({ ...one, hint: <Hint one={one} /> })) },
    { heading: words.handOver.queues, all: queues.map((queue) => ({ ...queue, disabled: !queue.open, hint: waits(words, queue) })) },
  ];
  return (
    <section class="drawer" aria-labelledby="drawer-title">
      <h2 id="drawer-title">{what === "invite" ? words.invite.heading : words.handOver.heading}</h2>
      {what === "transfer" && (
        <label>
          {words.handOver.note}
          <input value={note} dir="auto" autocomplete="off" maxLength={80} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
      )}
      <Reach id="hand-over" colleagues={colleagues} groups={groups} choices={ways} />
    </section>
  );
}

/** A colleague's extension, and what they are doing. */
function Hint({ one: { extension, presence } }: { one: Reachable }) {
  return (
    <>
      {extension && <bdi>{extension}</bdi>} <Doing presence={presence} />
    </>
  );
}

function waits(words: Words, { open, waiting }: Queue): string {
  if (!open) return words.handOver.closed;
  return waiting === 0 ? words.handOver.nobodyWaits : words.handOver.waiting(waiting);
}

/** The way on and the way back, while the agent's transfer runs. */
export function Moved({ place, now }: { place: Workplace; now: Now }) {
  const words = useWords();
  const { moving } = now;
  const { complete, cancel } = choices(moving);
  if (!complete && !cancel) return null;
  return (
    <div class="moved buttons">
      {complete && (
        <button type="button" class="go" onClick={() => place.complete()}>
          {words.handOver.complete}
        </button>
      )}
      {cancel && (
        <button type="button" onClick={() => place.cancel()}>
          {words.handOver.back}
        </button>
      )}
    </div>
  );
}

/** How the agent's transfer goes; the other is whom it is about. */
export function howFar(words: Words, { to, name, state, consult }: Moving, other: string, colleagues: Colleague[]): string {
  const target = name || (to ? nameOf(to, colleagues) : words.handOver.somebody);
  if (state === "ringing" && !consult) return words.handOver.ringingBlind(target);
  return words.handOver[state](target, other);
}
