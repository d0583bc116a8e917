// Where the panel says how the network carries the call. Who looks after that, and keeps
// the screen awake, is a file of its own that is loaded when a call is answered.

import { h } from "./dom.ts";
import { part } from "./part.ts";
import type { CallNotice, Paying, RunningCall } from "./wire.ts";

/** What is looked after, and where that is said. */
export interface CareHost {
  slot: HTMLElement;
  language: string;
  stats(): Promise<RTCStatsReport> | undefined;
  /** The person may be recorded, or not. */
  agree(granted: boolean): void;
  ask(wish: Paying): void;
}

/** Who looks after a call. */
export interface Care {
  begin(): void;
  end(): void;
  /** How the call stands, or all of it after a page was loaded anew; nothing where there is none any more. */
  heard(now?: CallNotice | RunningCall): void;
}

/** The file of it; put in by the build. */
declare const CARE: string;

export class CareSlot {
  readonly element = h("div", { part: "quality", hidden: true });
  readonly #host: CareHost;
  #care: Promise<Care> | undefined;
  #talking = false;

  constructor(host: Omit<CareHost, "slot">) {
    this.#host = { ...host, slot: this.element };
  }

  /** A call is answered, or over. Without the file it goes on all the same. */
  turned(talking: boolean): void {
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.element.hidden = !talking;
    this.#ask((care) => (this.#talking ? care.begin() : care.end()));
  }

  /** Whether the call is recorded, and what it costs; nothing once it is over. */
  heard(now?: CallNotice | RunningCall): void {
    if (now || this.#care) this.#ask((care) => care.heard(now));
  }

  #ask(what: (care: Care) => void): void {
    this.#care ??= part<CareHost, Care>(CARE, this.#host);
    this.#care.then(what).catch(() => (this.#care = undefined));
  }
}
