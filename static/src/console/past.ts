// An agent's part in a call that was, read from its record.

import type { CallRecord, WrapUp } from "../monitor/wire.ts";
import { agentIn } from "./who.ts";

export interface Part {
  /** The agent called. */
  outbound: boolean;
  /** It rang at the agent, and they did not answer it. */
  missed: boolean;
  /** The address of who was called, or calls. */
  other: string;
  /** A name that was checked; empty without one. */
  named: string;
  /** The other side is a page without a name or a number. */
  visitor: boolean;
  /** What to call to reach them again; empty where there is no way. */
  again: string;
  /** The agent was in it, and may note what came of it. */
  talked: boolean;
  /** What the agent noted of it. */
  mine: WrapUp | undefined;
  /** How long the agent talked. */
  seconds: number;
}

export function part(record: CallRecord, me: string): Part {
  const mine = record.legs.filter((leg) => me !== "" && agentIn(leg.address) === me);
  const outbound = agentIn(record.from) === me;
  const talked = mine.find((leg) => leg.joined_at);
  const other = outbound ? record.to : record.from;
  const visitor = other.startsWith("browser:") && agentIn(other) === "";
  return {
    outbound,
    missed: !outbound && mine.length > 0 && !talked && mine.every((leg) => leg.left_at),
    other,
    named: outbound ? "" : (record.metadata?.["identity.name"] ?? ""),
    visitor,
    again: visitor ? "" : callable(other),
    talked: talked !== undefined,
    mine: record.wrap_ups?.find(({ agent }) => agent === me),
    seconds: talked?.joined_at ? Math.max(0, (Date.parse(talked.left_at ?? talked.joined_at) - Date.parse(talked.joined_at)) / 1000) : 0,
  };
}

/** Whether two pages were in the call, so that they could write to each other. */
export function between(record: CallRecord): boolean {
  return record.legs.filter((leg) => leg.kind === "webrtc" && leg.joined_at).length > 1;
}

/** A number bare, a colleague by their own name alone. */
export function callable(address: string): string {
  const agent = agentIn(address);
  if (agent) return `browser:${agent}`;
  return address.replace(/^(tel|ref):/, "");
}

/** How many calls were missed since the agent last looked at the list. */
export function missedSince(records: CallRecord[], me: string, seen: number): number {
  return records.filter((record) => record.ended_at !== null && Date.parse(record.created_at) > seen && part(record, me).missed).length;
}

const place = (me: string) => `webtrunk-console-history-${me}`;

/** When the agent last looked at the list in this browser. */
export function lastLook(me: string): number {
  try {
    return Number(localStorage.getItem(place(me))) || 0;
  } catch {
    return 0;
  }
}

export function looked(me: string, now: number): void {
  try {
    localStorage.setItem(place(me), String(now));
  } catch {
    // The badge then comes back with the page.
  }
}
