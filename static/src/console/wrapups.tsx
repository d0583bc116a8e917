import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { drafts, tidyDrafts, toWrite } from "./drafts.ts";
import { Notes } from "./notes.tsx";
import type { Noted } from "./wire.ts";

/** A call of before that the agent writes about. */
export interface Picked {
  call: string;
  who: string;
  at: number;
  before: Noted | undefined;
}

export interface WrapUpsProps {
  me: string;
  /** The call that runs, or was the last; empty while there is none to write about. */
  current: string;
  who: string;
  at: number;
  /** The last call that there was, also one that nobody answered. */
  latest: string;
  picked: Picked | undefined;
  shortcut: string;
  /** The call that the agent wraps up now. */
  wrapping: string;
  onSaved(): void;
  onDone(): Promise<void>;
}

/** The notes on the call there is, on one that was picked from the history, and on those whose notes were never saved. */
export function WrapUps({ me, current, who, at, latest, picked, shortcut, wrapping, onSaved, onDone }: WrapUpsProps) {
  const calls = useCalls(me, current, latest, picked?.call ?? "");
  useEffect(() => tidyDrafts(me, calls), [me, calls.join()]);
  useLayoutEffect(() => {
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
            at={call === picked?.call ? picked.at : call === current ? at : 0}
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

/**
 * A form stays where it is after it was saved, until there is another call, be it one that is missed.
 * One in which nobody wrote goes with what it was there for.
 */
function useCalls(me: string, current: string, latest: string, picked: string): string[] {
  const shown = useRef<string[]>([]);
  const last = useRef(latest);
  if (latest !== last.current && latest !== "") {
    last.current = latest;
    shown.current = [];
  }
  const kept = drafts(me);
  const wanted = toWrite(current, kept);
  if (picked) wanted.push(picked);
  const stays = shown.current.filter((call) => wanted.includes(call) || kept.some((draft) => draft.call === call));
  shown.current = [...stays, ...wanted.filter((call, i) => !stays.includes(call) && wanted.indexOf(call) === i)];
  return shown.current;
}
