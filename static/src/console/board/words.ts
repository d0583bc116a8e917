// The board's words in the language that the page speaks.

import { type Language, useSpeech } from "../words.ts";
import { arabic } from "./words-ar.ts";
import { type BoardWords, english } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { BoardWords };

export const catalogue: Record<Language, BoardWords> = { en: english, zh: chinese, ar: arabic };

export const useBoardWords = (): BoardWords => catalogue[useSpeech().language];
