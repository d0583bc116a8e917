// Tells a visitor whether the call is recorded, and asks them, a file of its own: most
// calls are not.

import type { CareHost } from "./careslot.ts";
import { h, setText } from "./dom.ts";
import { type RecordWords, recordWords } from "./recordwords.ts";
import type { Recorded } from "./wire.ts";

/** What tells of the recording. */
export interface Teller {
  /** How it is now; undefined where there is no call any more. */
  draw(now: Recorded | undefined): void;
}

export function start(host: CareHost): Teller {
  return new Told(host);
}

class Told implements Teller {
  readonly #words: RecordWords;
  /** The person has agreed on this page, since they were asked last. */
  #agreed = false;
  readonly #says = h("p", { role: "status" });
  readonly #yes = h("button", { type: "button", part: "recording-yes" });
  readonly #no = h("button", { type: "button", part: "recording-no" });
  readonly #box = h("div", { part: "recording", class: "offers", role: "group", hidden: true }, this.#says, this.#yes, this.#no);

  constructor(host: CareHost) {
    this.#words = recordWords[host.language] ?? recordWords.en!;
    this.#box.setAttribute("aria-label", this.#words.name);
    setText(this.#yes, this.#words.yes);
    const answer = (granted: boolean) => {
      this.#agreed = granted;
      host.agree(granted);
    };
    this.#yes.addEventListener("click", () => answer(true));
    this.#no.addEventListener("click", () => answer(false));
    host.slot.before(this.#box);
  }

  draw(now: Recorded | undefined): void {
    this.#box.hidden = !now;
    if (!now || now.state === "asked") this.#agreed = false;
    if (!now) return setText(this.#says, "");
    const { state, reason } = now;
    const asked = state === "asked";
    const lacking = !asked && reason === "consent";
    // Who has agreed waits for others, perhaps, and can take it back meanwhile.
    const waits = this.#agreed && (lacking || state === "off");
    setText(this.#says, waits ? this.#words.agreed : lacking ? this.#words.declined : this.#words[state]);
    setText(this.#no, asked ? this.#words.no : this.#words.stop);
    this.#hide(this.#yes, !asked && (!lacking || waits));
    this.#hide(this.#no, !asked && !waits && (lacking || state === "off"));
  }

  /** Where the button goes that has the focus, the other one has it. */
  #hide(button: HTMLButtonElement, hidden: boolean): void {
    const had = (this.#box.getRootNode() as ShadowRoot).activeElement === button;
    button.hidden = hidden;
    if (hidden && had) (button === this.#yes ? this.#no : this.#yes).focus();
  }
}
