// Asks who pays for what is sold in a call, and says what came of it: a file of its own, for in
// most calls nothing is.

import { type ChargeWords, chargeWords } from "./chargewords.ts";
import { h, setText, sheet } from "./dom.ts";
import { lasting, money } from "./money.ts";
import { everySecond } from "./timer.ts";
import { setIn } from "./tongue.ts";
import type { Charge } from "./wire.ts";

/** What it needs of the page around it. */
export interface ChargeHost {
  root: Document | ShadowRoot;
  slot: HTMLElement;
  language: string;
  answer(charge: string, accept: boolean): void;
}

export interface ChargeTeller {
  show(charge: Charge): void;
  /** The call is over: who was asked is not any more. */
  over(): void;
  /** Another call has begun. */
  clear(): void;
}

const css = `
.charge { display: flex; flex-direction: column; gap: 8px; border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; margin-block-end: 8px; }
.charge p { margin: 0; overflow-wrap: anywhere; }
.charge .within { color: var(--soft); font-size: 14px; font-variant-numeric: tabular-nums; }
.charge .answers { display: flex; flex-wrap: wrap; gap: 8px; }
.charge .answers button { flex: 1; }
.charge[hidden], .charge [hidden], .charge p:empty { display: none; }
`;

/** What a charge says, in words: the question, or what came of it. */
export function said(charge: Charge, w: ChargeWords, language: string): { asks: string; says: string } {
  const { amount, state, quantity, unit, description, refunded = 0 } = charge;
  const price = (minor: number) => money(language, { amount: minor, currency: amount.currency });
  const what = quantity > 1 ? `${description} (${w.each(new Intl.NumberFormat(language).format(quantity), price(unit))})` : description;
  if (state === "requested") return { asks: `${w.asks(price(amount.amount), what)}. ${w.silence}`, says: "" };
  const paid = w.paid(price(amount.amount), what);
  const says = { paid, partly_refunded: `${paid}. ${w.back(price(refunded))}`, refunded: `${paid}. ${w.back(price(refunded))}`, declined: w.declined, expired: w.expired, failed: w.failed };
  return { asks: "", says: says[state] };
}

export function start(host: ChargeHost): ChargeTeller {
  return new Pane(host);
}

class Pane implements ChargeTeller {
  readonly #host: ChargeHost;
  readonly #words: ChargeWords;
  readonly #asks = h("p", { role: "alert" });
  readonly #says = h("p", { role: "status" });
  readonly #within = h("p", { class: "within" });
  readonly #answers: HTMLElement;
  readonly #box: HTMLElement;
  #charge: Charge | undefined;
  #told = 0;
  #ticking: (() => void) | undefined;

  constructor(host: ChargeHost) {
    this.#host = host;
    const w = (this.#words = chargeWords[host.language] ?? chargeWords.en!);
    this.#answers = h("div", { class: "answers" }, this.#button("charge-accept", w.accept, true), this.#button("charge-decline", w.decline, false));
    this.#box = h("section", { class: "charge", part: "charge", "aria-label": w.heading, tabindex: "-1", hidden: true }, this.#asks, this.#says, this.#within, this.#answers);
    setIn(this.#box, host.language);
    host.root.adoptedStyleSheets.push(sheet(css));
    host.slot.append(this.#box);
  }

  /** Who does not pay is asked nothing here. */
  show(charge: Charge): void {
    if (!charge.pays) return;
    this.#charge = charge;
    this.#told = Date.now();
    this.#box.hidden = false;
    const { asks, says } = said(charge, this.#words, this.#host.language);
    setText(this.#asks, asks);
    setText(this.#says, says);
    this.#open(asks !== "");
  }

  over(): void {
    if (this.#charge?.state === "requested") this.show({ ...this.#charge, state: "expired" });
  }

  clear(): void {
    this.#open(false);
    this.#charge = undefined;
    this.#box.hidden = true;
  }

  #button(part: string, text: string, accept: boolean): HTMLButtonElement {
    const made = h("button", { type: "button", part }, text);
    made.addEventListener("click", () => this.#charge && this.#host.answer(this.#charge.id, accept));
    return made;
  }

  /** The focus stays here when its button goes. */
  #open(asked: boolean): void {
    const root = this.#box.getRootNode() as Document | ShadowRoot;
    const had = this.#answers.contains(root.activeElement);
    this.#answers.hidden = !asked;
    this.#ticking?.();
    this.#ticking = asked ? everySecond(() => this.#tick()) : undefined;
    this.#tick();
    if (had && !asked) this.#box.focus();
  }

  #tick(): void {
    const left = (this.#charge?.answer_within_seconds ?? 0) - (Date.now() - this.#told) / 1000;
    setText(this.#within, this.#ticking && left > 0 ? this.#words.within(lasting(this.#host.language, left)) : "");
  }
}
