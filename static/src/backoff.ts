// How long to wait before the next try: soon at first, for most losses are
// short, then slower, and never all pages at the same moment.

const first = 250;
const most = 5000;

/** The wait in milliseconds before try number attempt, counted from 0. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(most, first * 2 ** attempt);
  return whole / 2 + (whole / 2) * random();
}
