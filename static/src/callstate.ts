// What a call is doing, decided in pure code: messages move a phase, and what
// a person is shown is the phase with the faults of the two connections over it.

export type Phase =
  | "idle"
  | "preparing" // asking for the microphone
  | "connecting"
  | "waiting" // in a queue
  | "ringing"
  | "early_media"
  | "incoming"
  | "in_call"
  | "ended";

export type State = Phase | "held" | "voicemail" | "reconnecting";

export interface Progress {
  phase: Phase;
  /** The other side has put us on hold. */
  held: boolean;
  /** The WebSocket is lost; the gateway keeps the call for its grace. */
  linkLost: boolean;
  /** Sound does not get through. */
  mediaLost: boolean;
  /** How far the message is that the person leaves; undefined where they leave none. */
  recording: Recording | undefined;
}

/** The caller is asked for a message, speaks, has spoken, and the message is safe. */
export type Recording = "greeting" | "recording" | "saving" | "kept";

const order: Phase[] = ["preparing", "connecting", "waiting", "ringing", "early_media", "in_call"];

/**
 * Where a message of progress leads. A call never goes back, unless to wait: when
 * those who rang did not take it, or it was handed on to a queue. An ended one stays
 * ended.
 */
export function advance(phase: Phase, to: Phase): Phase {
  if (phase === "idle" || phase === "ended") return phase;
  if (to === "waiting" && phase !== "incoming") return to;
  if (phase === "incoming") return to === "in_call" || to === "connecting" ? to : phase;
  return order.indexOf(to) > order.indexOf(phase) ? to : phase;
}

export function shown(p: Progress): State {
  if (p.phase !== "in_call") return p.linkLost && underWay(p.phase) ? "reconnecting" : p.phase;
  if (p.linkLost || p.mediaLost) return "reconnecting";
  if (p.recording) return "voicemail";
  return p.held ? "held" : "in_call";
}

/** Whether there is a call, in any stage, that a person could end. */
export function active(phase: Phase): boolean {
  return phase !== "idle" && phase !== "ended";
}

/** Whether the gateway knows of the call and keeps it while we are away. */
function underWay(phase: Phase): boolean {
  return phase === "waiting" || phase === "ringing" || phase === "early_media";
}
