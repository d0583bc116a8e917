// Listening to a colleague's call, decided in pure code: which part one takes, and
// to whom one may whisper.

import type { Leg } from "../monitor/wire.ts";
import { agentIn } from "./who.ts";

export type Part = "listen" | "whisper" | "talk";

export interface Beside {
  part: Part;
  /** One's own leg. */
  mine: string;
  /** The leg that hears one whisper; empty where none does. */
  heardBy: string;
  /** The people of the account in the call, to whom one may whisper. */
  colleagues: Leg[];
}

/** How somebody stands beside a call; undefined while they are not in it. */
export function beside(legs: Leg[], me: string): Beside | undefined {
  const there = legs.filter(({ state }) => state === "connected");
  const mine = there.find((leg) => agentIn(leg.address) === me && leg.role === "invited");
  if (!mine) return undefined;
  const colleagues = there.filter((leg) => leg !== mine && agentIn(leg.address) !== "" && !leg.part);
  return { part: mine.part ?? "talk", mine: mine.id, heardBy: mine.heard_by ?? "", colleagues };
}

const place = "webtrunk:console-beside";

/** The call that this page was beside before it was loaded again. */
export function before(): string {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

export function keep(call: string): void {
  try {
    if (call) sessionStorage.setItem(place, call);
    else sessionStorage.removeItem(place);
  } catch {
    // A page that is loaded again then shows the call as any other.
  }
}
