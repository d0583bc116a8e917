// What the API sends, as far as the console shows it. /docs tells the rest.

import type { List } from "../monitor/wire.ts";
import type { Presence } from "./presence.ts";

export interface AgentToken {
  key: string;
  token: string;
  receives: string;
  name: string;
}

/** One word for what came of a call. */
export interface Disposition {
  id: string;
  name: string;
  position: number;
}

/** What an agent noted of a call. */
export interface Noted {
  notes?: string;
  disposition?: string;
  disposition_name?: string;
}

/** A message that a caller left for one of the agent's queues. */
export interface Voicemail {
  id: string;
  call: string;
  from: string;
  name?: string;
  queue_name: string;
  seconds: number;
  created_at: string;
  heard_at: string | null;
}

export interface Voicemails extends List<Voicemail> {
  unheard: number;
}

/** A message that a visitor wrote when nobody was there. */
export interface Letter {
  id: string;
  queue_name: string;
  name?: string;
  reply_to: string;
  text: string;
  created_at: string;
  done_at: string | null;
}

export interface Letters extends List<Letter> {
  waiting: number;
}

/** An agent of the account's queues. */
export interface AtWork {
  id: string;
  presence?: Presence;
}

/** What was written in a call, as it is kept. */
export interface ChatRecord {
  messages: { seq: number; role: "agent" | "visitor"; from?: string; text: string; file?: { id: string; name: string; bytes: number }; created_at: string }[];
}

/** A page that agents may show to a visitor. */
export interface SharedPage {
  id: string;
  name: string;
  url: string;
  /** Every page of its site may be shown, too. */
  whole_site: boolean;
  position: number;
}

export interface Colleague {
  id: string;
  name: string;
  address: string;
  /** Digits by which colleagues know them. */
  extension?: string;
}

/** A queue that a call can be handed to. */
export interface Queue {
  id: string;
  name: string;
  address: string;
  open: boolean;
  waiting: number;
}

/** Whoever has a name and can be reached. */
export type Named = Pick<Colleague, "id" | "name" | "address" | "extension">;
