// The chat of the widget, a file of its own that is loaded when somebody in the
// call can read along: a button with what is new, and behind it the messages, as a
// log that screen readers read out, and a field to write.

import type { Chat, ChatHost } from "./chatslot.ts";
import { BoardSlot } from "./boardslot.ts";
import { PageSlot } from "./pageslot.ts";
import { chatWords, type ChatWords } from "./chatwords.ts";
import { h, icon, onSend, setText, sheet } from "./dom.ts";
import { acceptable, type Parcel, Parcels, type Sent, sized } from "./parcels.ts";
import { type Said, Talk, type Unsent } from "./talk.ts";

const bubble = "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6c0-1.1.9-2 2-2Z";

const css = `
.chat-slot { display: flex; flex-direction: column; gap: 10px; }
.chat { display: flex; flex-direction: column; gap: 10px; }
.chat ol { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 8px; }
.chat [role=log] { max-block-size: min(260px, 34dvh); overflow: auto; border-radius: 8px; }
.chat [role=log]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.chat li { background: var(--tint); border-radius: 10px; padding: 8px 12px; max-inline-size: 88%; align-self: flex-start; }
.chat li.you { align-self: flex-end; background: var(--surface); border: 1px solid var(--line); }
.chat li .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.chat small { color: var(--soft); display: block; font-size: 13px; }
.chat .problem { margin: 0; }
.chat .unsent button { margin-block-start: 6px; }
.chat .quiet { color: var(--soft); font-size: 14px; }
.chat .quiet:empty { display: none; }
.chat form { display: grid; grid-template-columns: 1fr auto; gap: 8px; align-items: end; }
.chat .attach { grid-column: 1 / -1; }
.chat progress { inline-size: 100%; }
.chat .problem:empty { display: none; }
.chat label { grid-column: 1 / -1; }
.chat form > * + * { margin: 0; }
.chat textarea { font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--line); box-sizing: border-box;
  border-radius: var(--webtrunk-radius, 12px); padding: 8px 12px; inline-size: 100%; min-block-size: 44px; resize: vertical; }
.chat textarea:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.badge { background: var(--accent); color: var(--on-accent); border-radius: 999px; padding: 0 8px; }
`;

export function start(host: ChatHost): Chat {
  return new ChatPane(host);
}

class ChatPane implements Chat {
  readonly #host: ChatHost;
  readonly #words: ChatWords;
  readonly #talk: Talk;
  readonly #numeral: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #button: HTMLButtonElement;
  readonly #label = h("span");
  readonly #count = h("span", { class: "badge", part: "chat-badge", "aria-hidden": "true" });
  readonly #pane: HTMLElement;
  readonly #log: HTMLElement;
  readonly #said = h("ol");
  readonly #unsent = h("ol", { class: "unsent", part: "chat-unsent" });
  readonly #note = h("p", { class: "quiet", "aria-live": "polite" });
  readonly #typing = h("p", { class: "quiet", part: "chat-typing" });
  readonly #form: HTMLFormElement;
  readonly #field: HTMLTextAreaElement;
  readonly #parcels: Parcels;
  readonly #only: HTMLButtonElement;
  readonly #going = h("ol", { class: "unsent", part: "chat-files" });
  readonly #sheet = sheet(css);
  readonly #pages: PageSlot;
  readonly #board: BoardSlot;
  readonly #listening = new AbortController();
  readonly #resized = new ResizeObserver(() => this.#follow());
  #open = false;
  #over = false;
  /** The call is nothing but this. */
  #alone = false;
  /** The log stays at its end, unless somebody reads further up. */
  #follows = true;

  constructor(host: ChatHost) {
    this.#host = host;
    const words = (this.#words = chatWords[host.language] ?? chatWords.en!);
    this.#numeral = new Intl.NumberFormat(host.language);
    this.#time = new Intl.DateTimeFormat(host.language, { timeStyle: "short" });
    this.#pages = new PageSlot(host);
    this.#talk = new Talk(host.ask, () => this.#draw());
    this.#parcels = new Parcels(host.ask, import.meta.url, () => this.#drawParcels());
    this.#button = h("button", { type: "button", class: "toggle wide", part: "chat-toggle", "aria-expanded": "false" }, icon(bubble), this.#label, this.#count);
    this.#button.addEventListener("click", () => this.#unfold(!this.#open));
    this.#log = h("div", { role: "log", "aria-label": words.log, tabindex: "0", part: "chat-log" }, this.#said);
    this.#log.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#log;
      this.#follows = scrollHeight - scrollTop - clientHeight < 40;
    });
    // A keyboard on the screen takes away from the log, too.
    this.#resized.observe(this.#log);
    this.#field = h("textarea", { id: "chat-text", rows: "2", maxlength: "2000", dir: "auto", part: "input", enterkeyhint: "send" });
    this.#only = h("button", { type: "button", part: "chat-only" }, words.only);
    this.#only.addEventListener("click", () => host.ask({ type: "write" }));
    this.#form = this.#makeForm();
    this.#pane = h("section", { class: "chat", part: "chat", "aria-label": words.chat, hidden: true }, this.#log, this.#unsent, this.#going, this.#typing, this.#note, this.#form, this.#only);
    this.#pane.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // it closes the chat, and the panel at the next press
      this.#unfold(false);
    });
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.slot.append(this.#button, this.#pane);
    this.#board = new BoardSlot(host, words);
    this.#talk.passing = (operation) => this.#board.passing(operation);
    document.addEventListener("visibilitychange", () => this.looked(), { signal: this.#listening.signal });
  }

  get badge(): string {
    return [this.#unread, this.#pages.badge].filter(Boolean).join(" · ");
  }

  get own(): string {
    const { said, unsent } = this.#talk.now;
    return [...said.filter(({ by, sent }) => by === "you" && !sent), ...unsent].map(({ text }) => text).join("\n");
  }

  get #unread(): string {
    const { unread } = this.#talk.now;
    return unread ? this.#words.unread(unread) : "";
  }

  turned(call: string, running: boolean, written: boolean): void {
    this.#talk.begin(call);
    const changes = written !== this.#alone;
    this.#alone = written;
    if (!running) this.#parcels.end();
    this.#pages.turned(call, running);
    this.#board.turned(call, running);
    const turns = this.#over === running;
    this.#over = !running;
    if (turns && this.#over) this.#end();
    else if (turns || changes) this.#draw();
    if (changes && written && running) this.#unfold(true);
  }

  /** What was being written stays to be read, and nobody who goes on writing presses anything. */
  #end(): void {
    const writes = this.#form.contains(this.#host.root.activeElement);
    this.#talk.end(this.#field.value);
    this.#field.value = "";
    this.#draw();
    if (writes) this.#log.focus();
  }

  heard(message: Parameters<Talk["heard"]>[0]): void {
    this.#talk.heard(message);
    this.#parcels.heard(message);
    if (message.type === "error") this.#board.refused(message);
    this.looked();
  }

  back(): void {
    this.#talk.back();
    this.#board.back();
  }

  looked(): void {
    this.#pages.looked();
    if (this.#open && this.#host.shown() && document.visibilityState === "visible") this.#talk.see();
  }

  leave(): void {
    this.#listening.abort();
    this.#resized.disconnect();
    this.#pages.leave();
    this.#board.leave();
    this.#parcels.end();
    this.#talk.begin("");
    const { root, slot } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
    slot.replaceChildren();
  }

  #makeForm(): HTMLFormElement {
    const { label, send } = this.#words;
    const button = h("button", { type: "submit", class: "go", part: "chat-send" }, send);
    const made = h("form", { novalidate: true, part: "chat-form" }, h("label", { for: "chat-text" }, label), this.#field, button, this.#chooser());
    const say = () => {
      if (this.#talk.write(this.#field.value)) this.#field.value = "";
      this.#field.focus();
    };
    onSend(button, say);
    this.#field.addEventListener("input", () => this.#talk.types());
    this.#field.addEventListener("keydown", (event) => {
      // Enter that ends a word in an input method is not meant for the message.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      say();
    });
    return made;
  }

  /** A button that opens the browser's own chooser. */
  #chooser(): HTMLElement {
    const input = h("input", { type: "file", hidden: true, accept: acceptable });
    const button = h("button", { type: "button", part: "chat-attach" }, this.#words.attach);
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      for (const file of input.files ?? []) this.#parcels.send(file);
      input.value = "";
    });
    return h("div", { class: "attach" }, button, input);
  }

  #unfold(open: boolean): void {
    const within = this.#host.root.activeElement !== null;
    this.#open = open;
    this.#pane.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (!open) return this.#button.focus();
    this.#follows = true;
    this.#follow();
    // Somebody else may have opened it, while the person writes elsewhere on the page.
    if (within) (this.#over ? this.#log : this.#field).focus();
    this.looked();
  }

  #draw(): void {
    const { others, said, unsent, unread, typing, read, pages, drawn } = this.#talk.now;
    const w = this.#words;
    const used = said.length > 0 || unsent.length > 0 || drawn.length > 0;
    this.#host.slot.hidden = !used && (this.#over || (others === 0 && !this.#alone));
    setText(this.#label, w.chat);
    setText(this.#count, unread ? this.#numeral.format(unread) : "");
    this.#count.hidden = unread === 0;
    this.#button.ariaDescription = this.#unread || null;
    this.#drawSaid(said, read);
    this.#log.tabIndex = said.length > 0 || this.#over ? 0 : -1;
    this.#follow();
    this.#drawUnsent(unsent);
    setText(this.#typing, typing ? w.typing(this.#who(typing)) : "");
    setText(this.#note, this.#over ? w.over : others > 0 ? "" : this.#alone ? w.first : used ? w.alone : "");
    this.#form.hidden = this.#over;
    this.#only.hidden = this.#over || this.#alone || others === 0;
    for (const button of this.#said.querySelectorAll<HTMLButtonElement>("[part=chat-file]")) button.disabled = this.#over;
    this.#pages.show(pages);
    this.#board.show(drawn);
    this.#host.changed();
  }

  /** Only what is new is added, so that only that is read out. */
  #drawSaid(said: Said[], read: number): void {
    const there = new Map([...this.#said.children].map((item) => [Number((item as HTMLElement).dataset.seq), item as HTMLElement]));
    for (const [seq, item] of there) if (!said.some((one) => one.seq === seq)) item.remove();
    let before: Element | null = null;
    for (const one of said) {
      const item: HTMLElement = there.get(one.seq) ?? this.#item(one);
      if (!there.has(one.seq)) this.#said.insertBefore(item, before ? before.nextSibling : this.#said.firstChild);
      before = item;
    }
    const lastRead = said.findLast(({ by, seq }) => by === "you" && seq <= read)?.seq;
    for (const item of this.#said.children) {
      const mark = item.querySelector(".mark");
      if (mark) setText(mark, Number((item as HTMLElement).dataset.seq) === lastRead ? ` · ${this.#words.read}` : "");
    }
  }

  #item(one: Said): HTMLElement {
    const mine = one.by === "you";
    const about = h("small", {}, h("bdi", {}, this.#who(one)), " ", h("time", { datetime: one.at }, this.#time.format(new Date(one.at))), h("span", { class: "mark" }));
    const item = h("li", { class: mine ? "you" : "", part: mine ? "chat-mine" : "chat-theirs" }, about, one.sent ? this.#file(one.sent) : h("div", { class: "text", dir: "auto" }, one.text));
    item.dataset.seq = String(one.seq);
    return item;
  }

  #file(one: Sent): HTMLElement {
    const button = h("button", { type: "button", part: "chat-file", "aria-label": this.#words.fetch(one.name) }, h("bdi", {}, one.name));
    button.addEventListener("click", () => this.#parcels.fetch(one));
    return h("div", {}, button, h("small", {}, sized(one.bytes, this.#host.language)));
  }

  /** What is on its way; an item stays while that is, for it has the focus perhaps. */
  #drawParcels(): void {
    const there = new Map([...this.#going.children].map((item) => [(item as HTMLElement).dataset.id, item as HTMLElement]));
    for (const [id, item] of there) if (!this.#parcels.now.some((one) => one.id === id)) item.remove();
    for (const one of this.#parcels.now) {
      const item = there.get(one.id) ?? this.#parcel(one);
      if (!there.has(one.id)) this.#going.append(item);
      const [says, share] = [item.querySelector("p"), item.querySelector("progress")];
      if (says) setText(says, one.refused ? this.#words.notSent[one.refused] : "");
      if (share) share.value = one.share;
      if (share) share.hidden = one.refused !== "";
    }
    this.#going.hidden = this.#parcels.now.length === 0;
  }

  #parcel({ id, name }: Parcel): HTMLElement {
    const drop = h("button", { type: "button", part: "chat-drop", "aria-label": this.#words.drop(name) }, this.#words.remove);
    drop.addEventListener("click", () => {
      this.#parcels.drop(id);
      this.#field.focus();
    });
    const item = h("li", { class: "you" }, h("div", { class: "text", dir: "auto" }, name), h("progress", { max: "1", value: "0", "aria-label": this.#words.sending }), h("p", { class: "problem", role: "alert" }), drop);
    item.dataset.id = id;
    return item;
  }

  #drawUnsent(unsent: Unsent[]): void {
    const key = JSON.stringify(unsent);
    if (this.#unsent.dataset.key === key) return;
    this.#unsent.dataset.key = key;
    this.#unsent.hidden = unsent.length === 0;
    this.#unsent.replaceChildren(...unsent.map((one) => this.#waiting(one)));
  }

  #waiting({ id, text, refused }: Unsent): HTMLElement {
    const w = this.#words;
    const item = h("li", { class: "you" }, h("div", { class: "text", dir: "auto" }, text));
    if (!refused) item.append(h("small", {}, w.sending));
    else item.append(h("p", { class: "problem", role: "alert" }, w.refused[refused] ?? w.refusedElse));
    if (refused && !this.#over) {
      const again = h("button", { type: "button", part: "chat-again" }, w.again);
      again.addEventListener("click", () => {
        this.#talk.again(id);
        this.#field.focus();
      });
      item.append(again);
    }
    return item;
  }

  #who({ by, name }: Pick<Said, "by" | "name">): string {
    return by === "you" ? this.#words.you : name || this.#words[by];
  }

  #follow(): void {
    if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
  }
}
