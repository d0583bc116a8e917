// The admin page's languages, and which one its reader reads.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Refusal, sentence } from "../monitor/client.ts";
import type { Language } from "../speech.ts";
import { arabic } from "./words-ar.ts";
import { english, type Words } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { Words };

export const catalogue: Record<Language, Words> = { en: english, zh: chinese, ar: arabic };

/** Where the choice is kept. */
export const place = "webtrunk-admin-language";

export interface Speech {
  words: Words;
  language: Language;
  choose(language: Language): void;
}

export const SpeechContext = createContext<Speech>({ words: english, language: "en", choose: () => undefined });

export const useSpeech = (): Speech => useContext(SpeechContext);
export const useWords = (): Words => useContext(SpeechContext).words;

/** What went wrong, in the reader's language where there are words for it. */
export function plain(words: Words, error: unknown): string {
  if (error === undefined) return "";
  if (!(error instanceof Refusal)) return words.problems.unreadable ?? sentence(error);
  return words.problems[error.problem.code] ?? error.problem.message;
}
