// The console's languages, and which one the agent reads.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import * as speech from "../speech.ts";
import { arabic } from "./words-ar.ts";
import { english, type Words } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { Words };
export { type Language, languages, rightToLeft } from "../speech.ts";

export const catalogue: Record<speech.Language, Words> = { en: english, zh: chinese, ar: arabic };

const place = "webtrunk-console-language";

export const preferred = () => speech.preferred(place);
export const keepLanguage = (language: speech.Language) => speech.keepLanguage(place, language);

export interface Speech {
  words: Words;
  language: speech.Language;
  choose(language: speech.Language): void;
}

export const SpeechContext = createContext<Speech>({ words: english, language: "en", choose: () => undefined });

export const useSpeech = (): Speech => useContext(SpeechContext);
export const useWords = (): Words => useContext(SpeechContext).words;
