// Tells what a call costs while it runs, to who pays and to who is paid, a file of its own:
// most calls cost nothing. The widget and the console draw the same.

import { figures, mayAnswer, outcome, partsOf, question, standing, termsOf, warning } from "./bill.ts";
import { type BillWords, billWords } from "./billwords.ts";
import { h, setText, sheet } from "./dom.ts";
import { everySecond } from "./timer.ts";
import { setIn } from "./tongue.ts";
import type { Bill } from "./wire.ts";

/** What it needs of the page around it. */
export interface BillHost {
  /** What holds its styles. */
  root: Document | ShadowRoot;
  slot: HTMLElement;
  language: string;
  answer(accept: boolean, quote?: string): void;
}

export interface BillTeller {
  show(bill: Bill): void;
  /** The call is over: what stays is what it has cost. */
  over(): void;
  /** Another call has begun, of which nothing is known. */
  clear(): void;
  leave(): void;
}

const css = `
.bill { display: flex; flex-direction: column; gap: 8px; border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
.bill p { margin: 0; }
.bill .terms { color: var(--soft); font-size: 14px; }
.bill .sum { font-weight: 600; font-variant-numeric: tabular-nums; }
.bill .answers { display: flex; flex-wrap: wrap; gap: 8px; }
.bill .answers button { flex: 1; }
.bill summary { min-block-size: 44px; display: list-item; padding-block: 10px; }
.bill summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.bill ol { margin: 0; padding-inline-start: 24px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.bill[hidden], .bill [hidden], .bill p:empty { display: none; }
`;

export function start(host: BillHost): BillTeller {
  return new Pane(host);
}

class Pane implements BillTeller {
  readonly #host: BillHost;
  readonly #words: BillWords;
  readonly #sheet = sheet(css);
  readonly #terms = h("p", { class: "terms" });
  readonly #says = h("p", { role: "status" });
  readonly #sum = h("p", { class: "sum" });
  readonly #asks = h("p", { role: "alert" });
  readonly #low = h("p", { role: "alert" });
  readonly #yes: HTMLButtonElement;
  readonly #no: HTMLButtonElement;
  readonly #answers: HTMLElement;
  readonly #list = h("ol");
  readonly #box: HTMLElement;
  #bill: Bill | undefined;
  #told = 0;
  #ticking: (() => void) | undefined;

  constructor(host: BillHost) {
    this.#host = host;
    const w = (this.#words = billWords[host.language] ?? billWords.en!);
    this.#yes = this.#button("bill-accept", w.accept, true);
    this.#no = this.#button("bill-decline", w.decline, false);
    this.#answers = h("div", { class: "answers" }, this.#yes, this.#no);
    this.#box = h("section", { class: "bill", part: "bill", "aria-label": w.heading, tabindex: "-1", hidden: true },
      this.#terms, this.#says, this.#sum, this.#low, this.#asks, this.#answers, h("details", {}, h("summary", {}, w.parts), this.#list));
    setIn(this.#box, host.language);
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.slot.append(this.#box);
  }

  show(bill: Bill): void {
    this.#bill = bill;
    this.#told = Date.now();
    this.#box.hidden = false;
    this.#ticking ??= everySecond(() => this.#tick());
    const { language } = this.#host;
    const w = this.#words;
    const terms = termsOf(bill, w, language);
    setText(this.#terms, terms.join(" · "));
    setText(this.#says, standing(bill, w, language).join(" "));
    setText(this.#asks, bill.pays ? question(bill, w, language) : "");
    setText(this.#low, warning(bill, w, language));
    this.#open(bill);
    const parts = partsOf(bill, w, language);
    this.#list.replaceChildren(...parts.map((part) => h("li", {}, part)));
    this.#tick();
  }

  over(): void {
    this.#ticking?.();
    this.#ticking = undefined;
    if (!this.#bill) return;
    setText(this.#says, outcome(this.#bill, this.#words, this.#host.language));
    for (const element of [this.#sum, this.#low, this.#asks]) setText(element, "");
    this.#answers.hidden = true;
  }

  clear(): void {
    this.over();
    this.#bill = undefined;
    this.#box.hidden = true;
  }

  leave(): void {
    this.#ticking?.();
    this.#box.remove();
    const { root } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
  }

  #button(part: string, text: string, accept: boolean): HTMLButtonElement {
    const made = h("button", { type: "button", part }, text);
    made.addEventListener("click", () => this.#host.answer(accept, this.#bill?.quote));
    return made;
  }

  /** Who pays may say yes until they have, and no until they have said anything; the focus stays here when its button goes. */
  #open(bill: Bill): void {
    const { answer, offer } = bill;
    const root = this.#box.getRootNode() as Document | ShadowRoot;
    const had = this.#answers.contains(root.activeElement);
    this.#answers.hidden = !mayAnswer(bill);
    this.#no.hidden = !offer && answer !== undefined;
    if (had && !root.activeElement?.checkVisibility()) (this.#answers.hidden ? this.#box : this.#yes).focus();
  }

  #tick(): void {
    const bill = this.#bill;
    if (!bill) return;
    const since = (Date.now() - this.#told) / 1000;
    setText(this.#sum, figures(bill, since, this.#words, this.#host.language).join(" · "));
  }
}
