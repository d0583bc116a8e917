// The messages of doc/signaling.md, as types. Names are the wire's.

export interface Candidate {
  candidate?: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
  usernameFragment?: string | null;
}

export type ToGateway =
  | ({ type: "hello"; version: 1; key: string; session?: string; last?: number } & Papers)
  | { type: "call"; id: string; to: string; sdp: string; metadata?: Record<string, string> }
  | { type: "accept"; id: string; sdp: string }
  | { type: "reject"; id: string }
  | { type: "offer"; id: string; sdp: string }
  | { type: "candidate"; id: string; candidate: Candidate | null }
  | { type: "dtmf"; id: string; digits: string }
  | { type: "mute"; id: string; muted: boolean }
  | { type: "hangup"; id: string }
  | { type: "ping" };

/** What a page shows beside its key. */
export interface Papers {
  token?: string;
  client_token?: string;
  identity?: string;
}

export interface RunningCall {
  id: string;
  state: string;
  held?: boolean;
}

export interface Welcome {
  type: "welcome";
  seq: number;
  session: string;
  resumed: boolean;
  ice_servers?: RTCIceServer[];
  grace_seconds?: number;
  calls?: RunningCall[];
  /** Why the session that was asked for is not there. */
  lost?: { reason: string; message: string };
}

export interface Ended {
  type: "ended";
  seq: number;
  id: string;
  reason: string;
  message: string;
  by: "you" | "them" | "gateway";
}

export interface Trouble {
  type: "error";
  seq: number;
  code: string;
  message: string;
  remedies?: string[];
  id?: string;
}

export type FromGateway =
  | Welcome
  | Ended
  | Trouble
  | { type: "answer"; seq: number; id: string; sdp: string; call: string }
  | { type: "candidate"; seq: number; id: string; candidate: Candidate | null }
  | { type: "ringing" | "early_media" | "answered" | "held" | "resumed"; seq: number; id: string }
  | { type: "dtmf"; seq: number; id: string; digit: string }
  | { type: "incoming"; seq: number; id: string; from: string; call: string; metadata?: Record<string, string> }
  | { type: "pong"; seq: number }
  | { type: "bye"; seq: number; message: string };

/** Reads one message; what is not an object with a type is nothing. */
export function parse(text: unknown): FromGateway | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const read: unknown = JSON.parse(text);
    const typed = typeof read === "object" && read !== null && "type" in read && typeof read.type === "string";
    return typed ? (read as FromGateway) : undefined;
  } catch {
    return undefined;
  }
}
