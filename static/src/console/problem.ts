// What went wrong, in the agent's language where there are words for it.

import { briefly } from "../monitor/client.ts";
import type { Words } from "./words.ts";

/** What went wrong; nothing for nothing. */
export function plain(words: Words, error: unknown): string {
  return error === undefined ? "" : briefly(words.problems, error);
}

/** Why a call ended. In English the gateway's own sentence is the more precise one. */
export function reason(words: Words, code: string, message: string): string {
  const known = words.reasons[code] ?? "";
  if (words.language === "English") return message || known;
  return known || message;
}
