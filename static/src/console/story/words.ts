// The timeline's words in the language that the page speaks.

import { type Language, useSpeech } from "../words.ts";
import { arabic } from "./words-ar.ts";
import { english, type StoryWords } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

export type { StoryWords };

const catalogue: Record<Language, StoryWords> = { en: english, zh: chinese, ar: arabic };

export const useStoryWords = (): StoryWords => catalogue[useSpeech().language];
