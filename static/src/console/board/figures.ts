// What is asked of the past, and how its lines are named.

import type { Figures } from "./wire.ts";

export type Span = "hour" | "day";

export const columns = ["offered", "answered", "in_time", "called_back", "abandoned", "voicemails", "other", "level", "mean", "longest"] as const;

/** Today by the hour, or four weeks by the day, as the clock here has them. */
export function address(queue: string, by: Span): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const only = queue ? `&queue=${encodeURIComponent(queue)}` : "";
  return `/v1/queues/history?by=${by}&time_zone=${encodeURIComponent(zone)}${only}`;
}

/** Who was led elsewhere: too many waited, or the waiting was ended. */
export function other({ offered, answered, abandoned, voicemails }: Figures): number {
  return offered - answered - abandoned - voicemails;
}

/** How an hour or a day is called. */
export function span(language: string, by: Span): (from: string) => string {
  const format = new Intl.DateTimeFormat(language, by === "hour" ? { timeStyle: "short" } : { month: "short", day: "numeric" });
  return (from) => format.format(new Date(from));
}
