// The call core, loaded with the first click: it puts telephone and panel into
// the element on the page.

import { active, shown, type State } from "./callstate.ts";
import { CareSlot } from "./careslot.ts";
import { ChatSlot } from "./chatslot.ts";
import { CheckSlot } from "./checkslot.ts";
import { chosen } from "./chosen.ts";
import { playAt } from "./devices.ts";
import { h, sheet } from "./dom.ts";
import { factsOf } from "./facts.ts";
import { FilmSlot } from "./filmslot.ts";
import type { CheckResult, Core, Host } from "./host.ts";
import { duration, type Model } from "./model.ts";
import { destination, toE164 } from "./number.ts";
import { report } from "./operator.ts";
import { panelCSS } from "./panel-styles.ts";
import { LetterSlot } from "./letterslot.ts";
import type { Mover, MoveHost } from "./popoutwire.ts";
import { papersOf } from "./papers.ts";
import { part } from "./part.ts";
import { Panel, type Shape } from "./panel.ts";
import { Phone } from "./phone.ts";
import { noCall, oneCall, wrongNow, wrongWriting } from "./refuse.ts";
import { Ringer } from "./ringer.ts";
import { forget, save, saved } from "./saved.ts";
import { type CallWords, english } from "./sentences.ts";
import type { Settings } from "./surroundings.ts";
import { clock, everySecond } from "./timer.ts";
import { languageOf } from "./tongue.ts";
import { numeral } from "./waitingroom.ts";

export async function start(host: Host): Promise<Core> {
  const [language, words] = await wordsOf(languageOf(host.element));
  if (!host.element.isConnected) throw new Error("the element was taken out of the page");
  return new CallCore(host, language, words);
}

/** The files of the other languages, by language; put in by the build. */
declare const LANGUAGES: Record<string, string>;

/** The words of a language, which are a file of their own. Without it a call is made in English. */
async function wordsOf(language: string): Promise<[string, CallWords]> {
  const file = LANGUAGES[language];
  if (!file) return ["en", english];
  try {
    const { words } = (await import(new URL(file, import.meta.url).href)) as { words: CallWords };
    return [language, words];
  } catch {
    report(`${file} could not be loaded`);
    return ["en", english];
  }
}

/** The file that moves a call to a window of its own; put in by the build. */
declare const POPOUT: string;

/** The one on this page whose panel is open: they all open in the same place. */
let opened: CallCore | undefined;

class CallCore implements Core {
  readonly #host: Host;
  readonly #language: string;
  readonly #words: CallWords;
  readonly #panel: Panel;
  readonly #phone: Phone;
  readonly #film: FilmSlot;
  readonly #chat: ChatSlot;
  readonly #check: CheckSlot;
  readonly #care: CareSlot;
  readonly #letter: LetterSlot;
  readonly #ringer = new Ringer();
  readonly #audio = h("audio", { autoplay: true, hidden: true });
  #open = false;
  #last: State = "idle";
  #written = false;
  #place = "";
  #ticking: (() => void) | undefined;
  #mover: Mover | undefined;
  #moving: Promise<Mover> | undefined;
  readonly #listening = new AbortController();
  readonly #sheet = sheet(panelCSS);

  constructor(host: Host, language: string, words: CallWords) {
    this.#host = host;
    this.#language = language;
    this.#words = words;
    this.#film = new FilmSlot(host.root, language);
    this.#phone = new Phone({
      settings: () => this.#settings(),
      words: () => this.#words,
      changed: (model) => this.#changed(model),
      sound: (stream) => this.#sound(stream),
      picture: (stream) => this.#film.far(stream),
      mirror: (stream) => this.#film.self(stream),
      camera: () => this.#film.camera(),
      room: (message) => (message.type === "bill" || message.type === "recording" || message.type === "charge" ? this.#care.heard(message) : this.#chat.heard(message)),
      found: (call) => {
        this.#chat.back();
        this.#care.heard(call);
      },
    });
    this.#chat = new ChatSlot({
      root: host.root,
      language,
      ask: (wish) => this.#phone.beside(wish),
      changed: () => this.#badge(),
      shown: () => this.#open,
    });
    this.#check = new CheckSlot({
      root: host.root,
      language,
      words,
      settings: () => this.#settings(),
      fallback: () => this.#shape().fallback,
    });
    this.#care = new CareSlot({ language, stats: () => this.#phone.stats(), agree: (granted) => this.#phone.agree(granted, language), ask: (wish) => this.#phone.beside(wish) });
    this.#letter = new LetterSlot(words.leaveMessage, {
      root: host.root,
      language,
      settings: () => this.#settings(),
      about: () => ({ to: this.#phone.model.to, call: this.#phone.model.call, written: this.#chat.own }),
    });
    this.#panel = new Panel(this.#words, language, {
      // What is wrong with the number stands in the panel.
      call: () => void this.call(undefined, false).catch(() => undefined),
      hangUp: () => this.hangUp(),
      accept: () => void this.#phone.accept(),
      reject: () => this.#phone.reject(),
      mute: () => this.#phone.mute(!this.muted),
      camera: () => this.#phone.cameraOff(!this.#phone.model.cameraOff),
      callBack: (number) => void this.#phone.queue.callBack(number),
      leaveMessage: () => void this.#phone.queue.leaveMessage(),
      endMessage: () => this.#phone.queue.endMessage(),
      complain: (sentence) => this.#phone.complain(sentence),
      write: () => void this.call(undefined, false, true).catch(() => undefined),
      talk: () => void this.#phone.talk(),
      digit: (digit) => void this.#phone.sendDigits(digit),
      goOnline: () => this.#phone.goOnline(),
      playSound: () => this.#play(),
      retakeMicrophone: () => void this.#phone.retakeMicrophone(),
      close: () => this.close(),
    }, this.#film, this.#chat.element, this.#check, this.#care.element, this.#letter);
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

  get place(): number {
    return this.#phone.model.phase === "waiting" ? this.#phone.model.place : 0;
  }

  get wait(): number {
    return this.#phone.model.phase === "waiting" ? this.#phone.model.wait : 0;
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

  async call(to: string | undefined, over: boolean, inWriting = false): Promise<void> {
    if (active(this.#phone.model.phase)) throw wrongNow(oneCall);
    this.#show();
    const owed = this.#host.element.querySelector<HTMLInputElement>("[slot=notice] :invalid");
    if (owed) {
      owed.reportValidity();
      throw wrongNow(owed.validationMessage);
    }
    const written = to ?? this.#host.element.getAttribute("to") ?? this.#panel.field.value;
    const reachable = destination(written);
    this.#panel.invalid(!reachable);
    if (reachable) {
      this.#panel.settle();
      return this.#phone.call(reachable, over, inWriting);
    }
    const sentence = written.trim() ? this.#words.badNumber : this.#words.nowhere;
    this.#phone.complain(sentence);
    throw wrongWriting(sentence);
  }

  async test(): Promise<CheckResult> {
    if (active(this.#phone.model.phase)) throw wrongNow(oneCall);
    this.#show();
    return this.#check.run();
  }

  hangUp(): void {
    this.#phone.hangUp();
  }

  mute(muted: boolean): void {
    if (!active(this.#phone.model.phase)) throw wrongNow(noCall);
    this.#phone.mute(muted);
  }

  sendDigits(digits: string): void {
    if (!/^[0-9*#A-D]{1,32}$/i.test(digits)) throw wrongWriting("Digits are 0-9, *, #, A-D, at most 32.");
    if (!this.#phone.sendDigits(digits)) throw wrongNow("No call is there to hear digits.");
  }

  callBack(written: string): void {
    const number = toE164(written);
    if (!number) throw wrongWriting(this.#words.badNumber);
    if (!this.#phone.queue.callBack(number)) throw wrongNow("No queue offers to call back now.");
  }

  leaveMessage(): void {
    if (!this.#phone.queue.leaveMessage()) throw wrongNow("No queue offers to take a message now.");
  }

  async popOut(): Promise<void> {
    if (!active(this.#phone.model.phase)) throw wrongNow(noCall);
    (await this.#loadMover()).move();
  }

  changed(): void {
    this.#draw();
  }

  leave(): void {
    this.#listening.abort();
    this.#phone.leave();
    this.#ticking?.();
    this.#ringer.stop();
    this.#chat.leave();
    this.#check.close();
    this.#care.turned(false);
    this.#mover?.leave();
    const { root } = this.#host;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== this.#sheet);
    if (this.#open) this.#hide();
    this.#panel.element.remove();
    this.#audio.remove();
  }

  #begin(): void {
    // A page without an origin, as in a sandbox, cannot call: what moves calls knows one that can.
    if (origin === "null") void this.#loadMover().catch(() => undefined);
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
      video: element.hasAttribute("video"),
      processing: element.getAttribute("processing") !== "off",
      metadata: factsOf(element),
      language: this.#language,
      dialled: !element.hasAttribute("to"),
      microphone: chosen().microphone,
    };
  }

  #shape(): Shape {
    const of = (name: string) => this.#host.element.getAttribute(name) ?? "";
    return { fixed: of("to") !== "", label: of("label"), fallback: of("fallback"), video: this.#settings().video, test: this.#host.element.hasAttribute("test"), write: this.#host.element.hasAttribute("write") };
  }

  #changed(model: Model): void {
    const state = shown(model);
    const before = this.#last;
    const turned = state !== before;
    this.#last = state;
    if (turned) this.#turned(state, model);
    this.#chat.turned(model.id, active(model.phase), model.written);
    this.#care.turned(model.answeredAt > 0 && active(model.phase) && !model.written);
    if (model.answeredAt && !model.endedAt) this.#ticking ??= everySecond(() => this.#tick());
    // Another button takes the place of the one that was pressed.
    if (turned && (state === "ended" || before === "incoming")) this.#panel.settle();
    this.#draw();
    if (this.#mover) this.#mover.draw(model);
    else if (active(model.phase) && ["pop-out", "opened-by"].some((name) => this.#host.element.hasAttribute(name))) void this.#loadMover().catch(() => undefined);
    const { call, reason, message, from, metadata, written } = model;
    if (turned || written !== this.#written) this.#host.tell("state", { state, call, reason, message, from, metadata, written });
    this.#written = written;
    this.#tellPlace(state, model);
  }

  #loadMover(): Promise<Mover> {
    const load = async () => {
      try {
        const { element, root, gateway } = this.#host;
        this.#mover = await part<MoveHost, Mover>(POPOUT, { element, root, gateway, language: this.#language, phone: this.#phone, show: () => this.#show() });
        this.#mover.draw(this.#phone.model);
        return this.#mover;
      } catch (failure) {
        this.#moving = undefined;
        throw failure;
      }
    };
    return (this.#moving ??= load());
  }

  /** The page is told where its caller stands when that changes. */
  #tellPlace(state: State, { call, place, wait, mayBeCalled, mayLeaveMessage }: Model): void {
    const detail = { call, place, wait, callback: mayBeCalled, voicemail: mayLeaveMessage };
    const now = state === "waiting" ? JSON.stringify(detail) : "";
    if (now && now !== this.#place) this.#host.tell("place", detail);
    this.#place = now;
  }

  #turned(state: State, model: Model): void {
    // A call needs the microphone, and the place.
    if (active(model.phase)) this.#check.close();
    if (state === "incoming") this.#ringer.start();
    else this.#ringer.stop();
    // A call that comes, and one that somebody else ended, must be seen.
    if (state === "incoming" || (state === "ended" && model.reason !== "hangup")) this.#show();
    if (state !== "ended") return;
    this.#care.heard();
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
    const { answeredAt, endedAt, muted, written, place } = this.#phone.model;
    const state = this.state;
    const { badge } = this.#chat;
    if (state === "idle" || state === "ended") this.#host.badge("");
    else if (state === "waiting") this.#host.badge(this.#words.waitingBrief + (place ? ` · ${numeral(place, this.#language)}` : ""));
    else if (state === "voicemail") this.#host.badge(this.#words.voicemailBrief);
    else if (answeredAt && !endedAt) this.#host.badge((written ? this.#words.writingBrief : clock(this.duration)) + (muted ? ` · ${this.#words.mutedBrief}` : "") + (badge && ` · ${badge}`));
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
    this.#chat.looked();
  }

  #sound(stream: MediaStream | null): void {
    this.#audio.srcObject = stream;
    if (!stream) return;
    void playAt(this.#audio, chosen().speaker);
    this.#play();
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
