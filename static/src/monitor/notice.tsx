import type { ComponentChildren } from "preact";

/** A sentence about what went wrong, read aloud when it appears. */
export function Notice({ problem }: { problem: string }) {
  return (
    <p role="alert" class="problem" dir="auto">
      {problem}
    </p>
  );
}

/** A sentence about what was done, read aloud when there is time. */
export function Done({ done }: { done: string }) {
  return (
    <p role="status" class="done" dir="auto">
      {done}
    </p>
  );
}

/** A view's heading. It takes the focus that something taken away has left. */
export function Heading({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <h1 id={id} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** The button for the next page of a list. */
export function More({ list, label }: { list: { more: boolean; showMore(): void }; label: string }) {
  if (!list.more) return null;
  return (
    <p class="more">
      <button type="button" onClick={list.showMore}>
        {label}
      </button>
    </p>
  );
}
