// The messages of doc/signaling.md, as types. Names are the wire's.

import type { Recording } from "./callstate.ts";

export interface Candidate {
  candidate?: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
  usernameFragment?: string | null;
}

export type ToGateway =
  | ({ type: "hello"; version: 1; key: string; session?: string; last?: number } & Papers)
  | { type: "call"; id: string; to: string; sdp: string; language?: string; metadata?: Record<string, string> }
  /** Without sound, which an offer may give it later. */
  | { type: "call"; id: string; to: string; written: true; language?: string; metadata?: Record<string, string> }
  | { type: "accept"; id: string; sdp?: string }
  | { type: "reject"; id: string }
  | { type: "offer"; id: string; sdp: string }
  | { type: "candidate"; id: string; candidate: Candidate | null }
  | { type: "dtmf"; id: string; digits: string }
  | { type: "mute"; id: string; muted: boolean; system?: boolean }
  | { type: "hangup"; id: string }
  /** Of a caller in a queue: to be called back there, or to leave a message. */
  | { type: "callback"; id: string; number: string }
  | { type: "voicemail"; id: string }
  /** Whether the person may be recorded. */
  | { type: "consent"; id: string; granted: boolean; language?: string }
  | Wish
  | ({ type: "room"; id: string } & RoomWish)
  | ({ id: string } & (FileWish | Writing | Paying))
  /** Leaves a message for whom nobody answered; call is the one that came to nothing. */
  | { type: "message"; id: string; to: string; text: string; reply_to: string; name: string; call?: string }
  /** Asks what a call would cost, or says that its person was shown that, by its tag. */
  | { type: "cost"; id: string; to: string; shown?: string }
  /** Asks for the page's own sound back, to see what its network does to it. */
  | { type: "probe"; id: string; sdp: string }
  | { type: "ping" };

/** Ends the sound of a call, which goes on in writing. */
export interface Writing {
  type: "write";
}

/** What the person who pays says to the price. */
interface Pricing {
  type: "price";
  accept: boolean;
  /** Which it is an answer to; what is asked for, where none is named. */
  quote?: string;
}

/** What the person who pays says to the price, or to a charge. */
export type Paying = Pricing | { type: "charge"; charge: string; accept: boolean };

/** What a seller charges for in a call. */
export interface Charge {
  id: string;
  state: "requested" | "paid" | "declined" | "expired" | "failed" | "partly_refunded" | "refunded";
  /** The page's person pays, and may answer. */
  pays: boolean;
  amount: { amount: number; currency: string };
  unit: number;
  quantity: number;
  description: string;
  answer_within_seconds?: number;
  reason?: string;
  refunded?: number;
}

/** What a call costs; rates are decimals, amounts in the currency's smallest unit. */
export interface Terms {
  currency: string;
  per_minute: string;
  video_per_minute?: string;
  connect: number;
  free_seconds: number;
  minimum_seconds: number;
  first_seconds: number;
  increment_seconds: number;
  after: "end" | "free";
}

/** How a call is billed; amounts are in the currency's smallest unit. */
export interface Bill {
  state: "quoted" | "free" | "awaiting_acceptance" | "metering" | "paused" | "settling" | "settled" | "voided";
  /** What this second is. */
  reason?: string;
  /** The page's person pays, and may answer; or a third party does. */
  pays: boolean;
  sponsored?: boolean;
  answer?: "accepted" | "declined" | "unanswered";
  answer_within_seconds?: number;
  /** What an answer is to. */
  quote?: string;
  /** Another price, which whoever pays is asked for now. */
  offer?: { terms: Terms; answer_within_seconds: number };
  terms: Terms;
  charged: number;
  charged_seconds: number;
  free_left_seconds: number;
  /** Until the balance is used up, where that is soon. */
  left_seconds?: number;
  /** The newest parts of the call in which all seconds were the same. */
  intervals: { from_ms: number; to_ms: number; reason: string; rate?: number }[];
}

/** What a call would cost that is not made yet; amounts as in a bill. */
export interface Cost {
  tag: string;
  terms: Terms;
  /** Who reads this could pay, and has so much, which lasts so long. */
  known: boolean;
  available: number;
  lasts_seconds: number;
  /** Somebody else would pay. */
  sponsored?: boolean;
  /** There is enough for the beginning, which takes so much. */
  covered: boolean;
  needed: number;
  accepted_by_use?: boolean;
}

/** How the call stands beside what is said in it. A bill has no place among the others: the newest counts. */
export type CallNotice = ({ type: "recording"; seq: number; id: string } & Recorded) | { type: "bill"; seq?: number; id: string; bill: Bill } | { type: "charge"; seq?: number; id: string; charge: Charge };

/** What a page asks of the room of its call: to do something there, or to be told again what was done. */
export type RoomWish = { operation: Omit<Operation, "by" | "name" | "at" | "seq"> } | { after: number };

/** Asks to send a file, under a name of the page's own, or to fetch one that was sent. */
export type FileWish = { type: "attach"; file: string; name: string; size: number } | { type: "fetch"; file: string };

/** Lets a page send a file, or fetch one: once, and soon. */
export interface Ticket {
  type: "attach" | "fetch";
  seq?: number;
  id: string;
  file: string;
  path: string;
  secret: string;
}

/** What somebody did in the room of a call. */
export interface Operation {
  /** Its place; none of what is not kept. */
  seq?: number;
  /** The page's own name of it. */
  id?: string;
  kind: "message" | "read" | "typing" | "page" | "file" | "draw" | "undo" | "clear" | "sketch" | "point";
  /** site is the account itself, by a rule. */
  by: "you" | "agent" | "visitor" | "site";
  name?: string;
  text?: string;
  upto?: number;
  /** Of a page that is shown; beside says that it lets itself be framed. */
  url?: string;
  title?: string;
  beside?: boolean;
  /** Of a file that was sent. */
  file?: string;
  file_name?: string;
  bytes?: number;
  /** Of what is drawn on the whiteboard; of is what an undo takes back. */
  tool?: string;
  points?: string;
  ink?: string;
  size?: number;
  image?: string;
  stroke?: string;
  of?: number;
  at: string;
}

/** What is done beside a call, and how many others can see it. */
export interface Room {
  type: "room";
  seq?: number;
  id: string;
  others: number;
  operations?: Operation[];
}

/** What somebody who works for the account may ask of a call they are in. */
export type Wish =
  | { type: "hold" | "resume" | "complete" | "cancel"; id: string }
  | { type: "record"; id: string; action: "start" | "stop" | "pause" | "resume" }
  | { type: "transfer"; id: string; to: string; consult?: boolean; note?: string }
  | { type: "invite"; id: string; to: string };

/** How a transfer goes, or that nobody takes an invitation. */
export type Handing =
  | { type: "transfer"; seq: number; id: string; state: "queued" | "ringing" | "consulting" | "failed"; reason?: string; message?: string }
  | { type: "invite"; seq: number; id: string; state: "failed"; reason: string; message: string };

/** What a page shows beside its key. */
export interface Papers {
  token?: string;
  client_token?: string;
  identity?: string;
  /** In a window of the gateway's: the origin of the site's page that has handed its call over. */
  opened_by?: string;
  /** A secret by which this page is known again: what it shows may count for one page alone. */
  page?: string;
}

/** What a queue offers instead of waiting, and where the caller can be called, as far as it is known. */
export interface Offers {
  callback?: boolean;
  voicemail?: boolean;
  number?: string;
}

/** Where in the queue the caller stands, 1 for the next, and for how many more seconds; 0 is unknown. */
export interface Place {
  position: number;
  wait: number;
}

/** How far the message is that the caller leaves. */
export interface Leaving {
  state: Recording;
  /** How many seconds are recorded at most. */
  longest?: number;
}

/** Whether a call is recorded, or its person is asked. */
export interface Recorded {
  state: "asked" | "off" | "on" | "paused";
  /** Why it is paused, or off where it is to be recorded. */
  reason?: "consent" | "agent" | "sensitive" | "failed";
  /** The page may pause it, and, on demand, begin and end it. */
  controls?: boolean;
  on_demand?: boolean;
}

export interface RunningCall extends Offers, Partial<Place> {
  id: string;
  state: string;
  held?: boolean;
  /** It has no sound so far, and somebody in it would talk. */
  written?: boolean;
  asked_to_talk?: boolean;
  /** The page has put the others on hold. */
  holds?: boolean;
  /** How far the page's own transfer has come. */
  transfer?: "asked" | "queued" | "ringing" | "consulting";
  /** The page offered pictures with it. */
  video?: boolean;
  /** The message that the page leaves; seconds of it are recorded already. */
  recording?: Leaving & { seconds?: number };
  /** Whether the call is recorded. */
  recorded?: Recorded;
  /** How it is billed. */
  bill?: Bill;
  /** The newest that was asked for in it. */
  charge?: Charge;
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
  /** Which operation in the room of the call it is about. */
  operation?: string;
}

/** What is to be seen of the other side. */
export type PictureState = "on" | "off" | "not_sent" | "not_decoded";

/** Why somebody in the call cannot be heard, or that this is over. */
export interface Verdict {
  type: "verdict";
  seq: number;
  id: string;
  verdict: string;
  about: "you" | "them";
  raised: boolean;
  message?: string;
}

export type FromGateway =
  | Welcome
  | Ended
  | Trouble
  | Verdict
  | Handing
  | Room
  | CallNotice
  | Ticket
  | ({ type: "queued"; seq: number; id: string } & Offers)
  | ({ type: "place"; seq: number; id: string } & Place)
  | { type: "callback"; seq: number; id: string; state: "refused"; message: string }
  | ({ type: "voicemail"; seq: number; id: string } & Leaving)
  | { type: "answer"; seq: number; id: string; sdp: string; call: string }
  /** A call without sound is known, or taken. */
  | { type: "written"; seq: number; id: string; call: string }
  /** Somebody in it would talk; no path was found for sound, and it goes on without; it goes on without, as somebody wished; or does not. */
  | { type: "talk"; seq: number; id: string; state: "asked" | "failed" | "over" | "kept"; message?: string }
  /** What a call would cost; nothing, where it says nothing. */
  | { type: "cost"; seq: number; id: string; cost?: Cost }
  /** A message that was left is kept. */
  | { type: "message"; seq: number; id: string }
  | { type: "probe"; seq: number; id: string; sdp: string }
  | { type: "candidate"; seq: number; id: string; candidate: Candidate | null }
  | { type: "ringing" | "early_media" | "answered" | "held" | "resumed"; seq: number; id: string }
  | { type: "dtmf"; seq: number; id: string; digit: string }
  | { type: "incoming"; seq: number; id: string; from: string; call: string; metadata?: Record<string, string>; video?: boolean; written?: boolean }
  | { type: "video"; seq: number; id: string; state: PictureState; message?: string; renew?: boolean }
  /** The call should speak another codec: the gateway wants one more offer. */
  | { type: "renegotiate"; seq: number; id: string; codec: string }
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
