import { type Kind, type Lists, maySee, useStock } from "./lists.ts";
import { useWords } from "./words.ts";

/** What has to be there before the first call, in the order in which it is made. */
const steps: { kind: Kind; done(lists: Lists): boolean }[] = [
  { kind: "hours", done: ({ hours }) => hours.length > 0 },
  { kind: "queues", done: ({ queues }) => queues.length > 0 },
  { kind: "agents", done: ({ agents }) => agents.some(({ queues }) => queues.length > 0) },
  { kind: "references", done: ({ references }) => references.some(({ queue }) => queue) },
  { kind: "numbers", done: ({ numbers }) => numbers.some(({ reference }) => reference) },
  { kind: "widgets", done: ({ widgets, references }) => widgets.some(({ destinations }) => destinations.some((to) => references.some(({ id, queue }) => id === to && queue))) },
];

/** The first steps, each with whether it is done. */
export function Start() {
  const words = useWords();
  const { lists, reader } = useStock();
  const w = words.start;
  return (
    <section class="card" aria-labelledby="start-title">
      <h1 id="start-title">{w.heading}</h1>
      <p>{w.explain}</p>
      <ol class="first">
        {steps
          .filter(({ kind }) => maySee(reader, kind))
          .map(({ kind, done }) => (
            <li key={kind} class={done(lists) ? "done" : ""}>
              <a href={`#${kind}`}>{w.steps[kind] ?? words.kinds[kind].many}</a>{" "}
              <span class="state">{done(lists) ? w.done : w.todo}</span>
              <p class="hint">{words.kinds[kind].explain}</p>
            </li>
          ))}
      </ol>
      <p>{w.then}</p>
    </section>
  );
}
