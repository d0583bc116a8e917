// An agent's place of work: the telephone under the agent's own name, kept ready
// as long as the login lasts, with the ring, the notices and the other tabs
// around it. The page draws what is here and asks here.

import { backoff } from "../backoff.ts";
import { active, type Phase } from "../callstate.ts";
import { faultOfPage } from "../microphone.ts";
import type { Model } from "../model.ts";
import { Refusal, tell } from "../monitor/client.ts";
import { type Parcel, Parcels } from "../parcels.ts";
import { Phone } from "../phone.ts";
import { Ringer } from "../ringer.ts";
import { forget, save, saved } from "../saved.ts";
import type { Settings } from "../surroundings.ts";
import { nothing, Talk, type Talked } from "../talk.ts";
import { before as besideBefore, keep as keepBeside } from "./beside.ts";
import { type Chosen, chosen, playAt } from "./devices.ts";
import { alone, found, type Moving, type Shared, told } from "./handing.ts";
import { announce, silence } from "./notify.ts";
import { Whiteboarding } from "./whiteboarding.ts";
import { type Elsewhere, Tabs } from "./tabs.ts";
import { PagePush, type Pushing } from "./pagepush.ts";
import { plain } from "./problem.ts";
import { agentIn, askedBy, who } from "./who.ts";
import type { AgentToken } from "./wire.ts";
import type { Words } from "./words.ts";

/** Everything the page draws. */
export interface Now extends Shared {
  model: Model;
  /** The name under which the agent is called, once it is known. */
  me: string;
  /** Why the agent cannot take calls at all, in a sentence; empty while all is well. */
  barred: string;
  elsewhere: Elsewhere | undefined;
  /** The call of others that this page listens to or joins; empty for none. */
  beside: string;
  /** The agent has put the card of the last call away. */
  closed: boolean;
  /** What is written beside the call. */
  talk: Talked;
  /** Files on their way. */
  parcels: Parcel[];
  /** A page that the agent shows, and that has not arrived. */
  pushing: Pushing | undefined;
  /** The browser rings only after the agent has clicked somewhere. */
  quiet: boolean;
}

/** Under which the call of the page before is kept. */
const place = "console";

/** How long a call that was asked for may take to ring here. */
const asking = 15_000;

export class Workplace {
  now: Now;
  readonly #words: () => Words;
  readonly #audio: HTMLAudioElement;
  readonly #phone: Phone;
  readonly #ringer = new Ringer();
  /** What is written beside the call; the page reads it in now. */
  readonly talk = new Talk((wish) => this.#phone.beside(wish), () => this.#set({ talk: this.talk.now }));
  readonly push = new PagePush((wish) => this.#phone.beside(wish), () => this.#set({ pushing: this.push.now }));
  readonly parcels = new Parcels((wish) => this.#phone.beside(wish), location.href, () => this.#set({ parcels: this.parcels.now }));
  readonly whiteboard = new Whiteboarding((wish) => this.#phone.beside(wish));
  readonly #tabs = new Tabs((elsewhere) => this.#set({ elsewhere }));
  readonly #listening = new AbortController();
  readonly #listeners = new Set<() => void>();
  #devices: Chosen = chosen();
  #token: AgentToken | undefined;
  #tries = 0;
  /** The call that this page has asked to be brought to, and until when that is answered unasked. */
  #asked: { call: string; until: number } | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #phase: Phase = "idle";
  #left = false;

  constructor(words: () => Words, audio: HTMLAudioElement) {
    this.#words = words;
    this.#audio = audio;
    this.#phone = new Phone({
      settings: () => this.#settings(),
      words: () => words().phone,
      changed: (model) => this.#changed(model),
      sound: (stream) => this.#sound(stream),
      picture: () => undefined,
      mirror: () => undefined,
      handing: (message) => this.#set(told(this.now, message)),
      room: (message) => {
        if (message.type === "bill") return this.#set({ bill: message.bill });
        if (message.type === "charge") return this.#set({ charge: message.charge });
        if (message.type === "recording") return this.#set({ recorded: message });
        this.talk.heard(message);
        this.push.heard(message);
        this.whiteboard.heard(message);
        this.parcels.heard(message);
      },
      found: (call) => {
        this.#set(found(this.now, call));
        this.talk.back();
        this.push.back();
        this.whiteboard.back();
      },
    });
    this.talk.passing = (operation) => this.whiteboard.passing(operation);
    const quiet = navigator.userActivation?.hasBeenActive === false;
    this.now = { ...alone, model: this.#phone.model, me: "", barred: "", elsewhere: undefined, beside: besideBefore(), closed: false, talk: nothing, parcels: [], pushing: undefined, quiet };
    this.#listen();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // What the agent does.

  /** Takes calls, or takes up the call of the page before. */
  async begin(): Promise<void> {
    if (!(await this.#signOn())) return;
    const before = saved(place);
    forget(place);
    if (before) this.#phone.resume(before);
    else this.#phone.goOnline();
  }

  answer(): void {
    void this.#phone.accept();
  }

  /** Opens the microphone in a call that was in writing; whoever only writes is asked to do the same. */
  speak(): void {
    void this.#phone.talk();
  }

  /** Ends the sound, and writes on. */
  writeOn(): void {
    this.#phone.beside({ type: "write" });
  }

  /** Says yes or no to the price, where the agent's own page pays for the call. */
  pay(accept: boolean, quote?: string): void {
    this.#phone.beside({ type: "price", accept, quote });
  }

  reject(): void {
    this.#phone.reject();
  }

  hangUp(): void {
    this.#phone.hangUp();
  }

  /** Puts the card of the last call away; what was noted of it stays where it is. */
  close(): void {
    if (this.now.model.phase === "ended") this.#set({ closed: true });
  }

  call(to: string): void {
    void this.#phone.call(to);
  }

  mute(): void {
    if (active(this.now.model.phase)) this.#phone.mute(!this.now.model.muted);
  }

  press(digit: string): void {
    this.#phone.sendDigits(digit);
  }

  hold(): void {
    const { holds, moving } = this.now;
    if (!moving && this.#phone.wish({ type: holds ? "resume" : "hold" })) this.#set({ holds: !holds });
  }

  /** Hands the call to an address; the name is for the agent, the note for whoever takes the call. */
  transfer({ to, consult, note, name }: { to: string; consult: boolean; note: string; name: string }): void {
    this.#return();
    if (!this.#phone.wish({ type: "transfer", to, ...(consult ? { consult } : {}), ...(note ? { note } : {}) })) return;
    this.#set({ moving: { to, consult, name, state: "asked" } satisfies Moving, failure: undefined });
  }

  /** Begins, ends or pauses the recording, or lets it go on; the gateway tells what came of it. */
  record(action: "start" | "stop" | "pause" | "resume"): void {
    this.#phone.wish({ type: "record", action });
  }

  complete(): void {
    this.#phone.wish({ type: "complete" });
  }

  /** Back to the caller. */
  cancel(): void {
    if (this.#phone.wish({ type: "cancel" })) this.#set({ moving: undefined });
  }

  invite(to: string): void {
    this.#return();
    if (this.#phone.wish({ type: "invite", to })) this.#set({ failure: undefined });
  }

  /** Hears a colleague's call. The ring that follows is answered, for it was asked for here; no other is. */
  async listen(call: string): Promise<void> {
    this.#asked = { call, until: Date.now() + asking };
    try {
      await tell(`/v1/calls/${encodeURIComponent(call)}/invite`, { to: `browser:${agentIn(this.now.me) || this.now.me}`, part: "listen" });
    } catch (error) {
      this.#asked = undefined;
      throw error;
    }
  }

  retakeMicrophone(): void {
    void this.#phone.retakeMicrophone();
  }

  playSound(): void {
    this.#play();
  }

  devicesChanged(now: Chosen): void {
    this.#devices = now;
    void playAt(this.#audio, now.speaker);
    if (this.now.model.phase === "in_call") void this.#phone.retakeMicrophone();
  }

  /** Goes off work, and ends what runs. */
  leave(): void {
    this.#left = true;
    clearTimeout(this.#retry);
    this.#listening.abort();
    this.#phone.leave();
    this.#tabs.close();
    this.#ringer.stop();
    silence();
  }

  /** Whoever holds and then hands over would not hear whom they consult. */
  #return(): void {
    if (this.now.holds && this.#phone.wish({ type: "resume" })) this.#set({ holds: false });
  }

  /** Gets a token; false when there is none to be had, now or ever. */
  async #signOn(): Promise<boolean> {
    try {
      this.#token = await tell<AgentToken>("/v1/session/agent_token");
    } catch (error) {
      // Somebody who is logged out is asked to log in by the page.
      if (error instanceof Refusal && error.final) this.#set({ barred: error.status === 403 ? this.#words().notAnAgent : plain(this.#words(), error) });
      else this.#again();
      return false;
    }
    this.#set({ me: this.#token.receives, barred: "" });
    return !this.#left;
  }

  #again(): void {
    if (this.#left) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.begin(), backoff(this.#tries++));
  }

  #settings(): Settings {
    const url = new URL("/v1/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const { key = "", token = "" } = this.#token ?? {};
    const { microphone, raw } = this.#devices;
    return { url: url.href, key, papers: { token }, processing: raw === "", video: false, metadata: {}, dialled: true, microphone };
  }

  #changed(model: Model): void {
    const before = this.now.model;
    this.#set({ model });
    if (model.online === "yes") this.#tries = 0;
    // The login lasts, the token does not: a session that cannot be taken up any more gets another one.
    if (model.online === "no" && before.online !== "no" && !faultOfPage()) this.#again();
    if (model.phase !== this.#phase) this.#turned(model);
  }

  #turned(model: Model): void {
    const before = this.#phase;
    this.#phase = model.phase;
    this.#set({ closed: false });
    if (!active(before) && active(model.phase)) this.#set(alone);
    this.talk.begin(model.id);
    if (model.phase === "ended") this.talk.end();
    if (!active(model.phase)) this.parcels.end();
    if (!active(model.phase)) this.push.end();
    if (before === "incoming") this.#quiet();
    if (model.phase === "incoming" && !this.#wanted(model)) this.#ring(model);
    this.#tabs.talking(active(model.phase) && model.phase !== "incoming" ? { with: this.#with(model) } : null);
    if (model.phase === "ended") this.#set({ holds: false, moving: undefined, beside: "", recorded: undefined });
    if (model.phase === "ended") keepBeside("");
  }

  /** Answers the call that this page asked to hear. */
  #wanted({ call }: Model): boolean {
    const asked = this.#asked;
    if (asked?.call !== call || Date.now() > asked.until) return false;
    this.#asked = undefined;
    this.#set({ beside: call });
    keepBeside(call);
    queueMicrotask(() => this.answer()); // the telephone is just telling of the call
    return true;
  }

  #ring(model: Model): void {
    const { incoming, writing, consult } = this.#words();
    const asks = model.metadata[askedBy];
    announce(asks ? consult.asks(asks, this.#with(model)) : (model.written ? writing.incoming : incoming)(this.#with(model)), who(model.from, model.metadata).unchecked.map(({ value }) => value).slice(0, 2).join("\n"));
    this.#tabs.ring(() => this.#ringer.start(this.#devices.ringer));
  }

  #quiet(): void {
    this.#tabs.hush();
    this.#ringer.stop();
    silence();
  }

  #with({ from, to, metadata }: Model): string {
    return from ? who(from, metadata).name || this.#words().visitor : who(to, {}).name || to;
  }

  #sound(stream: MediaStream | null): void {
    this.#audio.srcObject = stream;
    if (stream) this.#play();
  }

  #play(): void {
    void playAt(this.#audio, this.#devices.speaker);
    this.#audio.play().then(
      () => this.#phone.soundBlocked(false),
      (refused: unknown) => {
        if (refused instanceof DOMException && refused.name === "NotAllowedError") this.#phone.soundBlocked(true);
      },
    );
  }

  #listen(): void {
    const { signal } = this.#listening;
    const moved = () => this.#phone.networkChanged();
    addEventListener("online", moved, { signal });
    const connection = (navigator as Navigator & { connection?: EventTarget }).connection;
    connection?.addEventListener?.("change", moved, { signal });
    addEventListener("pagehide", () => {
      const call = this.#phone.toSave;
      if (call) save(place, call);
    }, { signal });
    addEventListener("pageshow", (event) => {
      if (event.persisted) forget(place);
    }, { signal });
    // Not with the pointer going down: what the page then shows would move away from under it.
    for (const gesture of ["click", "keydown"]) {
      addEventListener(gesture, () => this.#heardGesture(), { signal });
    }
  }

  /** From now on the browser lets the page ring, also for the call that rings in silence. */
  #heardGesture(): void {
    if (!this.now.quiet) return;
    this.#set({ quiet: false });
    if (this.#phase === "incoming") this.#ringer.start(this.#devices.ringer);
  }

  #set(facts: Partial<Now>): void {
    this.now = { ...this.now, ...facts };
    for (const listener of this.#listeners) listener();
  }
}
