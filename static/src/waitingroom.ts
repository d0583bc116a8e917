// What a caller sees who waits in a queue, or leaves a message: how they stand,
// in words, and what they may do instead.

import { h, onSend, show } from "./dom.ts";
import { readable, toE164 } from "./number.ts";
import type { Model } from "./model.ts";
import type { CallWords } from "./sentences.ts";

export interface Wishes {
  callBack(number: string): void;
  leaveMessage(): void;
  endMessage(): void;
  complain(sentence: string): void;
}

export class WaitingRoom {
  readonly element: HTMLElement;
  /** Who has said all presses this. */
  readonly done: HTMLButtonElement;
  readonly #words: CallWords;
  readonly #wishes: Wishes;
  readonly #offers: HTMLElement;
  readonly #back: HTMLButtonElement;
  readonly #message: HTMLButtonElement;
  readonly #form: HTMLFormElement;
  readonly #field = h("input", { id: "back", type: "tel", name: "back", autocomplete: "tel", part: "input", maxlength: "40", "aria-describedby": "back-hint" });
  readonly #ask: HTMLButtonElement;
  #open = false;

  constructor(words: CallWords, wishes: Wishes) {
    this.#words = words;
    this.#wishes = wishes;
    this.#back = button(words.callMeBack, "wide", "call-back", () => this.#unfold(true));
    this.#message = button(words.leaveMessage, "wide", "leave-message", () => wishes.leaveMessage());
    this.done = button(words.done, "go wide", "done", () => wishes.endMessage());
    this.#offers = h("div", { class: "offers" }, this.#back, this.#message);
    this.#ask = h("button", { type: "submit", class: "go wide", part: "ask-back" }, words.backCall);
    this.#form = this.#makeForm();
    this.element = h("div", { class: "waiting-room", part: "waiting" }, this.#offers, this.#form, this.done);
  }

  draw(model: Model): void {
    const waits = model.phase === "waiting";
    if (!waits || !model.mayBeCalled) this.#open = false;
    show(this.element, waits || model.recording === "recording");
    show(this.#offers, waits && !this.#open && (model.mayBeCalled || model.mayLeaveMessage));
    show(this.#back, model.mayBeCalled);
    show(this.#message, model.mayLeaveMessage);
    show(this.#form, waits && this.#open);
    show(this.done, model.recording === "recording");
    this.#ask.disabled = model.asking;
    if (!this.#field.value && model.knownNumber) this.#field.value = readable(model.knownNumber);
  }

  #makeForm(): HTMLFormElement {
    const { backLabel, backExplain, numberHint, backNot } = this.#words;
    const made = h("form", { novalidate: true, part: "back-form", hidden: true },
      h("p", { class: "explain" }, backExplain),
      h("div", {}, h("label", { for: "back" }, backLabel), this.#field, h("p", { class: "hint", id: "back-hint" }, numberHint)),
      this.#ask, button(backNot, "wide", "back-not", () => this.#unfold(false)));
    onSend(this.#ask, () => this.#submit());
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // it closes the form, and the panel at the next press
      this.#unfold(false);
    });
    return made;
  }

  #submit(): void {
    const number = toE164(this.#field.value);
    this.#field.setAttribute("aria-invalid", String(!number));
    if (number) return this.#wishes.callBack(number);
    this.#field.focus();
    this.#wishes.complain(this.#words.badNumber);
  }

  #unfold(open: boolean): void {
    this.#open = open;
    show(this.#form, open);
    show(this.#offers, !open);
    (open ? this.#field : this.#back).focus();
    this.#field.removeAttribute("aria-invalid");
    this.#wishes.complain("");
  }
}

/** How a caller stands, in words: read out when it changes, for nothing in it runs. */
export function standing({ place, wait }: Pick<Model, "place" | "wait">, words: CallWords, language: string): string {
  const where = place === 0 ? words.waiting : place === 1 ? words.waitingNext : words.waitingPlace(numeral(place, language));
  return wait > 0 ? `${where} ${words.waitingTime(span(wait, language))}` : where;
}

export function numeral(n: number, language: string): string {
  return new Intl.NumberFormat(language).format(n);
}

/** A time in whole minutes, or hours: it is an estimate. */
export function span(seconds: number, language: string): string {
  const minutes = Math.ceil(seconds / 60);
  const [amount, unit] = minutes < 90 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

function button(text: string, look: string, part: string, act: () => void): HTMLButtonElement {
  const made = h("button", { type: "button", class: look, part }, text);
  made.addEventListener("click", act);
  return made;
}
