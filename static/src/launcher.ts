// The button on the page. It knows nothing of calls: it says its label, or
// what the call is doing while the panel is closed.

import { h, icon, setText } from "./dom.ts";
import { handset } from "./icons.ts";
import { telephone } from "./number.ts";
import { type LauncherWords, launcherWords } from "./launcherwords.ts";
import { setIn } from "./tongue.ts";

export class Launcher {
  readonly button: HTMLButtonElement;
  readonly #text = h("span");
  readonly #problem = h("div", { role: "alert", part: "alert" });
  #label = "";
  #badge = "";
  #open = false;
  #words: LauncherWords;

  constructor(root: ShadowRoot, language: string, pressed: () => void) {
    this.#words = launcherWords(language);
    this.button = h("button", { type: "button", class: "go", part: "launcher" }, icon(handset), this.#text);
    this.button.addEventListener("click", pressed);
    root.append(this.button, this.#problem);
  }

  label(language: string, label: string): void {
    this.#words = launcherWords(language);
    for (const part of [this.button, this.#problem]) setIn(part, language);
    this.#label = label || this.#words.call;
    this.#draw();
  }

  badge(text: string): void {
    this.#badge = text;
    this.#draw();
  }

  opened(open: boolean): void {
    this.#open = open;
    this.#draw();
  }

  busy(busy: boolean): void {
    this.button.setAttribute("aria-busy", String(busy));
  }

  /** Says that the call could not be loaded, with a number to dial instead where the site gives one. */
  problem(show: boolean, fallback: string): void {
    this.#problem.replaceChildren();
    if (!show) return;
    this.#problem.append(h("p", { class: "problem" }, this.#words.notLoaded));
    if (fallback) this.#problem.append(h("a", { href: telephone(fallback), part: "fallback" }, fallback));
  }

  #draw(): void {
    const text = this.#badge || this.#label;
    setText(this.#text, text);
    this.button.setAttribute("aria-expanded", String(this.#open));
    // While the panel is open, its own button is the one named "Call".
    if (this.#open) this.button.setAttribute("aria-label", this.#words.hide(text));
    else if (this.#badge) this.button.setAttribute("aria-label", this.#words.show(text));
    else this.button.removeAttribute("aria-label");
  }
}
