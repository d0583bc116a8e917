// Follows Server-Sent Events without gap or repetition: after a lost connection
// it goes on behind the last place that the gateway told. (The browser's
// EventSource cannot say why it was refused, nor hear events of types that it
// was not told.)

import { backoff } from "../backoff.ts";
import { reach, Refusal } from "./client.ts";
import type { Envelope } from "./wire.ts";

export type Following = "connecting" | "live" | "reconnecting" | "refused";

export interface Follower {
  /** Events in their order. */
  onEvents(events: Envelope[]): void;
  /** Events came while the connection was lost that the gateway no longer keeps. */
  onMissed(): void;
  /** Refused is the end: the same request would be refused again. */
  onState(state: Following, why: Refusal | undefined): void;
}

/** The gateway says something every 15 s. A connection that is silent for longer is dead. */
const silence = 45_000;

/** Follows from behind a place, a seq or "latest", until the returned function is called. */
export function follow(path: string, after: string, follower: Follower): () => void {
  const stopped = new AbortController();
  void run({ path, place: after, lived: false }, follower, stopped.signal);
  return () => stopped.abort();
}

interface Thread {
  path: string;
  place: string;
  lived: boolean; // has been connected
}

async function run(thread: Thread, follower: Follower, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    let why: Refusal | undefined;
    try {
      await listen(thread, follower, signal, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal) why = error;
      if (error instanceof Refusal && error.final) return follower.onState("refused", why);
    }
    if (signal.aborted) return;
    follower.onState("reconnecting", why);
    await pause(backoff(failures), signal);
  }
}

/** Follows over one connection until it ends. */
async function listen(thread: Thread, follower: Follower, signal: AbortSignal, connected: () => void): Promise<void> {
  const silent = new AbortController();
  let timer = window.setTimeout(() => silent.abort(), silence);
  try {
    const response = await reach(`${thread.path}&after=${thread.place}`, {
      headers: { Accept: "text/event-stream" },
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!response.body) return;
    connected();
    follower.onState("live", undefined);
    const again = thread.lived;
    thread.lived = true;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new Parser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => silent.abort(), silence);
      pass([...parser.take(value)], follower, again);
      thread.place = parser.place || thread.place;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Passes on what arrived at once. */
function pass(messages: Message[], follower: Follower, again: boolean): void {
  const events: Envelope[] = [];
  for (const message of messages) {
    if (message.event !== "resync") {
      events.push(JSON.parse(message.data) as Envelope);
      continue;
    }
    // A page that has just come misses nothing that it had.
    if (again && (JSON.parse(message.data) as { reason: string }).reason === "too_old") follower.onMissed();
  }
  if (events.length > 0) follower.onEvents(events);
}

export interface Message {
  id: string;
  event: string;
  data: string;
}

/** Reads text/event-stream (HTML Standard, 9.2.6), however the network cut it. */
export class Parser {
  /** The last ID of a block that has ended: where to go on. */
  place = "";

  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  *take(text: string): Generator<Message> {
    this.rest += text;
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        this.field(line);
        continue;
      }
      this.place = this.id; // also of a block without data
      if (this.data.length > 0) yield { id: this.id, event: this.event, data: this.data.join("\n") };
      this.event = "";
      this.data = [];
    }
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") this.id = value;
    if (name === "event") this.event = value;
    if (name === "data") this.data.push(value);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
