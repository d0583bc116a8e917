// The form for a message when nobody was there, a file of its own. What was written stays in
// it until the gateway says that it is kept; sent again, it is there once.

import { h, onSend, setText, sheet } from "./dom.ts";
import { letterCSS } from "./letter-styles.ts";
import { posted } from "./letterpost.ts";
import type { Letter, LetterHost } from "./letterslot.ts";
import { type LetterWords, letterWords } from "./letterwords.ts";

const look = sheet(letterCSS);

export function start(host: LetterHost): Letter {
  return new LetterForm(host);
}

class LetterForm implements Letter {
  readonly #host: LetterHost;
  readonly #words: LetterWords;
  readonly #title: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #name = h("input", { id: "letter-name", name: "name", autocomplete: "name", maxlength: "100", dir: "auto", part: "input" });
  readonly #answer = h("input", { id: "letter-answer", name: "email", autocomplete: "email", maxlength: "254", dir: "auto", part: "input", "aria-describedby": "letter-hint" });
  readonly #text = h("textarea", { id: "letter-text", rows: "4", maxlength: "2000", dir: "auto", part: "input" });
  readonly #send: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  readonly #told = h("p", { role: "status", class: "told", part: "letter-status" });
  readonly #problem = h("p", { role: "alert", class: "problem", part: "alert" });
  /** Of the message as it stands, so that it is there once however often it is sent. */
  #id = "";
  #sending = false;
  /** After which call a message was left already. */
  #left = "";

  constructor(host: LetterHost) {
    this.#host = host;
    const words = (this.#words = letterWords[host.language] ?? letterWords.en!);
    this.#title = h("h3", { id: "letter-title", tabindex: "-1" }, words.title);
    this.#send = h("button", { type: "submit", class: "go wide", part: "letter-send" }, words.send);
    this.#close = h("button", { type: "button", class: "wide", part: "letter-close" }, words.close);
    this.#form = h("form", { novalidate: true, part: "letter-form" },
      h("p", { class: "explain" }, words.explain),
      h("div", {}, h("label", { for: "letter-text" }, words.text), this.#text),
      h("div", {}, h("label", { for: "letter-answer" }, words.answer), this.#answer, h("p", { class: "hint", id: "letter-hint" }, words.answerHint)),
      h("div", {}, h("label", { for: "letter-name" }, words.name), this.#name),
      this.#send);
    if (!host.root.adoptedStyleSheets.includes(look)) host.root.adoptedStyleSheets.push(look);
    host.slot.append(h("section", { class: "letter", part: "letter-pane", "aria-labelledby": "letter-title" }, this.#title, this.#form, this.#problem, this.#told, this.#close));
    onSend(this.#send, () => void this.#submit());
    this.#close.addEventListener("click", host.closed);
    for (const field of [this.#text, this.#answer, this.#name]) field.addEventListener("input", () => (this.#id = ""));
    host.slot.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // it closes the form, and the panel at the next press
      host.closed();
    });
  }

  open(): void {
    this.#form.hidden = false;
    setText(this.#told, "");
    setText(this.#close, this.#words.close);
    const { call, written } = this.#host.about();
    if (call !== this.#left) this.#text.value ||= written.slice(0, 2000);
    (this.#text.value ? this.#answer : this.#text).focus();
  }

  async #submit(): Promise<void> {
    if (this.#sending || this.#wanting()) return;
    this.#sending = true;
    this.#id ||= unique();
    setText(this.#problem, "");
    setText(this.#told, this.#words.sending);
    const { to, call } = this.#host.about();
    const refused = await posted(this.#host.settings(), {
      type: "message", id: this.#id, to, text: this.#text.value.trim(), reply_to: this.#answer.value.trim(), name: this.#name.value.trim(), ...(call ? { call } : {}),
    });
    this.#sending = false;
    if (refused) this.#refused(refused);
    else this.#kept();
  }

  /** Whether something is missing; then the focus goes there. */
  #wanting(): boolean {
    const missing = !this.#text.value.trim() ? this.#text : !this.#answer.value.trim() ? this.#answer : undefined;
    for (const field of [this.#text, this.#answer]) field.setAttribute("aria-invalid", String(field === missing));
    setText(this.#problem, missing ? (missing === this.#text ? this.#words.noText : this.#words.noAnswer) : "");
    missing?.focus();
    return missing !== undefined;
  }

  #refused(code: string): void {
    setText(this.#told, "");
    setText(this.#problem, this.#words.refused[code] ?? this.#words.refusedElse);
    this.#send.focus();
  }

  #kept(): void {
    this.#form.hidden = true;
    this.#text.value = this.#id = "";
    this.#left = this.#host.about().call;
    setText(this.#told, this.#words.kept);
    setText(this.#close, this.#words.done);
    this.#close.focus();
  }
}

/** Nobody else's message has it: an account has each once. */
function unique(): string {
  return `l${[...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("")}`;
}
