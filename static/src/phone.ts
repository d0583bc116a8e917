// The telephone: one call at a time, out or in. It joins the line (messages)
// and the media (sound) and keeps the model that the panel draws.
//
// It promises that every call that was begun ends exactly once, whoever ends
// it first: the person, the far side, the gateway, or a fault here.

import { active, advance, type Phase } from "./callstate.ts";
import { Line, type Address } from "./line.ts";
import { Media } from "./media.ts";
import { faultOf, faultOfPage, openMicrophone, type MicrophoneFault } from "./microphone.ts";
import { begun, idle, type Model } from "./model.ts";
import { plainly, report, unconnected, type Fault } from "./operator.ts";
import { Repair } from "./repair.ts";
import type { Saved } from "./saved.ts";
import type { CallWords } from "./sentences.ts";
import type { Refusal } from "./session.ts";
import type { FromGateway, ToGateway, Trouble, Welcome } from "./wire.ts";

export interface Settings extends Address {
  /** Echo cancellation, noise suppression and gain control. */
  processing: boolean;
  metadata: Record<string, string>;
  /** The person writes the number; otherwise the page says whom to call. */
  dialled: boolean;
}

export interface Surroundings {
  settings(): Settings;
  words(): CallWords;
  changed(model: Model): void;
  sound(stream: MediaStream | null): void;
}

/** How long the gateway may take to confirm a hang-up before we end without it. */
const farewell = 2_000;

const noKey = "The element has no attribute key: write the publishable key (pk_…) that lists this page's origin into it.";

type Incoming = Extract<FromGateway, { type: "incoming" }>;
type Opening = Extract<ToGateway, { type: "call" | "accept" | "offer" }>;

export class Phone {
  model: Model = idle();
  readonly #around: Surroundings;
  readonly #repair = new Repair(() => void this.#restart());
  readonly #line = new Line({
    onWelcome: (welcome, fresh) => this.#onWelcome(welcome, fresh),
    onCaughtUp: (welcome) => this.#onCaughtUp(welcome),
    onMessage: (message) => this.#onMessage(message),
    onLost: () => this.#onLost(),
    onRefused: (refusal) => this.#onRefused(refusal),
    onGraceOver: () => this.#finish("connection_lost", this.#words.connectionLost),
  });
  #media: Media | undefined;
  /** Counts calls, so that what was begun for one never touches the next. */
  #attempt = 0;
  /** The message with our latest offer, until it is answered. */
  #opening: Opening | undefined;
  #sent = false;
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  // What a person does.

  /** Calls. A call that is over already is begun and ended, without asking for the microphone. */
  async call(to: string, over = false): Promise<void> {
    if (active(this.model.phase)) return;
    const attempt = this.#begin("preparing", { id: callName(), to });
    if (over) return this.hangUp();
    if (!this.#around.settings().key) return this.#finish("bad_key", noKey, this.#plainly({ code: "bad_key", message: noKey }));
    const microphone = await this.#microphone(attempt);
    if (!microphone) return;
    this.#set({ phase: "connecting" });
    const connected = await this.#line.connected(this.#around.settings());
    if (!connected || attempt !== this.#attempt) stopTracks(microphone);
    if (attempt !== this.#attempt) return;
    if (!connected) return this.#finish("gateway_unreachable", this.#words.unreachable, [this.#words.unreachable]);
    const { metadata } = this.#around.settings();
    const facts = Object.keys(metadata).length > 0 ? { metadata } : {};
    await this.#open(attempt, microphone, (sdp) => ({ type: "call", id: this.model.id, to, sdp, ...facts }));
  }

  async accept(): Promise<void> {
    if (this.model.phase !== "incoming") return;
    const attempt = this.#attempt;
    const microphone = await this.#microphone(attempt);
    if (!microphone) return;
    // Accept was pressed twice, and the other press has its microphone already.
    if (this.#media) return stopTracks(microphone);
    this.#set({ phase: "connecting", alert: [] });
    await this.#open(attempt, microphone, (sdp) => ({ type: "accept", id: this.model.id, sdp }));
  }

  reject(): void {
    if (this.model.phase !== "incoming") return;
    this.#line.say({ type: "reject", id: this.model.id });
    this.#finish("rejected", this.#words.rejected);
  }

  hangUp(): void {
    const { phase, id } = this.model;
    if (phase === "incoming") return this.reject();
    if (!active(phase) || this.#saying) return;
    const answered = phase === "in_call";
    const [reason, message] = answered ? ["hangup", this.#words.hungUp] : ["canceled", this.#words.canceled];
    if (!this.#sent) return this.#finish(reason, message);
    this.#line.say({ type: "hangup", id });
    this.#closeMedia();
    if (!this.#line.up) return this.#finish(reason, message);
    this.#set({ ending: true });
    this.#saying = setTimeout(() => this.#finish(reason, message), farewell);
  }

  mute(muted: boolean): void {
    if (this.model.muted === muted) return;
    this.#media?.mute(muted);
    if (this.#sent) this.#line.say({ type: "mute", id: this.model.id, muted });
    this.#set({ muted });
  }

  /** Presses keys; false when nobody is there to hear them. */
  sendDigits(written: string): boolean {
    const digits = written.toUpperCase();
    const { phase, id } = this.model;
    if (phase !== "in_call" && phase !== "early_media") return false;
    if (!this.#media?.digits(digits)) this.#line.say({ type: "dtmf", id, digits });
    this.#set({ digits: this.model.digits + digits });
    return true;
  }

  /** Takes the microphone again after the system took it away. */
  async retakeMicrophone(): Promise<void> {
    const attempt = this.#attempt;
    try {
      const microphone = await openMicrophone(this.#around.settings().processing);
      if (attempt !== this.#attempt || !this.#media) return stopTracks(microphone);
      await this.#media.replaceMicrophone(microphone, this.model.muted);
      this.#set({ microphoneOff: false, alert: [] });
    } catch (thrown) {
      this.#set({ alert: [this.#words.microphone[faultOf(thrown)]] });
    }
  }

  // What the page does.

  /** Takes calls, from now until leave. */
  goOnline(): void {
    if (this.#line.open) return;
    const fault = faultOfPage();
    // A page that could answer no call must not let callers wait for it.
    if (fault) return this.#set({ online: "no", alert: [this.#words.microphone[fault]] });
    const settings = this.#around.settings();
    if (!settings.key) return this.#set({ online: "no", alert: this.#plainly({ code: "bad_key", message: noKey }) });
    this.#set({ online: "connecting" });
    this.#line.start(settings);
  }

  /** Takes up a call that the page before this one had. */
  resume(saved: Saved): void {
    const { id, call, to, from, metadata = {}, answeredAt, muted } = saved;
    const facts = { id, call, to, from, metadata, answeredAt, muted, linkLost: true, mediaLost: true };
    this.#begin(answeredAt ? "in_call" : "ringing", facts);
    if (this.#around.settings().papers.token) this.#set({ online: "connecting" });
    this.#sent = true;
    this.#line.expectReturn(30 - (Date.now() - saved.leftAt) / 1000);
    this.#line.start(this.#around.settings(), saved);
  }

  /** What the next page needs to take the call up; undefined when there is none to take. */
  get toSave(): Saved | undefined {
    const { phase, id, call, to, from, metadata, answeredAt, muted } = this.model;
    const place = this.#line.place;
    if (!active(phase) || !this.#sent || phase === "incoming" || !place) return undefined;
    return { ...place, id, call, to, from, metadata, answeredAt, muted, leftAt: Date.now() };
  }

  networkChanged(): void {
    this.#line.poke();
    if (this.#media?.everUp) void this.#restart();
  }

  leave(): void {
    this.hangUp();
    this.#finish("hangup", this.#words.hungUp);
    this.#line.release();
  }

  soundBlocked(blocked: boolean): void {
    if (this.model.soundOff !== blocked) this.#set({ soundOff: blocked });
  }

  complain(sentence: string): void {
    this.#set({ alert: sentence ? [sentence] : [] });
  }

  // The microphone and the offer.

  async #microphone(attempt: number): Promise<MediaStream | undefined> {
    let fault: MicrophoneFault | undefined = faultOfPage();
    if (!fault) {
      try {
        const microphone = await openMicrophone(this.#around.settings().processing);
        if (attempt === this.#attempt) return microphone;
        return void stopTracks(microphone);
      } catch (thrown) {
        fault = faultOf(thrown);
      }
    }
    if (attempt !== this.#attempt) return undefined;
    const sentence = this.#words.microphone[fault];
    // An incoming call keeps ringing: the person may allow the microphone and accept again.
    if (this.model.phase === "incoming") this.#set({ alert: [sentence] });
    else this.#fail(fault, sentence);
    return undefined;
  }

  async #open(attempt: number, microphone: MediaStream, message: (sdp: string) => Opening): Promise<void> {
    const media = new Media(this.#line.servers, microphone, {
      onCandidate: (candidate) => this.#line.say({ type: "candidate", id: this.model.id, candidate }),
      onSound: (stream) => this.#around.sound(stream),
      onLink: (up) => this.#mediaLink(up),
      onMicrophone: (alive) => this.#microphoneChanged(alive),
    });
    this.#media = media;
    media.mute(this.model.muted);
    try {
      const opening = message(await media.offer(false));
      if (attempt !== this.#attempt) return;
      this.#say(opening);
      if (this.model.muted) this.#line.say({ type: "mute", id: this.model.id, muted: true });
    } catch {
      if (attempt === this.#attempt) this.#fail("unsupported_browser", this.#words.microphone.unsupported_browser);
    }
  }

  #say(opening: Opening): void {
    this.#opening = opening;
    this.#sent = true;
    this.#line.say(opening);
  }

  async #restart(): Promise<void> {
    const media = this.#media;
    if (!media || media.unanswered || !this.#line.up) return;
    try {
      const sdp = await media.offer(true);
      if (media === this.#media) this.#say({ type: "offer", id: this.model.id, sdp });
    } catch {
      // The connection is being closed; there is nothing to restart.
    }
  }

  #mediaLink(up: boolean): void {
    if (up) this.#repair.up();
    else this.#repair.down();
    this.#set({ mediaLost: !up });
  }

  #microphoneChanged(alive: boolean): void {
    this.#set({ microphoneOff: !alive, alert: alive ? [] : [this.#words.microphoneInterrupted] });
  }

  // The line.

  #onWelcome({ lost }: Welcome, fresh: boolean): void {
    this.#set({ linkLost: false, ...(this.model.online ? { online: "yes" } : {}) });
    if (!fresh || !this.#shared) return;
    if (lost) this.#finish(lost.reason, lost.message);
    else this.#finish("connection_lost", this.#words.connectionLost);
  }

  /** All that was missed has been heard: what is still open was lost on its way to the gateway. */
  #onCaughtUp(welcome: Welcome): void {
    for (const { id } of welcome.calls ?? []) {
      if (id !== this.model.id) this.#line.say({ type: "hangup", id });
    }
    if (!active(this.model.phase) || !this.#sent) return;
    const known = (welcome.calls ?? []).find((call) => call.id === this.model.id);
    if (this.#opening && (known || this.#opening.type === "call")) {
      this.#line.say(this.#opening);
    } else if (!known) {
      this.#finish("connection_lost", this.#words.connectionLost);
    } else if (!this.#media) {
      this.#set({ held: known.held ?? this.model.held });
      void this.#rejoin();
    } else if (this.model.mediaLost) {
      void this.#restart();
    }
  }

  /** A page that has just been opened makes new media for the call of the page before. */
  async #rejoin(): Promise<void> {
    const attempt = this.#attempt;
    const microphone = await this.#microphone(attempt);
    if (!microphone) return;
    // The line was lost once more meanwhile, and this was begun twice.
    if (this.#media) return stopTracks(microphone);
    await this.#open(attempt, microphone, (sdp) => ({ type: "offer", id: this.model.id, sdp }));
  }

  #onLost(): void {
    this.#set({ linkLost: true, ...(this.model.online ? { online: "connecting" } : {}) });
    // A hang-up that went into the lost connection is said again in the next.
    if (this.#saying) this.#line.say({ type: "hangup", id: this.model.id });
    if (this.#shared) this.#line.expectReturn();
  }

  #onRefused(refusal: Refusal): void {
    const { takenOver, tooLarge, unreachable } = this.#words;
    const known: Record<string, string> = { taken_over: takenOver, too_large: tooLarge };
    const sentence = refusal.message || (known[refusal.code] ?? unreachable);
    const alert = this.#plainly({ ...refusal, message: sentence });
    // With words of its own the gateway was there.
    if (refusal.code === "gateway_unreachable" && !refusal.message) report(unconnected(this.#around.settings().url));
    if (active(this.model.phase)) this.#finish(refusal.code, sentence, alert);
    this.#set({ linkLost: false, alert, ...(this.model.online ? { online: "no" } : {}) });
  }

  /** Whether the gateway knows of our call. */
  get #shared(): boolean {
    return active(this.model.phase) && (this.#sent || this.model.phase === "incoming");
  }

  // Messages.

  #onMessage(message: FromGateway): void {
    if (message.type === "incoming") return this.#rings(message);
    if (!("id" in message) || message.id === undefined) {
      if (message.type === "error") this.#set({ alert: this.#plainly(message) });
      return;
    }
    if (message.id !== this.model.id || !active(this.model.phase)) return;
    // Once the person has hung up, only the end is still of interest.
    if (this.#saying && message.type !== "ended") return;
    switch (message.type) {
      case "answer":
        return void this.#answered(message.sdp, message.call);
      case "candidate":
        return void this.#media?.candidate(message.candidate);
      case "ringing":
      case "early_media":
        return this.#set({ phase: advance(this.model.phase, message.type) });
      case "answered":
        return this.#talking();
      case "held":
      case "resumed":
        return this.#set({ held: message.type === "held" });
      case "ended":
        return this.#finish(message.reason, message.message);
      case "error":
        return this.#wrong(message);
    }
  }

  #rings({ id, from, call, metadata = {} }: Incoming): void {
    if (active(this.model.phase)) this.#line.say({ type: "reject", id });
    else this.#begin("incoming", { id, from, call, metadata });
  }

  async #answered(sdp: string, call: string): Promise<void> {
    const accepted = this.#opening?.type === "accept";
    this.#opening = undefined;
    this.#set({ call });
    if (accepted) this.#talking();
    try {
      await this.#media?.answer(sdp);
    } catch {
      this.#fail("not_acceptable", this.#words.noSound);
    }
  }

  #talking(): void {
    const answeredAt = this.model.answeredAt || Date.now();
    this.#set({ phase: advance(this.model.phase, "in_call"), answeredAt });
    if (!this.#media?.everUp) this.#repair.expect(() => this.#fail("no_sound", this.#words.noSound));
  }

  /** An error about our opening message means that no call was started; any other leaves the call as it is. */
  #wrong(trouble: Trouble): void {
    const alert = this.#plainly(trouble);
    // The offer stands without a candidate that the gateway would not have.
    if (trouble.code.includes("candidate")) return this.#set({ alert });
    if (this.#opening && this.#opening.type !== "offer") {
      this.#finish(trouble.code, trouble.message, alert);
      return;
    }
    if (this.#opening) void this.#media?.withdraw();
    this.#opening = undefined;
    this.#set({ alert });
  }

  // Beginning and end.

  #begin(phase: Phase, facts: Partial<Model>): number {
    this.#sent = false;
    this.#opening = undefined;
    this.#set(begun(this.model, phase, facts));
    return ++this.#attempt;
  }

  /** Something here cannot go on: the far side, if there is one yet, is not left waiting. */
  #fail(reason: string, sentence: string): void {
    if (this.#shared) this.#line.say({ type: "hangup", id: this.model.id });
    this.#finish(reason, sentence, [sentence]);
  }

  #finish(reason: string, message: string, alert: string[] = []): void {
    if (!active(this.model.phase)) return;
    this.#attempt++;
    clearTimeout(this.#saying);
    this.#saying = undefined;
    this.#closeMedia();
    this.#line.settle();
    const healthy = { held: false, mediaLost: false, microphoneOff: false, soundOff: false, ending: false };
    this.#set({ phase: "ended", reason, message, alert, endedAt: Date.now(), ...healthy });
    if (this.model.online) return;
    // A visitor's session is one call long. A hang-up that waits for the connection is still sent.
    this.#line.release();
    this.#set({ linkLost: false });
  }

  #closeMedia(): void {
    this.#repair.stop();
    this.#media?.close();
    this.#media = undefined;
    this.#opening = undefined;
    this.#around.sound(null);
  }

  #set(facts: Partial<Model>): void {
    this.model = { ...this.model, ...facts };
    this.#around.changed(this.model);
  }

  #plainly(fault: Fault): string[] {
    return plainly(fault, this.#words, this.#around.settings().dialled);
  }

  get #words(): CallWords {
    return this.#around.words();
  }
}

function callName(): string {
  // Not randomUUID, which pages without HTTPS do not have: they must still be told why they cannot call.
  return `c${[...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join("")}`;
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
