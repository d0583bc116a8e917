// The call core, loaded with the first click: it puts telephone and panel into
// the element on the page.

import { active, shown, type State } from "./callstate.ts";
import { h, sheet } from "./dom.ts";
import type { Core, Host } from "./host.ts";
import { duration, type Model } from "./model.ts";
import { destination } from "./number.ts";
import { panelCSS } from "./panel-styles.ts";
import { Panel, type Shape } from "./panel.ts";
import { Phone, type Settings } from "./phone.ts";
import { noCall, wrongNow, wrongWriting } from "./refuse.ts";
import { Ringer } from "./ringer.ts";
import { forget, save, saved } from "./saved.ts";
import { callWords } from "./sentences.ts";
import { clock, everySecond } from "./timer.ts";
import type { Papers } from "./wire.ts";

export function start(host: Host): Core {
  return new CallCore(host);
}

/** The one on this page whose panel is open: they all open in the same place. */
let opened: CallCore | undefined;

class CallCore implements Core {
  readonly #host: Host;
  readonly #words;
  readonly #panel: Panel;
  readonly #phone: Phone;
  readonly #ringer = new Ringer();
  readonly #audio = h("audio", { autoplay: true, hidden: true });
  #open = false;
  #last: State = "idle";
  #ticking: (() => void) | undefined;
  readonly #listening = new AbortController();
  readonly #sheet = sheet(panelCSS);

  constructor(host: Host) {
    this.#host = host;
    this.#words = callWords(host.element.lang || document.documentElement.lang || navigator.language);
    this.#phone = new Phone({
      settings: () => this.#settings(),
      words: () => this.#words,
      changed: (model) => this.#changed(model),
      sound: (stream) => this.#sound(stream),
    });
    this.#panel = new Panel(this.#words, {
      // What is wrong with the number stands in the panel.
      call: () => void this.call(undefined, false).catch(() => undefined),
      hangUp: () => this.hangUp(),
      accept: () => void this.#phone.accept(),
      reject: () => this.#phone.reject(),
      mute: () => this.#phone.mute(!this.muted),
      digit: (digit) => void this.#phone.sendDigits(digit),
      goOnline: () => this.#phone.goOnline(),
      playSound: () => this.#play(),
      retakeMicrophone: () => void this.#phone.retakeMicrophone(),
      close: () => this.close(),
    });
    host.root.adoptedStyleSheets.push(this.#sheet);
    host.root.append(this.#panel.element, this.#audio);
    this.#listen();
    this.#draw();
    this.#begin();
  }

  get state(): State {
    return shown(this.#phone.model);
  }

  get muted(): boolean {
    return this.#phone.model.muted;
  }

  get duration(): number {
    return duration(this.#phone.model);
  }

  open(number?: string): void {
    if (number !== undefined) this.#panel.field.value = number;
    this.#show();
    this.#panel.focus();
  }

  close(): void {
    if (!this.#open) return;
    this.#hide();
    this.#host.root.querySelector<HTMLElement>("[part=launcher]")?.focus();
  }

  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }

  async call(to: string | undefined, over: boolean): Promise<void> {
    if (active(this.#phone.model.phase)) throw wrongNow("There is a call already: hang it up first.");
    this.#show();
    const written = to ?? this.#host.element.getAttribute("to") ?? this.#panel.field.value;
    const reachable = destination(written);
    this.#panel.invalid(!reachable);
    if (reachable) return this.#phone.call(reachable, over);
    const sentence = written.trim() ? this.#words.badNumber : this.#words.nowhere;
    this.#phone.complain(sentence);
    throw wrongWriting(sentence);
  }

  hangUp(): void {
    this.#phone.hangUp();
  }

  mute(muted: boolean): void {
    if (!active(this.#phone.model.phase)) throw wrongNow(noCall);
    this.#phone.mute(muted);
  }

  sendDigits(digits: string): void {
    if (!/^[0-9*#A-D]{1,32}$/i.test(digits)) throw wrongWriting("Digits are 0-9, *, # and A-D, at most 32 at a time.");
    if (!this.#phone.sendDigits(digits)) throw wrongNow("No call is there to hear digits.");
  }

  changed(): void {
    this.#draw();
  }

  leave(): void {
    this.#listening.abort();
    this.#phone.leave();
    this.#ticking?.();
    this.#ringer.stop();
    const { root } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
    if (this.#open) this.#hide();
    this.#panel.element.remove();
    this.#audio.remove();
  }

  #begin(): void {
    const { key, papers } = this.#settings();
    const before = saved(key);
    forget(key);
    if (before) {
      this.#show();
      this.#phone.resume(before);
    } else if (papers.token) {
      this.#phone.goOnline();
    }
  }

  #listen(): void {
    const { signal } = this.#listening;
    const moved = () => this.#phone.networkChanged();
    addEventListener("online", moved, { signal });
    const connection = (navigator as Navigator & { connection?: EventTarget }).connection;
    connection?.addEventListener?.("change", moved, { signal });
    addEventListener("pagehide", () => {
      const call = this.#phone.toSave;
      if (call) save(this.#settings().key, call);
    }, { signal });
    addEventListener("pageshow", (event) => {
      if (event.persisted) forget(this.#settings().key);
    }, { signal });
  }

  #settings(): Settings {
    const element = this.#host.element;
    const url = new URL("/v1/ws", this.#host.gateway);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return {
      url: url.href,
      key: element.getAttribute("key") ?? "",
      papers: papersOf(element),
      processing: element.getAttribute("processing") !== "off",
      metadata: metadataOf(element),
      dialled: !element.hasAttribute("to"),
    };
  }

  #shape(): Shape {
    const of = (name: string) => this.#host.element.getAttribute(name) ?? "";
    return { fixed: of("to") !== "", label: of("label"), fallback: of("fallback") };
  }

  #changed(model: Model): void {
    const state = shown(model);
    const before = this.#last;
    const turned = state !== before;
    this.#last = state;
    if (turned) this.#turned(state, model);
    // Another button takes the place of the one that was pressed.
    if (turned && (state === "preparing" || state === "ended" || before === "incoming")) this.#panel.settle();
    this.#draw();
    if (turned) {
      const { call, reason, message, from, metadata } = model;
      this.#host.tell({ state, call, reason, message, from, metadata });
    }
  }

  #turned(state: State, model: Model): void {
    if (state === "incoming") this.#ringer.start();
    else this.#ringer.stop();
    // A call that comes, and one that somebody else ended, must be seen.
    if (state === "incoming" || (state === "ended" && model.reason !== "hangup")) this.#show();
    if (model.answeredAt && !model.endedAt) this.#ticking ??= everySecond(() => this.#tick());
    if (state !== "ended") return;
    this.#ticking?.();
    this.#ticking = undefined;
  }

  #tick(): void {
    this.#panel.tick(this.#phone.model);
    this.#badge();
  }

  #draw(): void {
    this.#panel.draw(this.#phone.model, this.#shape());
    this.#badge();
  }

  #badge(): void {
    const { answeredAt, endedAt, muted } = this.#phone.model;
    const state = this.state;
    if (state === "idle" || state === "ended") this.#host.badge("");
    else if (answeredAt && !endedAt) this.#host.badge(clock(this.duration) + (muted ? ` · ${this.#words.mutedBrief}` : ""));
    else this.#host.badge(state === "incoming" ? this.#words.incomingBrief : this.#words.callingBrief);
  }

  #hide(): void {
    if (opened === this) opened = undefined;
    this.#open = false;
    const panel = this.#panel.element;
    panel.classList.remove("open");
    if (typeof panel.hidePopover === "function") panel.hidePopover();
    this.#host.opened(false);
  }

  /** Opens the panel where it is and leaves the focus where it is. Another's is hidden; its call goes on. */
  #show(): void {
    if (this.#open || !this.#host.element.isConnected) return;
    if (opened) opened.#hide();
    opened = this;
    this.#open = true;
    const panel = this.#panel.element;
    panel.classList.add("open");
    // A browser without popovers shows the panel as high as its place in the page allows.
    if (typeof panel.showPopover === "function") panel.showPopover();
    this.#host.opened(true);
  }

  #sound(stream: MediaStream | null): void {
    this.#audio.srcObject = stream;
    if (stream) this.#play();
  }

  #play(): void {
    this.#audio.play().then(
      () => this.#phone.soundBlocked(false),
      (refused: unknown) => {
        if (refused instanceof DOMException && refused.name === "NotAllowedError") this.#phone.soundBlocked(true);
      },
    );
  }
}

/** data-order-id="7" is told as order_id: "7". Attributes without a value are the page's own business. */
/** What the page shows of itself, as its site wrote it into the element. */
function papersOf(element: HTMLElement): Papers {
  const papers: Papers = {};
  for (const name of ["token", "client_token", "identity"] as const) {
    const value = element.getAttribute(name.replace("_", "-"));
    if (value) papers[name] = value;
  }
  return papers;
}

function metadataOf(element: HTMLElement): Record<string, string> {
  const told: Record<string, string> = {};
  for (const { name, value } of element.attributes) {
    if (name.startsWith("data-") && value !== "") told[name.slice(5).replaceAll("-", "_")] = value;
  }
  return told;
}
