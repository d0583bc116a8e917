// The panel: what a person sees and presses during a call. Its elements are
// made once; draw says which of them are shown and what they say.

import { shown, type State } from "./callstate.ts";
import type { CheckSlot } from "./checkslot.ts";
import { DialPad } from "./dialpad.ts";
import { h, icon, onSend, setText, show } from "./dom.ts";
import { camera, cross, handset, handsetDown, keys, microphone } from "./icons.ts";
import type { FilmSlot } from "./filmslot.ts";
import type { LetterSlot } from "./letterslot.ts";
import { duration, needsWayOut, type Model } from "./model.ts";
import { isReference, readable, telephone } from "./number.ts";
import type { CallWords } from "./sentences.ts";
import { clock } from "./timer.ts";
import { setIn } from "./tongue.ts";
import { standing, WaitingRoom, type Wishes } from "./waitingroom.ts";

export interface Actions extends Wishes {
  call(): void;
  hangUp(): void;
  accept(): void;
  reject(): void;
  mute(): void;
  camera(): void;
  write(): void;
  talk(): void;
  digit(digit: string): void;
  goOnline(): void;
  playSound(): void;
  retakeMicrophone(): void;
  close(): void;
}

/**
 * How long a press means the button that was there before: a double click on
 * Call must not hang up, nor one on Hang up call again.
 */
const settling = 600;

/** What the element's attributes decide about the panel. */
export interface Shape {
  /** The page says where to call; otherwise the person writes a number. */
  fixed: boolean;
  label: string;
  fallback: string;
  /** Calls are with pictures. */
  video: boolean;
  /** The page offers to check before a call, and not only after one that failed. */
  test: boolean;
  /** The page offers to write instead. */
  write: boolean;
}

/** Stages in which a person can give up, speak, or begin. */
const calling: State[] = ["preparing", "connecting", "waiting", "ringing", "early_media"];
const audible: State[] = ["early_media", "in_call", "held", "reconnecting"];

export class Panel {
  readonly element: HTMLElement;
  readonly field: HTMLInputElement;
  readonly #film: FilmSlot;
  readonly #words: CallWords;
  readonly #language: string;
  readonly #pad: DialPad;
  readonly #room: WaitingRoom;
  readonly #check: CheckSlot;
  readonly #letter: LetterSlot;
  readonly #title = h("h2", { part: "title", id: "title" });
  readonly #status = h("p", { role: "status", class: "status", part: "status" });
  readonly #timer: HTMLElement;
  readonly #alert = h("div", { role: "alert", class: "alert", part: "alert" });
  readonly #wayOut = h("a", { class: "way-out", part: "fallback" });
  readonly #facts = h("dl", { class: "facts", part: "metadata" });
  readonly #form: HTMLFormElement;
  readonly #number: HTMLElement;
  readonly #explain: HTMLElement;
  readonly #buttons: Record<"call" | "cancel" | "hangUp" | "mute" | "camera" | "keys" | "accept" | "reject" | "online" | "sound" | "microphone" | "write" | "talk", HTMLButtonElement>;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #padOpen = false;
  #alerted = "";
  #told: Record<string, string> | undefined;

  constructor(words: CallWords, language: string, actions: Actions, film: FilmSlot, chat: HTMLElement, check: CheckSlot, care: HTMLElement, letter: LetterSlot) {
    this.#words = words;
    this.#language = language;
    this.#check = check;
    this.#letter = letter;
    this.#room = new WaitingRoom(words, actions);
    this.#film = film;
    this.#pad = new DialPad(words, actions.digit);
    this.#timer = h("span", { role: "timer", class: "timer", part: "timer", "aria-label": words.timer });
    this.field = h("input", {
      id: "number", type: "tel", name: "number", autocomplete: "tel", part: "input", maxlength: "40", "aria-describedby": "hint",
    });
    this.#number = h("div", { part: "field" },
      h("label", { for: "number" }, words.numberLabel), this.field, h("p", { class: "hint", id: "hint" }, words.numberHint));
    this.#explain = h("p", { class: "explain", part: "explain" });
    const hangUp = () => this.#meant(actions.hangUp);
    const button = (text: string, look: string, part: string, act: () => void, shape?: string) => {
      const made = h("button", { type: "button", class: look, part }, ...(shape ? [icon(shape)] : []), text);
      made.addEventListener("click", act);
      return made;
    };
    this.#buttons = {
      call: h("button", { type: "submit", class: "go wide", part: "call" }, icon(handset), words.call),
      cancel: button(words.cancel, "stop wide", "cancel", hangUp, handsetDown),
      hangUp: button(words.hangUp, "stop wide", "hang-up", hangUp, handsetDown),
      mute: button(words.mute, "", "mute", actions.mute, microphone),
      camera: button(words.cameraOff, "", "camera", actions.camera, camera),
      keys: button(words.dialPad, "toggle", "pad-toggle", () => this.#togglePad(), keys),
      accept: button(words.accept, "go", "accept", actions.accept, handset),
      reject: button(words.reject, "stop", "reject", actions.reject, handsetDown),
      write: button(words.write, "wide", "write", () => this.#meant(actions.write)),
      talk: button(words.talk, "go wide", "talk", actions.talk, microphone),
      online: button(words.goOnline, "wide", "online", actions.goOnline),
      sound: button(words.resumeSound, "go wide", "resume", actions.playSound),
      microphone: button(words.resumeMicrophone, "go wide", "resume", actions.retakeMicrophone),
    };
    this.#form = h("form", { novalidate: true }, this.#number, this.#explain, h("slot", { name: "notice" }), this.#buttons.call);
    onSend(this.#buttons.call, () => this.#meant(actions.call));
    this.element = this.#assemble(actions, chat, care);
  }

  draw(model: Model, shape: Shape): void {
    const b = this.#buttons;
    const state = shown(model);
    const begin = state === "idle" || state === "ended";
    const focused = this.#focused();
    setText(this.#title, this.#heading(model, shape));
    setText(this.#status, this.#sentence(model, state));
    this.tick(model);
    this.#drawAlert(model, shape);
    this.#drawFacts(model.metadata);
    show(this.#form, begin);
    show(this.#number, !shape.fixed);
    setText(this.#explain, shape.video ? this.#words.explainVideo : this.#words.explain);
    show(this.#explain, state === "idle");
    this.#film.draw(model);
    const answered = model.phase === "in_call" || model.answeredAt > 0; // and handed on to a queue
    show(b.cancel, !answered && (calling.includes(state) || state === "reconnecting"));
    this.#room.draw(model);
    // Who speaks a message ends it by "Done", which keeps it as hanging up does.
    show(b.hangUp, (answered && !begin && state !== "voicemail") || model.recording === "greeting");
    setText(b.hangUp.lastChild!, model.written ? this.#words.endWriting : this.#words.hangUp);
    show(b.write, begin && shape.write);
    show(b.talk, model.written && model.call !== "" && !begin && state !== "incoming");
    const heard = audible.includes(state) && !model.written;
    show(b.mute, heard);
    show(b.camera, heard && model.filmed);
    show(b.keys, heard);
    show(b.accept, state === "incoming");
    show(b.reject, state === "incoming");
    this.#check.offer(begin && (shape.test || (state === "ended" && needsWayOut(model))));
    this.#letter.offer(shape.write && state === "ended" && (!model.answeredAt || needsWayOut(model)) && model.to !== "", begin);
    show(b.online, model.online === "no" && begin);
    show(b.sound, model.soundOff);
    show(b.microphone, model.microphoneOff);
    if (!heard) this.#padOpen = false;
    show(this.#pad.element, this.#padOpen);
    this.#pad.sent(model.digits);
    b.keys.setAttribute("aria-expanded", String(this.#padOpen));
    b.mute.setAttribute("aria-pressed", String(model.muted));
    b.camera.setAttribute("aria-pressed", String(model.cameraOff));
    this.element.classList.toggle("ringing", state === "incoming" || state === "ringing");
    // A button that goes away hands the focus to the one that took its place.
    if (focused && !focused.checkVisibility()) this.focus();
  }

  /** The buttons that begin and end a call have changed places: for a moment presses of them are not meant. */
  settle(): void {
    clearTimeout(this.#settling);
    this.element.classList.add("settling");
    this.#settling = setTimeout(() => this.#settled(), settling);
  }

  tick(model: Model): void {
    const speaks = model.recording !== undefined;
    this.#timer.ariaLabel = speaks ? this.#words.voicemailTimer : this.#words.timer;
    setText(this.#timer, speaks ? spoken(model) : model.answeredAt && !model.written ? clock(duration(model)) : "");
  }

  /** Puts the focus on what a person is most likely to want next. */
  focus(): void {
    const { accept, hangUp, cancel, call } = this.#buttons;
    const { done } = this.#room;
    // A number that is already written needs no keyboard on the screen.
    const begin = this.field.value ? [call] : [this.field, call];
    [accept, done, hangUp, cancel, ...begin].find((target) => target.checkVisibility())?.focus();
  }

  /** Marks the number as wrong and goes there. */
  invalid(wrong: boolean): void {
    this.field.setAttribute("aria-invalid", String(wrong));
    if (wrong) this.field.focus();
  }

  #assemble(actions: Actions, chat: HTMLElement, care: HTMLElement): HTMLElement {
    const b = this.#buttons;
    const close = h("button", { type: "button", class: "plain", part: "close", "aria-label": this.#words.close }, icon(cross));
    close.addEventListener("click", actions.close);
    const made = h("div", { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", popover: "manual" },
      h("header", {}, this.#title, close),
      h("div", { class: "line" }, this.#status, this.#timer),
      h("slot", { name: "price" }), care, this.#film.element, this.#facts, this.#alert, this.#wayOut, b.sound, b.microphone, b.talk, this.#check.element, this.#letter.element, this.#form, b.write, this.#letter.button, this.#check.button, this.#room.element,
      h("div", { class: "row" }, b.mute, b.camera, b.keys),
      this.#pad.element, chat,
      h("div", { class: "row" }, b.reject, b.accept),
      b.cancel, b.hangUp, b.online);
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      actions.close();
    });
    setIn(made, this.#language);
    return made;
  }

  #settled(): void {
    this.#settling = undefined;
    this.element.classList.remove("settling");
  }

  #meant(act: () => void): void {
    if (this.#settling === undefined) act();
  }

  #togglePad(): void {
    this.#padOpen = !this.#padOpen;
    show(this.#pad.element, this.#padOpen);
    this.#buttons.keys.setAttribute("aria-expanded", String(this.#padOpen));
    if (this.#padOpen) this.#pad.focus();
  }

  #heading(model: Model, shape: Shape): string {
    if (model.from) return capital(this.#caller(model.from));
    if (model.to && model.phase !== "idle" && !isReference(model.to)) return readable(model.to);
    return shape.label || this.#words.title;
  }

  #sentence(model: Model, state: State): string {
    const w = this.#words;
    if (model.ending) return w.ending;
    if (state === "incoming") return w.incoming(this.#caller(model.from));
    // What is wrong stands in the alert already.
    if (state === "ended") return model.alert.length > 0 ? "" : model.message || w.ended;
    if (state === "idle") return { no: w.offline, connecting: w.goingOnline, yes: w.online, "": "" }[model.online ?? ""];
    if (state === "waiting") return model.asking ? w.asking : standing(model, w, this.#language);
    if (state === "voicemail") return model.recording ? w.voicemail[model.recording] : "";
    if (model.written && state === "in_call") return w.writing;
    return model.muted && state === "in_call" ? `${w.in_call}. ${w.muted}` : w[state];
  }

  #drawAlert(model: Model, shape: Shape): void {
    const wayOut = shape.fallback !== "" && needsWayOut(model);
    show(this.#wayOut, wayOut);
    if (wayOut) {
      this.#wayOut.href = telephone(shape.fallback);
      setText(this.#wayOut, this.#words.fallback(shape.fallback));
    }
    const said = model.alert.join("\n");
    if (said === this.#alerted) return;
    this.#alerted = said;
    this.#alert.replaceChildren(...model.alert.map((sentence) => h("p", {}, sentence)));
    // Inside the alert it is read out together with what is wrong.
    if (said) this.#alert.append(this.#wayOut);
    else this.#alert.after(this.#wayOut);
  }

  #drawFacts(metadata: Record<string, string>): void {
    if (metadata === this.#told) return;
    this.#told = metadata;
    this.#facts.replaceChildren(...Object.entries(metadata).map(([name, value]) =>
      h("div", {}, h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, value))));
  }

  #caller(from: string): string {
    const name = from.replace(/^(browser|tel|sip):/, "");
    return name === "visitor" ? this.#words.visitor : readable(name) || this.#words.unknownCaller;
  }

  #focused(): HTMLElement | null {
    const root = this.element.getRootNode() as ShadowRoot;
    const focused = root.activeElement;
    return focused instanceof HTMLElement && this.element.contains(focused) ? focused : null;
  }
}

/** How long a message is so far, of how much. */
function spoken({ recording, recordedFrom, longest }: Model): string {
  if (recording !== "recording") return "";
  const so = clock((Date.now() - recordedFrom) / 1000);
  return longest ? `${so} / ${clock(longest)}` : so;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
