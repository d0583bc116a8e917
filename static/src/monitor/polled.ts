// What is asked for again and again, while somebody looks at it.

import { useEffect, useState } from "preact/hooks";
import { ask, askPages, gatewayTime } from "./client.ts";
import type { List } from "./wire.ts";

export interface Polled<T> {
  value: T | undefined;
  /** What went wrong with the last question; nothing if nothing did. */
  failure: unknown;
  again(): void;
}

/** Asks for something now and every so many milliseconds, while the page is shown; an empty path asks nothing. */
export function usePolled<T>(path: string, every: number): Polled<T> {
  return useReading<T>(path, every, (signal) => ask<T>(path, signal));
}

export interface PolledList<T> extends Polled<T[]> {
  /** Whether there are more, which showMore adds. */
  more: boolean;
  showMore(): void;
}

/** Asks for a list in pages: as many as were asked for stay fresh. */
export function usePages<T>(path: string, every: number): PolledList<T> {
  const [shown, setShown] = useState({ path, pages: 1 });
  const pages = shown.path === path ? shown.pages : 1;
  const read = useReading<List<T>>(`${pages} ${path}`, every * pages, (signal) => askPages<T>(path, pages, signal));
  return {
    value: read.value?.data,
    failure: read.failure,
    again: read.again,
    more: read.value?.has_more ?? false,
    showMore: () => setShown({ path, pages: pages + 1 }),
  };
}

function useReading<T>(what: string, every: number, read: (signal: AbortSignal) => Promise<T>): Polled<T> {
  const [value, setValue] = useState<T>();
  const [failure, setFailure] = useState<unknown>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (what === "") return;
    const stopped = new AbortController();
    let timer = 0;
    let asking = false;
    async function poll() {
      timer = 0;
      asking = true;
      try {
        const now = await read(stopped.signal);
        if (stopped.signal.aborted) return;
        setValue(now);
        setFailure(undefined);
      } catch (error) {
        if (stopped.signal.aborted) return;
        setFailure(error);
      }
      asking = false;
      if (!document.hidden) timer = window.setTimeout(poll, every);
    }
    function begin() {
      if (!document.hidden && !asking && timer === 0) void poll();
    }
    document.addEventListener("visibilitychange", begin);
    begin();
    return () => {
      stopped.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", begin);
    };
  }, [what, every, round]);

  return { value, failure, again: () => setRound(round + 1) };
}

/** The time by the gateway's clock, each second. */
export function useNow(): number {
  const [now, setNow] = useState(gatewayTime());
  useEffect(() => {
    const timer = setInterval(() => setNow(gatewayTime()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
