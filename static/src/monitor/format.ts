// How the monitor writes what it shows.

import { money } from "../money.ts";
import { readable } from "../number.ts";
import { clock } from "../timer.ts";
import type { Leg, Quality } from "./wire.ts";
import type { Words } from "./words-en.ts";

type Grade = "good" | "fair" | "poor" | "unknown";

/** An address as people write it: a number in groups, a browser by its name. */
export function address(uri: string): string {
  const [scheme, ...rest] = uri.split(":");
  if (rest.length === 0) return readable(uri);
  return scheme === "tel" ? readable(rest.join(":")) : rest.join(":");
}

export function since(iso: string, now: number): string {
  return clock(Math.max(0, now - Date.parse(iso)) / 1000);
}

export function length(milliseconds: number): string {
  return clock(milliseconds / 1000);
}

/** What is written otherwise in each language. */
export function formats(words: Words, language: string) {
  const number = (n: number, digits = 0) =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
  const percent = (share: number) =>
    new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);
  const milliseconds = (ms: number) =>
    new Intl.NumberFormat(language, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 }).format(ms);

  /** A code of the API in words; one of tomorrow without its underscores. */
  const state = (code: string) => (Object.hasOwn(words.states, code) ? words.states[code] : undefined) ?? code.replaceAll("_", " ");
  const join = (parts: (string | false | null | undefined)[]) => parts.filter(Boolean).join(words.comma);

  /** The leg's state with what stands beside it. */
  function legState(leg: Leg): string {
    return join([state(leg.state), leg.held && words.calls.held, leg.reconnecting && words.calls.lost]);
  }

  /** How good a leg sounds, in one word, and the figures behind it. */
  function quality(q: Quality | null | undefined): { grade: Grade; text: string } {
    if (!q || (!q.mos && !q.codec)) return { grade: "unknown", text: words.sound.none };
    const figures = [
      q.codec,
      q.mos ? words.sound.mos(number(q.mos, 1)) : "",
      words.sound.loss(percent(q.loss)),
      q.far_loss ? words.sound.farLoss(percent(q.far_loss)) : "",
      words.sound.jitter(milliseconds(q.jitter_ms)),
      q.round_trip_ms ? words.sound.roundTrip(milliseconds(q.round_trip_ms)) : "",
    ];
    return { grade: grade(q), text: figures.filter(Boolean).join(" · ") };
  }

  /** An amount in minor units, such as cents, as money is written; empty for none. */
  function price(p: { amount: number; currency: string } | null): string {
    if (!p) return "";
    return money(language, p);
  }

  return {
    number,
    milliseconds,
    state,
    join,
    legState,
    quality,
    price,
    time: (iso: string) => new Date(iso).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    dateTime: (iso: string) => new Date(iso).toLocaleString(language, { dateStyle: "short", timeStyle: "medium" }),
  };
}

// The thresholds of the warnings that the gateway raises.
function grade(q: Quality): Grade {
  if (!q.mos) return "unknown";
  if (q.mos < 3 || q.loss > 0.03 || q.far_loss > 0.03 || q.jitter_ms > 30 || q.round_trip_ms > 400) return "poor";
  return q.mos < 3.8 ? "fair" : "good";
}
