// The monitor's languages, and which one its reader reads.

import { speechOf } from "../spoken.tsx";
import type { Language } from "../speech.ts";
import { plainly } from "./client.ts";
import { formats } from "./format.ts";
import { arabic } from "./words-ar.ts";
import { english, type Words } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { Words };

export const catalogue: Record<Language, Words> = { en: english, zh: chinese, ar: arabic };

export const { useSpeech, useWords, Spoken, LanguageChoice } = speechOf<Words>(catalogue, "webtrunk-monitor-language");

/** How the reader's language writes times, figures and states. */
export function useFormats() {
  const { words, language } = useSpeech();
  return formats(words, language);
}

/** What went wrong, in the reader's language where there are words for it; nothing for nothing. */
export function plain(words: Words, error: unknown): string {
  return error === undefined ? "" : plainly(words.problems, error);
}
