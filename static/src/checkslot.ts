// Where the check before a call has its place in the panel: its button, and the check
// itself, which is a file of its own that is loaded when somebody asks for it.

import { h } from "./dom.ts";
import type { CheckResult } from "./host.ts";
import { part } from "./part.ts";
import { checkEnded, wrongNow } from "./refuse.ts";
import type { CallWords } from "./sentences.ts";
import type { Settings } from "./surroundings.ts";

/** What the check needs of the panel. */
export interface CheckHost {
  root: ShadowRoot;
  slot: HTMLElement;
  language: string;
  words: CallWords;
  settings(): Settings;
  /** A number to dial instead, where the site gives one. */
  fallback(): string;
  /** The check was put away. */
  closed(): void;
}

/** The check, once it is loaded. */
export interface Check {
  /** Begins anew. Rejects when the check is put away before it has found anything. */
  run(): Promise<CheckResult>;
  close(): void;
}

/** The file of the check; put in by the build. */
declare const CHECK: string;

export class CheckSlot {
  readonly element = h("div", { class: "check-slot", hidden: true });
  readonly button: HTMLButtonElement;
  readonly #host: CheckHost;
  #check: Promise<Check> | undefined;
  #runs = 0;

  constructor(host: Omit<CheckHost, "slot" | "closed">) {
    this.#host = { ...host, slot: this.element, closed: () => this.close() };
    this.button = h("button", { type: "button", class: "wide", part: "check", hidden: true }, host.words.check);
    this.button.addEventListener("click", () => void this.run().catch(() => undefined));
  }

  /** Whether the button is wanted: it stands where the check is not open. */
  offer(wanted: boolean): void {
    this.button.hidden = !wanted || !this.element.hidden;
  }

  async run(): Promise<CheckResult> {
    const run = ++this.#runs;
    const check = await (this.#check ??= this.#load());
    if (run !== this.#runs) throw wrongNow(checkEnded);
    this.element.hidden = false;
    this.button.hidden = true;
    return check.run();
  }

  /** Lets go of the microphone and hides the check, also one that is only being loaded. */
  close(): void {
    this.#runs++;
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.button.hidden = false;
    this.button.focus();
    void this.#check?.then((check) => check.close());
  }

  async #load(): Promise<Check> {
    try {
      return await part<CheckHost, Check>(CHECK, this.#host);
    } catch (failure) {
      this.#check = undefined; // the next press tries again
      throw failure;
    }
  }
}
