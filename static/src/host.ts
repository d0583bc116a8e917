// What the element on the page (loaded at once) and the call behind it (loaded
// with the first click) know of each other. Types only.

import type { State } from "./callstate.ts";
import type { NetworkFinding } from "./check/network.ts";
import type { MicrophoneFault } from "./microphone.ts";

export interface StateDetail {
  state: State;
  /** The gateway's own name of the call (call_…), empty until it has one. */
  call: string;
  /** Why the call ended, one word; empty before. */
  reason: string;
  /** The sentence for it, as precise as it is known; empty before. */
  message: string;
  /** Who calls this page; empty in a call from it. */
  from: string;
  /** What travels with a call to this page. */
  metadata: Record<string, string>;
  /** It has no sound so far. */
  written: boolean;
}

/** Where a caller stands in a queue, and what it offers. */
export interface PlaceDetail {
  call: string;
  /** 1 for the next; 0 where it is not known, as below. */
  place: number;
  /** Seconds, as estimated. */
  wait: number;
  callback: boolean;
  voicemail: boolean;
}

/** The events of the element: webtrunk-state, webtrunk-place. */
export interface Told {
  state: StateDetail;
  place: PlaceDetail;
}

export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  /** Where the widget came from: its gateway. */
  gateway: URL;
  tell<Name extends keyof Told>(name: Name, detail: Told[Name]): void;
  /** Puts a short word on the launcher, or its label back. */
  badge(text: string): void;
  opened(open: boolean): void;
}

export interface Core {
  open(number?: string): void;
  close(): void;
  toggle(): void;
  /** Rejects when no call was begun. One that is over already ends as it begins; one in writing has no sound. */
  call(to: string | undefined, over: boolean, written?: boolean): Promise<void>;
  /** Checks microphone and network. Rejects during a call, and when it is ended by one. */
  test(): Promise<CheckResult>;
  hangUp(): void;
  /** These two throw when there is no call for it. */
  mute(muted: boolean): void;
  sendDigits(digits: string): void;
  /** These throw where no queue offers it. */
  callBack(number: string): void;
  leaveMessage(): void;
  /** Moves the call to a window of its own. */
  popOut(): Promise<void>;
  /** The attributes of the element have changed. */
  changed(): void;
  /** The element has left the page. */
  leave(): void;
  readonly state: State;
  readonly muted: boolean;
  readonly duration: number;
  readonly place: number;
  readonly wait: number;
}

/** What phone.test() finds. */
export interface CheckResult {
  /** Nothing was found that keeps a call from working. */
  ok: boolean;
  microphone: MicrophoneOutcome;
  /** How loud the person was, from 0 to 1; speech at a usual distance is at about a half. */
  level: number;
  network: NetworkFinding;
  /** A sentence for each finding, in the person's language, as the panel shows them. */
  messages: string[];
}

/** good; heard nothing of, or too much of the loudspeaker; not to be measured here; or why there is none. */
export type MicrophoneOutcome = "good" | "silent" | "echo" | "unmeasured" | MicrophoneFault;
