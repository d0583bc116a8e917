// What a gateway may have or not: asked for again and again while it is there,
// and once in a while where it is not.

import { useEffect, useState } from "preact/hooks";
import { ask, Refusal } from "../monitor/client.ts";

export interface Optional<T> {
  /** undefined while it is not known, and where there is none. */
  value: T | undefined;
  /** What somebody has just been answered is newer than what was asked before. */
  put(value: T): void;
}

/** How long a page waits that was told that there is none: somebody may be made an agent during a shift. */
const seldom = 60_000;

/** Asks every so many milliseconds, while the page is shown; an empty path asks nothing. */
export function useOptional<T>(path: string, every: number): Optional<T> {
  const [value, setValue] = useState<T>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!path) return;
    const stopped = new AbortController();
    let timer = 0;
    async function poll() {
      clearTimeout(timer);
      if (document.hidden) return;
      let next = every;
      try {
        const now = await ask<T>(path, stopped.signal);
        if (stopped.signal.aborted) return;
        setValue(now);
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (error instanceof Refusal && error.final) {
          setValue(undefined);
          next = seldom;
        }
      }
      timer = window.setTimeout(poll, next);
    }
    document.addEventListener("visibilitychange", poll);
    void poll();
    return () => {
      stopped.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", poll);
    };
  }, [path, every, round]);
  // Asked anew, so that an answer which is on its way cannot take the newer one's place.
  function put(newer: T) {
    setValue(newer);
    setRound(round + 1);
  }
  return { value, put };
}
