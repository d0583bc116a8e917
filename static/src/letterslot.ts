// Where a message can be left in the panel when nobody was there: its button, and the form
// behind it, which is a file of its own that is loaded when somebody wants it.

import { h } from "./dom.ts";
import { part } from "./part.ts";
import type { Settings } from "./surroundings.ts";

/** What the form needs of the panel. */
export interface LetterHost {
  root: ShadowRoot;
  slot: HTMLElement;
  language: string;
  settings(): Settings;
  /** Whom the page would call, the call that came to nothing, and what was written in it. */
  about(): { to: string; call: string; written: string };
  /** The form was put away. */
  closed(): void;
}

/** The form, once it is loaded. */
export interface Letter {
  open(): void;
}

/** The file of the form; put in by the build. */
declare const LETTER: string;

export class LetterSlot {
  readonly element = h("div", { hidden: true });
  readonly button: HTMLButtonElement;
  readonly #host: LetterHost;
  #letter: Promise<Letter> | undefined;

  constructor(label: string, host: Omit<LetterHost, "slot" | "closed">) {
    this.#host = { ...host, slot: this.element, closed: () => this.#close() };
    this.button = h("button", { type: "button", class: "wide", part: "letter", hidden: true }, label);
    this.button.addEventListener("click", () => void this.#open());
  }

  /** Whether a message may be left now; a form that is open stays, as long as no call runs. */
  offer(wanted: boolean, begin: boolean): void {
    this.button.hidden = !wanted || !this.element.hidden;
    if (!begin) this.element.hidden = true;
  }

  async #open(): Promise<void> {
    this.#letter ??= part<LetterHost, Letter>(LETTER, this.#host);
    try {
      const letter = await this.#letter;
      this.element.hidden = false;
      this.button.hidden = true;
      letter.open();
    } catch {
      this.#letter = undefined; // the next press tries again
    }
  }

  #close(): void {
    this.element.hidden = true;
    this.button.hidden = false;
    this.button.focus();
  }
}
