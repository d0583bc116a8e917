// Days and moments in the reader's language.

import type { Language } from "../speech.ts";

/** The days of the week as the API names them. */
export const days: readonly string[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Their names in a language, in the same order. 5 January 2026 is a Monday. */
export function dayNames(language: Language): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  return days.map((_, i) => format.format(Date.UTC(2026, 0, 5 + i)));
}

/** A moment on the clocks of a zone; on the reader's own where the zone is unknown. */
export function moment(iso: string, language: Language, zone: string): string {
  const style: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  try {
    return new Intl.DateTimeFormat(language, { ...style, timeZone: zone }).format(new Date(iso));
  } catch {
    return new Intl.DateTimeFormat(language, style).format(new Date(iso));
  }
}
