// Whether a microphone hears anything while a person is asked to speak.

import type { Level } from "../level.ts";
import { aborted, pause } from "./abort.ts";

/** How long a browser may take until it measures anything, and somebody to say something from then on. */
const preparing = 5_000;
const patience = 8_000;
/** A meter below this hears nothing but the room; it must stand above it for so many readings of 50 ms. */
const audible = 0.15;
const readings = 4;

/**
 * Reads the level until somebody has spoken, or has not for too long. Returns the loudest,
 * 0 for silence, or undefined where the browser measures nothing.
 */
export async function hears(level: Pick<Level, "measures" | "read">, signal: AbortSignal): Promise<number | undefined> {
  let [heard, loudest, measured] = [0, 0, false];
  for (let end = Date.now() + preparing; Date.now() < end && heard < readings; ) {
    await Promise.race([pause(50), aborted(signal)]);
    if (!level.measures) continue;
    if (!measured) [measured, end] = [true, Date.now() + patience];
    const now = level.read();
    if (now <= audible) continue;
    heard++;
    loudest = Math.max(loudest, now);
  }
  if (!measured) return undefined;
  return heard < readings ? 0 : loudest;
}
