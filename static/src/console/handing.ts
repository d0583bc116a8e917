// How a call is being handed over or shared, decided in pure code: what the
// agent asks and what the gateway tells move it on.

import type { Bill, Charge, Handing, Recorded, RunningCall } from "../wire.ts";

/** A transfer of the agent's own, until it is done or has failed. */
export interface Moving {
  to: string;
  consult: boolean;
  /** Of whom, as the agent knows them. */
  name?: string;
  state: "asked" | "queued" | "ringing" | "consulting";
}

/** Everything about the call that the telephone does not know. */
export interface Shared {
  /** The agent has put the others on hold. */
  holds: boolean;
  moving: Moving | undefined;
  /** Why nobody came, and which way they were asked; undefined when all is well. */
  failure: { what: "transfer" | "invite"; reason: string; message: string } | undefined;
  /** Whether the call is recorded; undefined where it is not to be. */
  recorded: Recorded | undefined;
  /** How the call is billed; undefined where it costs nothing. It stays when the call is over. */
  bill: Bill | undefined;
  /** The newest that was charged for in it. */
  charge: Charge | undefined;
}

export const alone: Shared = { holds: false, moving: undefined, failure: undefined, recorded: undefined, bill: undefined, charge: undefined };

/** What the gateway tells of a transfer or an invitation. */
export function told(before: Shared, { type, ...message }: Handing): Shared {
  if (message.state === "failed") {
    const { reason = "", message: sentence = "" } = message;
    if (type === "transfer" && !before.moving && reason === "canceled") return before; // as the agent wished
    return { ...before, moving: type === "transfer" ? undefined : before.moving, failure: { what: type, reason, message: sentence } };
  }
  const moving = before.moving ?? { to: "", consult: message.state === "consulting" };
  return { ...before, moving: { ...moving, state: message.state } };
}

/** What a page that was reloaded learns of the call that it takes up. */
export function found(before: Shared, { holds = false, transfer, recorded, bill, charge }: RunningCall): Shared {
  const moving = transfer && { ...(before.moving ?? { to: "", consult: transfer === "consulting" }), state: transfer };
  return { ...before, holds, moving, recorded, bill, charge };
}

/** What can be done about a transfer now: hand over at once, or return to the caller. */
export function choices(moving: Moving | undefined): { complete: boolean; cancel: boolean } {
  return { complete: moving?.consult === true && moving.state !== "asked", cancel: moving !== undefined };
}
