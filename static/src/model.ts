// Everything the panel shows, in one value.

import type { Phase, Progress } from "./callstate.ts";
import { nowhere, type Standing } from "./standing.ts";
import type { PictureState } from "./wire.ts";

export interface Model extends Progress, Standing {
  /** Our name of the call on the wire. */
  id: string;
  /** The gateway's name of it. */
  call: string;
  to: string;
  from: string;
  /** What travels with an incoming call. */
  metadata: Record<string, string>;
  muted: boolean;
  /** It has no sound so far: what is said stands in the chat. */
  written: boolean;
  /** The person has hung up and the gateway has not confirmed it yet. */
  ending: boolean;
  /** The call is one with pictures, as far as this page has a say. */
  video: boolean;
  /** This page sends a picture, unless its camera is off. */
  filmed: boolean;
  cameraOff: boolean;
  /** What is to be seen of the other side, and the sentence for it. */
  picture: PictureState;
  pictureNote: string;
  /** Digits sent in this call. */
  digits: string;
  /** Milliseconds since 1970, or 0. */
  answeredAt: number;
  endedAt: number;
  reason: string;
  message: string;
  /** Something is wrong: a sentence, then what to do about it. */
  alert: string[];
  /** The other side cannot hear us until a person presses a button. */
  microphoneOff: boolean;
  /** The browser wants a click before it plays sound. */
  soundOff: boolean;
  /** Whether this page takes calls now; undefined when it never does. */
  online: "no" | "connecting" | "yes" | undefined;
}

export function idle(): Model {
  return {
    phase: "idle",
    held: false,
    linkLost: false,
    mediaLost: false,
    recording: undefined,
    ...nowhere,
    id: "",
    call: "",
    to: "",
    from: "",
    metadata: {},
    muted: false,
    written: false,
    ending: false,
    video: false,
    filmed: false,
    cameraOff: false,
    picture: "off",
    pictureNote: "",
    digits: "",
    answeredAt: 0,
    endedAt: 0,
    reason: "",
    message: "",
    alert: [],
    microphoneOff: false,
    soundOff: false,
    online: undefined,
  };
}

/** A call's beginning: nothing of the call before it is kept. */
export function begun(before: Model, phase: Phase, facts: Partial<Model>): Model {
  return { ...idle(), online: before.online, linkLost: before.linkLost, phase, ...facts };
}

/** Seconds since the answer, up to the end. */
export function duration(model: Model, now: number = Date.now()): number {
  return model.answeredAt ? ((model.endedAt || now) - model.answeredAt) / 1000 : 0;
}

/** Ends after which a telephone would have helped, though the call was answered. */
const broken = new Set(["connection_lost", "failed", "unreachable", "no_sound", "node_lost", "shutdown"]);
/** Ends that the person wanted. */
const wanted = new Set(["hangup", "canceled", "callback", "voicemail"]);

/** Whether the person needs another way: something is wrong, or a call from here reached nobody. */
export function needsWayOut({ phase, to, reason, alert, answeredAt }: Model): boolean {
  if (alert.length > 0) return true;
  if (phase !== "ended" || !to || wanted.has(reason)) return false;
  return !answeredAt || broken.has(reason);
}
