// What an agent is doing, and what they may choose to do.

export type State = "offline" | "available" | "away" | "offered" | "on_call" | "wrap_up" | "unresponsive";

export interface Presence {
  presence: State;
  reason?: string;
  since?: string;
  /** When the wrap-up ends by itself. */
  until?: string;
  call?: string;
}

export interface Reason {
  id: string;
  name: string;
}

/** One line of the list: what is sent, and the reason by its name where there is one. */
export interface Choice {
  /** Names the choice in the list. */
  value: string;
  presence: "available" | "away" | "offline";
  reason?: string;
  name: string;
}

/** Whether queues may offer calls. Who is in no queue takes what comes without one. */
export const takesCalls = (now: Presence | undefined): boolean => !now || now.presence === "available";

/** Seconds that a wrap-up still lasts; of all else, since when it is so. */
export function secondsOf({ presence, since, until }: Presence, now: number): number | undefined {
  if (presence === "wrap_up" && until) return Math.max(0, (Date.parse(until) - now) / 1000);
  return since ? Math.max(0, (now - Date.parse(since)) / 1000) : undefined;
}

/** Available first, then each reason for being away, then away without one. */
export function choicesOf(reasons: Reason[], names: Record<"available" | "away" | "offline", string>): Choice[] {
  return [
    { value: "available", presence: "available", name: names.available },
    ...reasons.map(({ id, name }) => ({ value: id, presence: "away" as const, reason: id, name })),
    { value: "away", presence: "away", name: names.away },
    { value: "offline", presence: "offline", name: names.offline },
  ];
}

/** Which line is the agent's; empty while they are something that nobody chooses, such as on a call. */
export function chosenOf({ presence, reason }: Presence, choices: Choice[]): string {
  const named = choices.find((choice) => choice.presence === "away" && choice.reason && choice.name === reason);
  if (presence === "away" && named) return named.value;
  return choices.find((choice) => !choice.reason && choice.presence === presence)?.value ?? "";
}
