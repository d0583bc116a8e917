import { type Language, languages } from "../speech.ts";
import { catalogue, useSpeech } from "./words.ts";

/** Each language is offered under its own name, so that nobody has to read another to find it. */
export function LanguageChoice() {
  const { words, language, choose } = useSpeech();
  return (
    <select aria-label={words.languages} value={language} onChange={(event) => choose(event.currentTarget.value as Language)}>
      {languages.map((known) => (
        <option key={known} value={known} lang={known}>
          {catalogue[known].language}
        </option>
      ))}
    </select>
  );
}
