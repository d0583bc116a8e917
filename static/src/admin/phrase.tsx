import { type Named, Text } from "./fields.tsx";
import { useWords } from "./words.ts";

/** What the gateway can say by itself, in each of its languages; recordings of the operator's have names of their own. */
const ready = ["welcome", "please_hold", "closed", "closed,goodbye", "leave_message", "unreachable", "thank_you", "nobody_free,goodbye"];

export const greetings = ["en", "zh", "ar"].flatMap((language) => ready.map((phrase) => `say:${language}:${phrase}`)).concat(ready);

const music = ["music", "tone:ringback:us", "tone:ringback:de", "tone:waiting:us"];

interface PhraseProps extends Named {
  value: string;
  onInput(value: string): void;
  endless?: boolean;
}

/** A phrase: chosen of those that there are, or written. */
export function Phrase({ endless, ...field }: PhraseProps) {
  const words = useWords();
  return <Text {...field} code list={endless ? music : greetings} placeholder={endless ? "music" : "say:en:welcome"} hint={`${field.hint ?? ""} ${words.phraseHint}`.trim()} />;
}
