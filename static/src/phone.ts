// The telephone: one call at a time, out or in. It joins the line (messages)
// and the voice (sound and pictures) and keeps the model that the panel draws.
//
// It promises that every call that was begun ends exactly once, whoever ends
// it first: the person, the far side, the gateway, or a fault here.

import { active, advance, type Phase } from "./callstate.ts";
import { Line } from "./line.ts";
import { faultOfPage } from "./microphone.ts";
import { begun, idle, type Model } from "./model.ts";
import { plainly, report, unconnected, type Fault } from "./operator.ts";
import { endOf, Queue } from "./queue.ts";
import type { Saved } from "./saved.ts";
import type { PhoneWords } from "./sentences.ts";
import type { Refusal } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";
import { inWords } from "./told.ts";
import { Verdicts } from "./verdicts.ts";
import { stopTracks, Voice } from "./voice.ts";
import type { CallNotice, Paying, FileWish, FromGateway, Room, RoomWish, Ticket, Trouble, Verdict, Welcome, Wish, Writing } from "./wire.ts";

/** How long the gateway may take to confirm a hang-up before we end without it. */
const farewell = 2_000;

const noKey = "The element has no attribute key: write the publishable key (pk_…) that lists this page's origin into it.";

/** A wish without the name of its call. */
type Wanted = Wish extends infer W ? (W extends Wish ? Omit<W, "id"> : never) : never;

type Incoming = Extract<FromGateway, { type: "incoming" }>;
type Told = Extract<FromGateway, { type: "talk" }>["state"];
type Seen = Extract<FromGateway, { type: "video" }>;

export class Phone {
  model: Model = idle();
  readonly #around: Surroundings;
  readonly #line = new Line({
    onWelcome: (welcome, fresh) => this.#onWelcome(welcome, fresh),
    onCaughtUp: (welcome) => this.#onCaughtUp(welcome),
    onMessage: (message) => this.#onMessage(message),
    onLost: () => this.#onLost(),
    onRefused: (refusal) => this.#onRefused(refusal),
    onGraceOver: () => this.#finish("connection_lost", this.#words.connectionLost),
  });
  readonly #voice: Voice;
  /** What a caller does who waits. */
  readonly queue: Queue;
  /** Counts calls, so that what was begun for one never touches the next. */
  #attempt = 0;
  readonly #verdicts = new Verdicts();
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
    const owner = {
      model: () => this.model,
      attempt: () => this.#attempt,
      set: (facts: Partial<Model>) => this.#set(facts),
      fail: (reason: string, sentence: string) => this.#fail(reason, sentence),
    };
    this.#voice = new Voice(owner, around, this.#line);
    this.queue = new Queue(owner, this.#line, around);
  }

  // What a person does.

  /** Calls. A call that is over already is begun and ended, without asking for the microphone. */
  async call(to: string, over = false, written = false): Promise<void> {
    if (active(this.model.phase)) return;
    const attempt = this.#begin(written ? "connecting" : "preparing", { id: callName(), to, written });
    if (over) return this.hangUp();
    if (!this.#around.settings().key) return this.#finish("bad_key", noKey, this.#plainly({ code: "bad_key", message: noKey }));
    const microphone = written ? undefined : await this.#voice.microphone(attempt);
    if (!microphone && !written) return;
    this.#set({ phase: "connecting" });
    const connected = await this.#line.connected(this.#around.settings());
    if (microphone && (!connected || attempt !== this.#attempt)) stopTracks(microphone);
    if (attempt !== this.#attempt) return;
    if (!connected) return this.#finish("gateway_unreachable", this.#words.unreachable, [this.#words.unreachable]);
    const { metadata, language, video } = this.#around.settings();
    const facts = { ...(language ? { language } : {}), ...(Object.keys(metadata).length > 0 ? { metadata } : {}) };
    const { id } = this.model;
    if (!microphone) return this.#voice.say({ type: "call", id, to, written: true, ...facts });
    await this.#voice.start(attempt, microphone, video, (sdp) => ({ type: "call", id, to, sdp, ...facts }));
  }

  async accept(): Promise<void> {
    if (this.model.phase !== "incoming") return;
    if (this.model.written) {
      this.#set({ phase: "connecting" });
      return this.#voice.say({ type: "accept", id: this.model.id });
    }
    const attempt = this.#attempt;
    const microphone = await this.#voice.microphone(attempt);
    if (!microphone) return;
    // Accept was pressed twice, and the other press has its microphone already.
    if (this.#voice.open) return stopTracks(microphone);
    this.#set({ phase: "connecting", alert: [] });
    // Nobody is filmed for a caller who could not see it.
    await this.#voice.start(attempt, microphone, this.model.video, (sdp) => ({ type: "accept", id: this.model.id, sdp }));
  }

  /** Gives a call sound in which the person only wrote. */
  async talk(): Promise<void> {
    const { written, call } = this.model;
    // Before the gateway knows of the call it could do nothing with an offer.
    if (!written || !call || this.#voice.opening || this.#voice.open) return;
    this.#set({ alert: [] });
    await this.#voice.rejoin(false);
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
    const answered = phase === "in_call" || this.model.answeredAt > 0; // and handed on to a queue
    const [reason, message] = answered ? ["hangup", this.model.written ? this.#words.wroteLast : this.#words.hungUp] : ["canceled", this.#words.canceled];
    if (!this.#voice.sent) return this.#finish(reason, message);
    this.#line.say({ type: "hangup", id });
    this.#voice.close();
    if (!this.#line.up) return this.#finish(reason, message);
    this.#set({ ending: true });
    this.#saying = setTimeout(() => this.#finish(reason, message), farewell);
  }

  mute(muted: boolean): void {
    if (this.model.muted !== muted) this.#voice.mute(muted);
  }

  /** Presses keys; false when nobody is there to hear them. */
  sendDigits(written: string): boolean {
    const digits = written.toUpperCase();
    const { phase, id } = this.model;
    if (phase !== "in_call" && phase !== "early_media") return false;
    if (!this.#voice.digits(digits)) this.#line.say({ type: "dtmf", id, digits });
    this.#set({ digits: this.model.digits + digits });
    return true;
  }

  /** Asks something of the call; false when nobody is there. */
  wish(wanted: Wanted): boolean {
    const { phase, id } = this.model;
    if (phase !== "in_call") return false;
    this.#line.say({ ...wanted, id } as Wish);
    return true;
  }

  /** Asks something of the room beside the call; what is asked for before there is one is lost. */
  beside(wish: RoomWish | FileWish | Writing | Paying): void {
    const { phase, id } = this.model;
    if (phase === "in_call" || this.model.written) this.#line.say({ type: "room", id, ...wish });
  }

  /** Says whether the person may be recorded. */
  agree(granted: boolean, language: string): void {
    this.#line.say({ type: "consent", id: this.model.id, granted, language });
  }

  /** What the browser measures of the call's connection; undefined while there is none. */
  stats(): Promise<RTCStatsReport> | undefined {
    return this.#voice.stats();
  }

  cameraOff(off: boolean): void {
    if (this.model.filmed) this.#voice.cameraOff(off);
  }

  /** Takes the microphone again after the system took it away. */
  async retakeMicrophone(): Promise<void> {
    return this.#voice.retakeMicrophone();
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
    const { id, call, to, from, metadata = {}, answeredAt, muted, written = false, incoming = false } = saved;
    const facts = { id, call, to, from, metadata, answeredAt, muted, written, backTo: saved.backTo ?? "", linkLost: true, mediaLost: !incoming && !written };
    this.#begin(incoming ? "incoming" : answeredAt ? "in_call" : saved.waiting ? "waiting" : "ringing", facts);
    if (this.#around.settings().papers.token) this.#set({ online: "connecting" });
    this.#voice.sent = !incoming;
    this.#line.expectReturn(30 - (Date.now() - saved.leftAt) / 1000);
    this.#line.start(this.#around.settings(), saved);
  }

  /** What the next page needs to take the call up; undefined when there is none to take. */
  get toSave(): Saved | undefined {
    const { phase, id, call, to, from, metadata, answeredAt, muted, written, backTo } = this.model;
    const place = this.#line.place;
    const incoming = phase === "incoming";
    if (!active(phase) || !(this.#voice.sent || incoming) || !place) return undefined;
    return { ...place, id, call, to, from, metadata, answeredAt, muted, written, incoming, waiting: phase === "waiting", backTo, leftAt: Date.now() };
  }

  networkChanged(): void {
    this.#line.poke();
    this.#voice.networkChanged();
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

  /** One sentence at a time. That the microphone is off, the page has said before, with a button beside it. */
  #judged(verdict: Verdict): void {
    const before = this.#verdicts.sentence;
    const own = verdict.message && inWords(this.#words.told, verdict.about, verdict.verdict, verdict.message);
    this.#verdicts.take({ ...verdict, ...(own ? { message: own } : {}) });
    const now = this.#verdicts.sentence;
    if (now !== before && !this.model.microphoneOff) this.#set({ alert: now ? [now] : [] });
  }

  // The line.

  #onWelcome({ lost }: Welcome, fresh: boolean): void {
    this.#set({ linkLost: false, ...(this.model.online ? { online: "yes" } : {}) });
    if (!fresh || !this.#shared) return;
    if (lost) this.#finish(lost.reason, inWords(this.#words.told, "reasons", lost.reason, lost.message));
    else this.#finish("connection_lost", this.#words.connectionLost);
  }

  /** All that was missed has been heard: what is still open was lost on its way to the gateway. */
  #onCaughtUp(welcome: Welcome): void {
    for (const { id } of welcome.calls ?? []) {
      if (id !== this.model.id) this.#line.say({ type: "hangup", id });
    }
    const known = (welcome.calls ?? []).find((call) => call.id === this.model.id);
    // It stopped ringing while another page was being opened.
    if (this.model.phase === "incoming" && !known) return this.#finish("canceled", this.#words.connectionLost);
    if (!active(this.model.phase) || !this.#voice.sent) return;
    if (known) {
      this.queue.found(known);
      this.#around.found?.(known);
    }
    const { opening } = this.#voice;
    const anew = known && !this.#voice.open;
    if (opening && (known || opening.type === "call")) {
      this.#line.say(opening);
    } else if (!known) {
      this.#finish("connection_lost", this.#words.connectionLost);
    } else if (known.written && !this.#voice.open) {
      // The page before this one may have begun to talk.
      this.#writesOn(known.asked_to_talk ? [this.#words.askedToTalk] : this.model.alert);
    } else if (!this.#voice.open) {
      this.#set({ held: known.held ?? this.model.held });
      void this.#voice.rejoin(known.video ?? false);
    } else if (this.model.mediaLost) {
      void this.#voice.restart();
    }
    // A page that was loaded anew knows nothing of what was written.
    if (anew && this.#around.room) this.#line.say({ type: "room", id: known.id, after: 0 });
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
    return active(this.model.phase) && (this.#voice.sent || this.model.phase === "incoming");
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
      case "written":
        return this.#known(message.call);
      case "talk":
        return this.#talkTold(message.state);
      case "candidate":
        return this.#voice.candidate(message.candidate);
      case "ringing":
      case "early_media":
        return this.#set({ phase: advance(this.model.phase, message.type) });
      case "queued":
      case "place":
      case "callback":
      case "voicemail":
        return this.queue.heard(message);
      case "answered":
        return this.#talking();
      case "held":
      case "resumed":
        return this.#set({ held: message.type === "held" });
      case "video":
        return this.#seen(message);
      case "renegotiate":
        return void this.#voice.offerAnew(false);
      case "ended":
        return this.#finish(message.reason, endOf(message, this.model, this.#words));
      case "verdict":
        return this.#judged(message);
      case "transfer":
      case "invite":
        return this.#around.handing?.(message);
      case "error":
        if (message.operation) return this.#around.room?.(message);
        return this.#wrong(message);
      default: // whoever hears of the room leaves alone what is not of it
        return this.#around.room?.(message as Room | Ticket | CallNotice);
    }
  }

  /** The other side's picture has come or gone; renew asks for ours in another coding. */
  #seen({ state, message = "", renew }: Seen): void {
    this.#set({ picture: state, pictureNote: inWords(this.#words.told, "pictures", state, message) });
    if (renew) void this.#voice.restart();
  }

  #rings({ id, from, call, metadata = {}, video = false, written = false }: Incoming): void {
    if (active(this.model.phase)) this.#line.say({ type: "reject", id });
    else this.#begin("incoming", { id, from, call, metadata, written, video: video && this.#around.settings().video });
  }

  async #answered(sdp: string, call: string): Promise<void> {
    if (!this.#voice.open) return; // the sound was ended while the answer was on its way
    const { written } = this.model;
    this.#known(call, false);
    try {
      await this.#voice.answer(sdp);
    } catch {
      this.#set({ written }); // it only wrote until now
      this.#fail("not_acceptable", this.#words.noSound);
    }
  }

  /** The gateway knows of the call, or that it was taken here. */
  #known(call: string, written = true): void {
    const accepted = this.#voice.opening?.type === "accept";
    this.#voice.opening = undefined;
    this.#set({ call, written });
    if (accepted) this.#talking();
  }

  /** Without sound what is said is written: as somebody wished, or because no path was found. */
  #talkTold(state: Told): void {
    const { open } = this.#voice;
    if (state === "kept") return this.complain(this.#words.talkKept);
    if (state === "asked") return open ? undefined : this.complain(this.#words.askedToTalk);
    if (state === "over") return this.#writesOn([]);
    if (open) this.#writesOn([this.#words.noSound]); // else the page writes on already
  }

  #writesOn(alert: string[]): void {
    this.#voice.close();
    this.#set({ written: true, mediaLost: false, microphoneOff: false, alert });
  }

  #talking(): void {
    const answeredAt = this.model.answeredAt || Date.now();
    this.#set({ phase: advance(this.model.phase, "in_call"), answeredAt });
    if (!this.model.written) this.#voice.expected();
  }

  /** An error about our opening message means that no call was started; any other leaves the call as it is. */
  #wrong(trouble: Trouble): void {
    if (this.queue.refused(trouble)) return;
    const alert = this.#plainly(trouble);
    // The offer stands without a candidate that the gateway would not have.
    if (trouble.code.includes("candidate")) return this.#set({ alert });
    const { opening } = this.#voice;
    if (opening && opening.type !== "offer") {
      this.#finish(trouble.code, trouble.message, alert);
      return;
    }
    if (opening) this.#voice.withdraw();
    this.#voice.opening = undefined;
    this.#set({ alert });
  }

  // Beginning and end.

  #begin(phase: Phase, facts: Partial<Model>): number {
    this.#voice.begin();
    this.#verdicts.clear();
    this.#set(begun(this.model, phase, facts));
    return ++this.#attempt;
  }

  /** Something here cannot go on: the far side, if there is one yet, is not left waiting. */
  #fail(reason: string, sentence: string): void {
    if (this.model.written && active(this.model.phase)) return this.#writesOn([sentence]);
    if (this.#shared) this.#line.say({ type: "hangup", id: this.model.id });
    this.#finish(reason, sentence, [sentence]);
  }

  #finish(reason: string, message: string, alert: string[] = []): void {
    if (!active(this.model.phase)) return;
    this.#attempt++;
    clearTimeout(this.#saying);
    this.#saying = undefined;
    this.#voice.close();
    this.#line.settle();
    const healthy = { held: false, mediaLost: false, microphoneOff: false, soundOff: false, ending: false, video: false, asking: false, recording: undefined };
    this.#set({ phase: "ended", reason, message, alert, endedAt: Date.now(), ...healthy });
    if (this.model.online) return;
    // A visitor's session is one call long. A hang-up that waits for the connection is still sent.
    this.#line.release();
    this.#set({ linkLost: false });
  }

  #set(facts: Partial<Model>): void {
    this.model = { ...this.model, ...facts };
    this.#around.changed(this.model);
  }

  #plainly(fault: Fault): string[] {
    return plainly(fault, this.#words, this.#around.settings().dialled);
  }

  get #words(): PhoneWords {
    return this.#around.words();
  }
}

function callName(): string {
  // Not randomUUID, which pages without HTTPS do not have: they must still be told why they cannot call.
  return `c${[...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join("")}`;
}
