// Whether a microphone hears anything while a person is asked to speak.

import type { Level } from "../level.ts";
import { aborted, pause } from "./abort.ts";

/** How long somebody may take to say something. */
const patience = 8_000;
/** A meter below this hears nothing but the room; it must stand above it for so many readings of 50 ms. */
const audible = 0.15;
const readings = 4;

/** Reads the level until somebody has spoken, or has not for too long. Returns the loudest, or 0. */
export async function hears(level: Level, signal: AbortSignal): Promise<number> {
  let [heard, loudest] = [0, 0];
  for (const end = Date.now() + patience; Date.now() < end && heard < readings; ) {
    await Promise.race([pause(50), aborted(signal)]);
    const now = level.read();
    if (now <= audible) continue;
    heard++;
    loudest = Math.max(loudest, now);
  }
  return heard < readings ? 0 : loudest;
}
