import { useEffect, useRef } from "preact/hooks";
import { drafts, tidyDrafts, toWrite } from "./drafts.ts";
import { Notes } from "./notes.tsx";
import type { Noted } from "./wire.ts";

/** A call of before that the agent writes about. */
export interface Picked {
  call: string;
  who: string;
  before: Noted | undefined;
}

interface WrapUpsProps {
  me: string;
  /** The call that runs, or was the last; empty while there is none to write about. */
  current: string;
  who: string;
  picked: Picked | undefined;
  shortcut: string;
  /** The call that the agent wraps up now. */
  wrapping: string;
  onSaved(): void;
  onDone(): Promise<void>;
}

/** The notes on the call there is, on one that was picked from the history, and on those whose notes were never saved. */
export function WrapUps({ me, current, who, picked, shortcut, wrapping, onSaved, onDone }: WrapUpsProps) {
  const calls = useCalls(me, current, picked?.call ?? "");
  useEffect(() => tidyDrafts(me, calls), [me, calls.join()]);
  useEffect(() => {
    if (picked) document.getElementById(`notes-${picked.call}`)?.focus();
  }, [picked]);
  return (
    <>
      {calls.map((call, i) => (
        <section key={call} class="card">
          <Notes
            me={me}
            call={call}
            who={call === picked?.call ? picked.who : call === current ? who : ""}
            before={call === picked?.call ? picked.before : undefined}
            shortcut={i === 0 ? shortcut : undefined}
            onSaved={onSaved}
            onDone={call === wrapping ? onDone : undefined}
          />
        </section>
      ))}
    </>
  );
}

/** A form stays where it is after it was saved, until there is another call. */
function useCalls(me: string, current: string, picked: string): string[] {
  const shown = useRef<string[]>([]);
  const last = useRef(current);
  if (current !== last.current && current !== "") {
    last.current = current;
    shown.current = [];
  }
  const wanted = toWrite(current, drafts(me));
  for (const call of picked ? [...wanted, picked] : wanted) {
    if (!shown.current.includes(call)) shown.current = [...shown.current, call];
  }
  return shown.current;
}
