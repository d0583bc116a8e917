// A caller's part in a queue: where they stand, and what they would rather do
// than wait. The telephone hands on what the gateway says of it.

import { advance } from "./callstate.ts";
import type { Line } from "./line.ts";
import type { Model } from "./model.ts";
import { readable } from "./number.ts";
import { plainly } from "./operator.ts";
import type { PhoneWords } from "./sentences.ts";
import { leaving, offered, placed, standingOf } from "./standing.ts";
import type { Surroundings } from "./surroundings.ts";
import { inWords } from "./told.ts";
import type { Ended, FromGateway, RunningCall, Trouble } from "./wire.ts";

/** What the gateway says to who waits. */
type Said = Extract<FromGateway, { type: "queued" | "place" | "callback" | "voicemail" }>;

interface Owner {
  model(): Model;
  set(facts: Partial<Model>): void;
}

export class Queue {
  readonly #owner: Owner;
  readonly #line: Line;
  readonly #around: Surroundings;

  constructor(owner: Owner, line: Line, around: Surroundings) {
    this.#owner = owner;
    this.#line = line;
    this.#around = around;
  }

  /** Would rather be called at a number than wait; false when that is not offered. */
  callBack(number: string): boolean {
    const { phase, mayBeCalled, id } = this.#owner.model();
    if (phase !== "waiting" || !mayBeCalled) return false;
    this.#line.say({ type: "callback", id, number });
    this.#owner.set({ asking: true, backTo: number, alert: [] });
    return true;
  }

  /** Would rather leave a message; false when that is not offered. */
  leaveMessage(): boolean {
    const { phase, mayLeaveMessage, id } = this.#owner.model();
    if (phase !== "waiting" || !mayLeaveMessage) return false;
    this.#line.say({ type: "voicemail", id });
    this.#owner.set({ alert: [] });
    return true;
  }

  /** Has said all: the message is kept, and the call ends. */
  endMessage(): void {
    const { recording, id } = this.#owner.model();
    if (recording === "recording") this.#line.say({ type: "dtmf", id, digits: "#" });
  }

  heard(said: Said): void {
    switch (said.type) {
      case "queued":
        return this.#owner.set({ phase: advance(this.#owner.model().phase, "waiting"), ...offered(said) });
      case "place":
        return this.#owner.set(placed(said));
      case "callback":
        return this.#owner.set({ asking: false, backTo: "", alert: [this.#around.words().notPromised] });
      case "voicemail":
        return this.#owner.set({ phase: advance(this.#owner.model().phase, "in_call"), ...leaving(said), alert: [] });
    }
  }

  /** The call that was taken up, as the gateway knows it. */
  found(call: RunningCall): void {
    const phase = call.state === "queued" ? { phase: advance(this.#owner.model().phase, "waiting") } : {};
    this.#owner.set({ ...standingOf(call), ...phase });
  }

  /** An error is the answer to a wish: the caller waits on, and reads why. */
  refused(trouble: Trouble): boolean {
    if (!this.#owner.model().asking || trouble.code.includes("candidate")) return false;
    this.#owner.set({ asking: false, backTo: "", alert: this.#why(trouble) });
    return true;
  }

  #why(trouble: Trouble): string[] {
    const words = this.#around.words();
    const wrong = trouble.code === "not_allowed" || trouble.code === "bad_number";
    return wrong ? [words.backNotThere] : plainly(trouble, words, false);
  }
}

/** Why a call ended, for the person; who is to be called back reads at which number. */
export function endOf({ reason, message }: Ended, { backTo }: Model, words: PhoneWords): string {
  return reason === "callback" && backTo ? words.promised(readable(backTo)) : inWords(words.told, "reasons", reason, message);
}
