// The languages of the member's page, and which one its reader reads.

import { briefly } from "../monitor/client.ts";
import { speechOf } from "../spoken.tsx";
import type { Language } from "../speech.ts";
import { arabic } from "./words-ar.ts";
import { english, type Words } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { Words };

export const catalogue: Record<Language, Words> = { en: english, zh: chinese, ar: arabic };

export const { useSpeech, useWords, Spoken, LanguageChoice } = speechOf<Words>(catalogue, "webtrunk-member-language");

/**
 * What went wrong, in the reader's language where there are words for it; nothing for nothing. What the gateway advises
 * besides is for who writes programs.
 */
export function plain(words: Words, error: unknown): string {
  return error === undefined ? "" : briefly(words.problems, error);
}
