// A time between two days as somebody chose them, by the clock of where they are.

/** What to ask the API for: from the beginning of the one day until the end of the other; either may be open. */
export function periodOf(from: string, to: string): string {
  const begin = midnight(from, 0);
  const end = midnight(to, 1);
  return (begin && `&from=${begin}`) + (end && `&to=${end}`);
}

/** The first moment of a day, or of one some days later: clocks may have been changed in between. */
function midnight(day: string, later: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  if (!year) return "";
  return encodeURIComponent(new Date(year, month - 1, date + later).toISOString());
}
