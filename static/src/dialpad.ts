// The dial pad: twelve buttons, and the same keys of the keyboard while the
// focus is on the pad.

import { h, setText } from "./dom.ts";
import type { CallWords } from "./sentences.ts";

const letters: Record<string, string> = {
  "2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS", "8": "TUV", "9": "WXYZ",
};

export class DialPad {
  readonly element: HTMLElement;
  readonly #sent: HTMLOutputElement;

  constructor(words: CallWords, press: (digit: string) => void) {
    this.#sent = h("output", { class: "sent", part: "digits", "aria-label": words.digitsSent });
    const keys = h("div", { class: "keys" });
    for (const digit of "123456789*0#") keys.append(key(digit, words, press));
    this.element = h("div", { class: "dialpad", part: "dialpad", role: "group", "aria-label": words.dialPad }, this.#sent, keys);
    this.element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
      event.preventDefault();
      press(event.key);
    });
  }

  sent(digits: string): void {
    setText(this.#sent, digits);
  }

  focus(): void {
    this.element.querySelector("button")?.focus();
  }
}

function key(digit: string, words: CallWords, press: (digit: string) => void): HTMLButtonElement {
  const names: Record<string, string> = { "*": words.keyStar, "#": words.keyHash };
  const named = names[digit];
  const made = h(
    "button",
    { type: "button", part: "key", ...(named ? { "aria-label": named } : {}) },
    digit,
    h("small", { "aria-hidden": "true" }, letters[digit] ?? ""),
  );
  made.addEventListener("click", () => press(digit));
  return made;
}
