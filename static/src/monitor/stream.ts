// Follows Server-Sent Events without gap or repetition: after a lost connection
// it goes on behind the last event that arrived. (The browser's EventSource
// cannot say why it was refused, nor hear events of types that it was not told.)

import { backoff } from "../backoff.ts";
import { problemIn, Refusal } from "./client.ts";
import type { Envelope } from "./wire.ts";

export interface Follower {
  onEvent(event: Envelope): void;
  /** The gateway kept no events that far back: what came between is in the log only. */
  onResync(): void;
  onState(state: "live" | "reconnecting", why?: string): void;
}

export function follow(path: string, follower: Follower): () => void {
  const stopped = new AbortController();
  void run(path, follower, stopped.signal);
  return () => stopped.abort();
}

async function run(path: string, follower: Follower, signal: AbortSignal): Promise<void> {
  let last = "";
  for (let failures = 0; !signal.aborted; ) {
    let why = "";
    try {
      for await (const message of messages(path, last, signal, () => {
        failures = 0;
        follower.onState("live");
      })) {
        if (message.event === "resync") {
          last = "";
          follower.onResync();
          break;
        }
        if (message.id) last = message.id;
        if (message.data) follower.onEvent(JSON.parse(message.data) as Envelope);
      }
    } catch (error) {
      if (error instanceof Refusal) why = error.message;
    }
    if (signal.aborted) return;
    follower.onState("reconnecting", why);
    await pause(backoff(failures++), signal);
  }
}

export interface Message {
  id: string;
  event: string;
  data: string;
}

async function* messages(path: string, last: string, signal: AbortSignal, opened: () => void): AsyncGenerator<Message> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (last) headers["Last-Event-ID"] = last;
  const response = await fetch(path, { headers, signal });
  if (!response.ok || !response.body) throw new Refusal(response.status, await problemIn(response));
  opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new Parser();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* parser.take(value);
  }
}

/** Reads text/event-stream (HTML Standard, 9.2.6), however the network cut it. */
export class Parser {
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
      if (this.data.length > 0 || this.event) {
        yield { id: this.id, event: this.event, data: this.data.join("\n") };
      }
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
