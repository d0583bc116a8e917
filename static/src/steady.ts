// What is said of a network that comes and goes: nothing of one bad moment, and nothing
// good of one good.

import type { Quality } from "./check/quality.ts";

type Fault = keyof Quality;

export class Steady {
  #said: Fault | "" | undefined;
  #last: boolean | undefined;

  /** Takes what is over its limit in one window. Returns what is said: "" for a good network, undefined for nothing yet. */
  take(fault: Fault | undefined): Fault | "" | undefined {
    const weak = fault !== undefined;
    if (weak === this.#last || this.#said === undefined && !weak) this.#said = fault ?? "";
    this.#last = weak;
    return this.#said;
  }
}
