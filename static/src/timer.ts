// The call's clock, as people read it.

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Calls tick every second until the returned stop is called. */
export function everySecond(tick: () => void): () => void {
  const id = setInterval(tick, 1000);
  return () => clearInterval(id);
}
