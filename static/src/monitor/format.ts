// How the monitor writes what it shows.

import { readable } from "../number.ts";
import { clock } from "../timer.ts";
import type { Leg, Quality } from "./wire.ts";

/** An address as people write it: a number in groups, a browser by its name. */
export function address(uri: string): string {
  const [scheme, ...rest] = uri.split(":");
  if (rest.length === 0) return readable(uri);
  return scheme === "tel" ? readable(rest.join(":")) : rest.join(":");
}

export function time(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function dateTime(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });
}

export function since(iso: string, now: number): string {
  return clock(Math.max(0, now - Date.parse(iso)) / 1000);
}

export function length(milliseconds: number): string {
  return clock(milliseconds / 1000);
}

/** A state as words: "in_progress" is "in progress". */
export function words(state: string): string {
  return state.replaceAll("_", " ");
}

/** The leg's state with what stands beside it. */
export function legState(leg: Leg): string {
  const more = [leg.held ? "on hold" : "", leg.reconnecting ? "connection lost" : ""].filter(Boolean);
  return [words(leg.state), ...more].join(", ");
}

/** How good a leg sounds, in one word, and the figures behind it. */
export function quality(q: Quality | null | undefined): { grade: "good" | "fair" | "poor" | "unknown"; text: string } {
  if (!q || (!q.mos && !q.codec)) return { grade: "unknown", text: "no figures yet" };
  const figures = [
    q.codec,
    q.mos ? `MOS ${q.mos.toFixed(1)}` : "",
    `${(q.loss * 100).toFixed(1)} % lost`,
    q.far_loss ? `${(q.far_loss * 100).toFixed(1)} % lost on the way to them` : "",
    `${Math.round(q.jitter_ms)} ms jitter`,
    q.round_trip_ms ? `${Math.round(q.round_trip_ms)} ms round trip` : "",
  ];
  return { grade: grade(q), text: figures.filter(Boolean).join(" · ") };
}

// The thresholds of the warnings that the gateway raises.
function grade(q: Quality): "good" | "fair" | "poor" | "unknown" {
  if (!q.mos) return "unknown";
  if (q.mos < 3 || q.loss > 0.03 || q.far_loss > 0.03 || q.jitter_ms > 30 || q.round_trip_ms > 400) return "poor";
  return q.mos < 3.8 ? "fair" : "good";
}

/** An amount in minor units, such as cents, as money is written; empty for none. */
export function price(p: { amount: number; currency: string } | null): string {
  if (!p) return "";
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency: p.currency });
  return format.format(p.amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
