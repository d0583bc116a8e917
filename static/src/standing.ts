// Where a caller stands in a queue, and what they may do there instead of waiting.

import type { Recording } from "./callstate.ts";
import type { Leaving, Offers, Place, RunningCall } from "./wire.ts";

export interface Standing {
  /** Who waits may be called back, or leave a message. */
  mayBeCalled: boolean;
  mayLeaveMessage: boolean;
  /** Where the caller can be called, as their site has signed; empty where nobody knows. */
  knownNumber: string;
  /** 1 for the next, 0 for unknown; and seconds more, 0 for unknown. */
  place: number;
  wait: number;
  /** At which number a call was asked for. Asking, until that is answered. */
  backTo: string;
  asking: boolean;
  /** Since when a message is recorded, in milliseconds since 1970, and for how many seconds at most. */
  recordedFrom: number;
  longest: number;
}

export const nowhere: Standing = {
  mayBeCalled: false,
  mayLeaveMessage: false,
  knownNumber: "",
  place: 0,
  wait: 0,
  backTo: "",
  asking: false,
  recordedFrom: 0,
  longest: 0,
};

/** What a queue offers; another queue than before may offer something else. */
export function offered({ callback = false, voicemail = false, number = "" }: Offers) {
  return { mayBeCalled: callback, mayLeaveMessage: voicemail, knownNumber: number };
}

export function placed({ position, wait }: Partial<Place>) {
  return { place: position ?? 0, wait: wait ?? 0 };
}

/** A message that is begun, or goes on after so many seconds. */
export function leaving({ state, longest = 0 }: Leaving, seconds = 0, now = Date.now()): Partial<Standing> & { recording: Recording } {
  return { recording: state, ...(state === "recording" ? { recordedFrom: now - seconds * 1000, longest } : {}) };
}

/** The same, of a call that was taken up. */
export function standingOf(call: RunningCall): Partial<Standing> & { recording?: Recording } {
  const message = call.recording ? leaving(call.recording, call.recording.seconds) : {};
  return { ...offered(call), ...placed(call), ...message };
}
