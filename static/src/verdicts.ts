// Why somebody in the call cannot be heard, as the gateway tells it. More than
// one may hold: whoever is sent back his own silence hears nothing either.

import type { Verdict } from "./wire.ts";

type Told = Pick<Verdict, "verdict" | "about" | "raised" | "message">;

export class Verdicts {
  readonly #raised = new Map<string, Told>();

  take(told: Told): void {
    const name = `${told.about} ${told.verdict}`;
    this.#raised.delete(name); // what is raised again is the latest
    if (told.raised && told.message) this.#raised.set(name, told);
  }

  clear(): void {
    this.#raised.clear();
  }

  /** The one sentence to show, empty for none: first of what the person can mend, then the latest. */
  get sentence(): string {
    const latest = [...this.#raised.values()].reverse();
    return (latest.find(({ about }) => about === "you") ?? latest[0])?.message ?? "";
  }
}
