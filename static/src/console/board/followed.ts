// What is read anew whenever something happens that it is about: the gateway's
// events say when, and a slow clock stands in for them where they do not come.

import { useEffect, useState } from "preact/hooks";
import { follow, type Following } from "../../monitor/stream.ts";

export interface Followed<T> {
  value: T | undefined;
  failure: unknown;
  state: Following;
  again(): void;
}

/** Between two readings: a busy account's events come by the hundred. */
const pause = 700;

/** Without events, and with them: a caller's waiting is counted here, but a day ends and pages go. */
const blind = 5_000;
const seeing = 30_000;

/** Reads now and after each event of these types, while the page is shown. */
export function useFollowed<T>(types: string, read: (signal: AbortSignal) => Promise<T>): Followed<T> {
  const [value, setValue] = useState<T>();
  const [failure, setFailure] = useState<unknown>();
  const [state, setState] = useState<Following>("connecting");
  const [round, setRound] = useState(0);

  useEffect(() => {
    const reader = new Reader(async (signal) => {
      try {
        const now = await read(signal);
        if (signal.aborted) return;
        setValue(now);
        setFailure(undefined);
      } catch (error) {
        if (!signal.aborted) setFailure(error);
      }
    });
    const stop = follow(`/v1/events/stream?types=${types}`, "latest", {
      onEvents: () => reader.want(),
      onMissed: () => reader.want(),
      onState: (now) => {
        setState(now);
        reader.every = now === "live" ? seeing : blind;
        reader.want(); // what happened before the stream began
      },
    });
    return () => {
      stop();
      reader.stop();
    };
  }, [types, round]);

  return { value, failure, state, again: () => setRound(round + 1) };
}

/** One reading at a time, and never two close together. */
class Reader {
  every = blind;
  readonly #read: (signal: AbortSignal) => Promise<void>;
  readonly #stopped = new AbortController();
  #busy = false;
  #wanted = false;
  #timer = 0;

  constructor(read: (signal: AbortSignal) => Promise<void>) {
    this.#read = read;
    document.addEventListener("visibilitychange", () => this.want(), { signal: this.#stopped.signal });
    this.want();
  }

  want(): void {
    this.#wanted = true;
    if (!this.#busy) void this.#go();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  async #go(): Promise<void> {
    if (document.hidden || this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    this.#wanted = false;
    await this.#read(this.#stopped.signal);
    await new Promise((resolve) => setTimeout(resolve, pause));
    this.#busy = false;
    if (this.#stopped.signal.aborted) return;
    if (this.#wanted) void this.#go();
    else this.#timer = window.setTimeout(() => this.want(), this.every);
  }
}
