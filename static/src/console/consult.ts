// Who talks to whom while a transfer runs, decided in pure code from what the gateway
// tells of the call: who asks a colleague about it, and what each party does meanwhile.

import type { Leg, LiveCall, RunningTransfer } from "../monitor/wire.ts";
import { nameOf } from "./named.ts";
import { agentIn, askedBy, handedBy } from "./who.ts";
import type { Colleague } from "./wire.ts";

/** What a party does, one word for each that is told. */
export type Standing = "connecting" | "ringing" | "talk" | "music" | "waits" | "holds" | "reconnecting" | "listen" | "whisper";

/** The transfer that runs, if one does. */
function running(call: LiveCall): RunningTransfer | undefined {
  return call.transfers?.find(({ result }) => result === "pending");
}

/** The leg of whoever consults, while they are there to do so. */
function consults({ legs }: LiveCall, transfer: RunningTransfer | undefined): Leg | undefined {
  return transfer?.consult ? legs.find(({ id, state }) => id === transfer.by && state === "connected") : undefined;
}

/** Which colleague asks the person of this page about the call, by their name; empty where nobody does. What came with the ring holds until the call itself is known. */
export function asker(call: LiveCall | undefined, metadata: Record<string, string>, me: string, colleagues: Colleague[]): string {
  const mine = call?.legs.filter(({ address }) => me !== "" && agentIn(address) === me).at(-1);
  if (!call || !mine) return metadata[askedBy] ?? "";
  const by = consults(call, running(call));
  return by && mine.role === "target" ? (call.metadata[askedBy] ?? nameOf(by.address, colleagues)) : "";
}

/** What came with the ring, as it is now: who asked has handed the call over by leaving it. What the person of this page says of their own transfers is for others. */
export function known(call: LiveCall | undefined, metadata: Record<string, string>): Record<string, string> {
  const { [askedBy]: asked, ...rest } = metadata;
  const handed = asked && call?.transfers?.some(({ consult, by }) => consult && call.legs.some(({ id, state }) => id === by && state === "ended"));
  return handed ? { ...rest, [handedBy]: asked } : metadata;
}

/** What a party does. Who holds is the one who has put the others on hold; they hear music when all whom they talk to hold. */
export function standing(leg: Leg, call: LiveCall): Standing {
  if (leg.reconnecting) return "reconnecting";
  if (leg.state === "early_media" || leg.state === "ringing") return "ringing";
  if (leg.state !== "connected") return "connecting";
  if (leg.part) return leg.part;
  if (leg.held) return "holds";
  const transfer = running(call);
  if (transfer && transfer.method !== "refer") return whileMoving(leg, call, transfer);
  const others = call.legs.filter((other) => other.id !== leg.id && other.state === "connected" && !other.part);
  return others.length > 0 && others.every(({ held }) => held) ? "music" : "talk";
}

/** Who consults talks to the target, once that is there, and the others hear music; else all wait for the target. */
function whileMoving(leg: Leg, call: LiveCall, transfer: RunningTransfer): Standing {
  const by = consults(call, transfer);
  if (by && leg !== by && leg.role !== "target") return "music";
  return call.legs.some(({ role, state }) => role === "target" && state === "connected") ? "talk" : "waits";
}
