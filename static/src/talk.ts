// What is written beside a call: the room's log as far as this page knows it, and
// what the page has written and not heard of again yet. It draws nothing.
//
// The gateway gives everything its place and sends it to all who are there. What
// came twice is left alone, a place that is missing is asked for, and what may have
// been lost on its way is sent once more: under the same ID it is there once.

import { drawnIn } from "./drawing.ts";
import type { Sent } from "./parcels.ts";
import { pagesIn, type Pushed } from "./pushed.ts";
import type { Operation, Room, RoomWish, Ticket, Trouble } from "./wire.ts";

export interface Said {
  seq: number;
  by: "you" | "agent" | "visitor";
  /** What the other is called, where that was checked. */
  name: string;
  text: string;
  at: string;
  /** A file that was sent; text is its name. */
  sent?: Sent;
}

export interface Unsent {
  id: string;
  text: string;
  /** Why it was not taken, by the gateway's code; empty while it is on its way. */
  refused: string;
}

/** Everything that there is to show. */
export interface Talked {
  /** How many others can read along. */
  others: number;
  said: Said[];
  unsent: Unsent[];
  /** Who is about to say something; undefined for nobody. */
  typing: Pick<Said, "by" | "name"> | undefined;
  /** How many messages of others were not seen here yet. */
  unread: number;
  /** The place up to which somebody else has read. */
  read: number;
  /** The pages that were shown. */
  pages: Pushed[];
  /** What was drawn. */
  drawn: Operation[];
}

export const nothing: Talked = { others: 0, said: [], unsent: [], typing: undefined, unread: 0, read: 0, pages: [], drawn: [] };

/** How long somebody is shown as typing who says so once, and how often this page says it. */
const typingShown = 6_000;
const typingEvery = 3_000;

/** How long a page that was refused waits before it asks again, in ms. */
const breath = 3_000;

/** The code under which is shown what the end of the call has kept from being sent. */
export const tooLate = "over";

export class Talk {
  now: Talked = nothing;
  /** Hears of what others are drawing, which nobody keeps. */
  passing: (operation: Operation) => void = () => undefined;
  readonly #ask: (wish: RoomWish) => void;
  readonly #changed: () => void;
  #call = "";
  #log = new Map<number, Operation>();
  #seen = 0;
  /** Up to where the gateway knows that it was seen. */
  #marked = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The place behind which was asked last for what is missing. */
  #missed = -1;
  #typedAt = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (wish: RoomWish) => void, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Another call: nothing of the one before is kept. */
  begin(call: string): void {
    if (call === this.#call) return;
    clearTimeout(this.#typing);
    this.#call = call;
    this.#log = new Map();
    this.#seen = 0;
    this.#marked = 0;
    this.#missed = -1;
    this.#typedAt = 0;
    clearTimeout(this.#retry);
    this.#set(nothing);
  }

  /** The call is over, while somebody was writing perhaps: whatever was not heard of again did not arrive, as far as anybody here knows. */
  end(written = ""): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#retry);
    const text = written.trim();
    const all = text ? [...this.now.unsent, { id: unique(), text, refused: "" }] : this.now.unsent;
    const unsent = all.map((one) => ({ ...one, refused: tooLate }));
    this.#set({ others: 0, typing: undefined, unsent });
  }

  heard(message: Room | Ticket | Trouble): void {
    if (message.type === "error") return this.#refused(message);
    if (message.type !== "room") return;
    const { others, operations = [] } = message;
    for (const operation of operations) this.#take(operation);
    if (operations.length > 0 && !operations.some(({ seq }) => seq)) return this.#set({ others }); // nothing that is kept
    this.#set({ others, ...this.#read() });
    this.#fill();
  }

  /** The connection is back: nobody knows what of this arrived before, nor what others have written meanwhile. */
  back(): void {
    this.#missed = this.#whole();
    this.#ask({ after: this.#missed });
    this.#markAgain();
    for (const { id, text, refused } of this.now.unsent) {
      if (!refused) this.#ask({ operation: { id, kind: "message", text } });
    }
  }

  /** Says something; false for nothing. */
  write(text: string): boolean {
    const said = text.trim();
    if (!said) return false;
    this.#typedAt = 0;
    this.#send({ id: unique(), text: said, refused: "" });
    return true;
  }

  again(id: string): void {
    const one = this.now.unsent.find((other) => other.id === id);
    if (one) this.#send({ ...one, refused: "" });
  }

  /** The person writes: the others are told, now and then. */
  types(now: number = Date.now()): void {
    if (now - this.#typedAt < typingEvery) return;
    this.#typedAt = now;
    this.#ask({ operation: { kind: "typing" } });
  }

  /** The person has everything before their eyes. */
  see(): void {
    const upto = Math.max(0, ...this.now.said.filter(({ by }) => by !== "you").map(({ seq }) => seq));
    if (upto <= this.#seen) return;
    this.#seen = upto;
    this.#mark(upto);
    this.#set(this.#read());
  }

  #send(one: Unsent): void {
    this.#set({ unsent: [...this.now.unsent.filter(({ id }) => id !== one.id), one] });
    this.#ask({ operation: { id: one.id, kind: "message", text: one.text } });
  }

  #take(operation: Operation): void {
    const { seq, kind, by, name = "" } = operation;
    if (kind === "typing") {
      if (by !== "you" && by !== "site") this.#types({ by, name });
    } else if (kind === "sketch" || kind === "point") {
      this.passing(operation);
    } else if (seq) {
      this.#log.set(seq, operation);
      if (kind === "message" && by !== "you") this.#types(undefined);
    }
  }

  #types(typing: Talked["typing"]): void {
    clearTimeout(this.#typing);
    this.now = { ...this.now, typing };
    if (typing) this.#typing = setTimeout(() => this.#set({ typing: undefined }), typingShown);
  }

  /** What was seen and is not known to be marked is marked anew. */
  #markAgain(): void {
    if (this.#seen > this.#marked) this.#mark(this.#seen);
  }

  #mark(upto: number): void {
    this.#ask({ operation: { id: `r${upto}`, kind: "read", upto } });
  }

  #refused({ operation, code }: Trouble): void {
    if (operation === "after" || operation === `r${this.#seen}`) return this.#later();
    if (!this.now.unsent.some(({ id }) => id === operation)) return;
    this.#set({ unsent: this.now.unsent.map((one) => (one.id === operation ? { ...one, refused: code } : one)) });
  }

  /** Asks once more for what was refused, when there was time to breathe. */
  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.back(), breath);
  }

  /** What the log says, read anew. */
  #read(): Partial<Talked> {
    const all = [...this.#log.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    const said = all.flatMap((one) => saidBy(one));
    const upto = (mine: boolean) => Math.max(0, ...all.map((one) => (one.kind === "read" && (one.by === "you") === mine ? (one.upto ?? 0) : 0)));
    this.#marked = upto(true);
    this.#seen = Math.max(this.#seen, this.#marked);
    const mine = new Set(all.map(({ id }) => id));
    return {
      said,
      pages: pagesIn(all),
      drawn: drawnIn(all),
      read: upto(false),
      unread: said.filter(({ by, seq }) => by !== "you" && seq > this.#seen).length,
      unsent: this.now.unsent.filter(({ id }) => !mine.has(id)),
    };
  }

  /** Asks for the first place that is missing, once. */
  #fill(): void {
    const whole = this.#whole();
    if (whole === this.#log.size || whole === this.#missed) return;
    this.#missed = whole;
    this.#ask({ after: whole });
  }

  /** Up to which place nothing is missing. */
  #whole(): number {
    let whole = 0;
    while (this.#log.has(whole + 1)) whole++;
    return whole;
  }

  #set(facts: Partial<Talked>): void {
    this.now = { ...this.now, ...facts };
    this.#changed();
  }
}

/** What an operation says, if that is to be read: a message, or a file. */
function saidBy({ seq = 0, kind, by, name = "", text = "", at, file, file_name: called = "", bytes = 0 }: Operation): Said[] {
  if (by === "site") return [];
  if (kind === "message") return [{ seq, by, name, text, at }];
  return kind === "file" && file ? [{ seq, by, name, text: called, at, sent: { file, name: called, bytes } }] : [];
}

/** Pages without HTTPS have no randomUUID. */
function unique(): string {
  return `m${[...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join("")}`;
}
