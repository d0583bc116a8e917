import { useEffect, useState } from "preact/hooks";
import { ask, Refusal } from "./client.ts";

export interface Polled<T> {
  value: T | undefined;
  problem: string;
  again(): void;
}

/** Asks for something now and every so many milliseconds, while it is shown. */
export function usePolled<T>(path: string, every: number): Polled<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stopped = new AbortController();
    let timer = 0;
    async function poll() {
      try {
        if (!document.hidden) setValue(await ask<T>(path, stopped.signal));
        setProblem("");
      } catch (error) {
        if (stopped.signal.aborted) return;
        setProblem(error instanceof Refusal ? error.message : "The answer could not be read.");
      }
      timer = window.setTimeout(poll, every);
    }
    void poll();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [path, every, round]);

  return { value, problem, again: () => setRound(round + 1) };
}

/** The time, each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
