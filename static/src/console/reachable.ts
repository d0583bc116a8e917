// Who can be reached, those who can take a call first, decided in pure code.

import type { Presence, State } from "./presence.ts";
import { agentIn } from "./who.ts";
import type { AtWork, Colleague, Named } from "./wire.ts";

export type Reachable = Colleague & { presence: Presence | undefined };

/** How soon somebody can take a call; who is no agent of a queue has said nothing of it. */
const soon: (State | undefined)[] = ["available", undefined, "wrap_up", "offered", "on_call", "unresponsive", "away", "offline"];

/** The colleagues with what they are doing, whoever can take a call first, then by name. */
export function reachable(colleagues: Colleague[], agents: AtWork[], language: string): Reachable[] {
  const all = colleagues.map((one) => ({ ...one, presence: agents.find(({ id }) => id === agentIn(one.address))?.presence }));
  const { compare } = new Intl.Collator(language);
  return all.sort((a, b) => soon.indexOf(a.presence?.presence) - soon.indexOf(b.presence?.presence) || compare(a.name, b.name));
}

/** Those whose name holds what was written, or whose extension begins with it; all of them while nothing was. */
export function found<T extends Named>(written: string, all: T[]): T[] {
  const part = written.trim().toLowerCase();
  return all.filter(({ name, extension }) => name.toLowerCase().includes(part) || (extension !== undefined && part !== "" && extension.startsWith(part)));
}
