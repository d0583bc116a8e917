// What is to be seen in the panel of where the call is.

import { h, setText, sheet } from "./dom.ts";
import type { MoveHost } from "./popoutwire.ts";
import { popOutWords, type PopOutWords } from "./popoutwords.ts";

type Choice = [says: string, act: () => void];

const css = `
.pop-out { display: flex; flex-direction: column; gap: 10px; }
.pop-out p:empty { display: none; }
`;

export class PopOutBox {
  readonly words: PopOutWords;
  readonly #host: MoveHost;
  readonly #note = h("p", { role: "status" });
  readonly #choices = h("div", { class: "pop-out" });
  readonly #box = h("div", { class: "pop-out", part: "pop-out", hidden: true }, this.#note, this.#choices);
  readonly #sheet = sheet(css);
  #drawn = "";

  constructor(host: MoveHost) {
    this.#host = host;
    this.words = popOutWords[host.language] ?? popOutWords.en!;
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.root.querySelector(".chat-slot")?.after(this.#box);
  }

  /** A note, and what there is to press. A button that stays keeps the focus. */
  draw(note: string, ...choices: Choice[]): void {
    setText(this.#note, note);
    const drawn = choices.map(([says]) => says).join("\n");
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#choices.replaceChildren(...choices.map(([says, act]) => pressed(says, act)));
    }
    this.#box.hidden = !note && choices.length === 0;
  }

  /** A link to where a call can be made instead; none without an address. */
  link(says: string, href: string): void {
    if (href && !this.#drawn) this.#choices.replaceChildren(h("a", { class: "way-out", href, target: "_blank", rel: "noopener", part: "pop-out-link" }, says));
    this.#drawn = href;
    this.#box.hidden = !href;
  }

  leave(): void {
    this.#box.remove();
    const { root } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
  }
}

function pressed(says: string, act: () => void): HTMLButtonElement {
  const made = h("button", { type: "button", class: "wide", part: "pop-out-button" }, says);
  made.addEventListener("click", act);
  return made;
}
