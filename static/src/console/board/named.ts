// Who waits or talks, as a supervisor reads it: a checked name, a number, or a
// visitor of the site. What a page says of itself stands apart, as text.

import type { LiveCall } from "../../monitor/wire.ts";
import { nameOf } from "../named.ts";
import { agentIn, who } from "../who.ts";
import type { Colleague } from "../wire.ts";
import type { Entry } from "./wire.ts";

export interface Caller {
  name: string;
  /** What the page says: where it is, what is in the cart. At most two lines. */
  says: string[];
}

export function caller(from: string, metadata: Record<string, string>, visitor: string, colleagues: Colleague[]): Caller {
  const plain = from.replace(/^tel:/, "");
  const { name, unchecked } = who(plain, metadata);
  const known = name || (agentIn(from) ? nameOf(from, colleagues) : "");
  return { name: known || visitor, says: unchecked.slice(0, 2).map(({ value }) => value) };
}

export function waiter(entry: Entry, visitor: string): Caller {
  return caller(entry.from ?? "", entry.metadata ?? {}, visitor, []);
}

/** Whom an agent talks to in a call: the caller, or whom they called. */
export function partner(call: LiveCall, agent: string, visitor: string, colleagues: Colleague[]): string {
  if (agentIn(call.from) === agent) return nameOf(call.to, colleagues);
  return caller(call.from, call.metadata, visitor, colleagues).name;
}

/** Whether two at least talk in a call, so that there is something to hear. */
export function heard(call: LiveCall): boolean {
  return call.status === "in_progress" && call.legs.filter(({ state, part }) => state === "connected" && !part).length > 1;
}
