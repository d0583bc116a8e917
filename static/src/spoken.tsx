// What the pages that people log in to have in common: words in the language that their reader
// reads, and a way to choose another.

import { type ComponentChildren, createContext } from "preact";
import { useContext, useLayoutEffect, useState } from "preact/hooks";
import { keepLanguage, type Language, languages, preferred, turn } from "./speech.ts";

/** What every page has words for. */
interface Common {
  /** The language's own name, in that language. */
  language: string;
  title: string;
  skip: string;
  languages: string;
}

export interface Speech<W> {
  words: W;
  language: Language;
  choose(language: Language): void;
}

/** A page's catalogue as its parts use it. The choice is kept in this browser, under place. */
export function speechOf<W extends Common>(catalogue: Record<Language, W>, place: string) {
  const SpeechContext = createContext<Speech<W>>({ words: catalogue.en, language: "en", choose: () => undefined });
  const useSpeech = (): Speech<W> => useContext(SpeechContext);
  const useWords = (): W => useSpeech().words;

  /** All of the page is in the language that its reader reads. */
  function Spoken({ children }: { children: ComponentChildren }) {
    const [language, setLanguage] = useState<Language>(() => preferred(place));
    const words = catalogue[language];
    useLayoutEffect(() => turn(language, `${words.title} – Webtrunk`, words.skip), [language]);
    function choose(chosen: Language) {
      keepLanguage(place, chosen);
      setLanguage(chosen);
    }
    return <SpeechContext.Provider value={{ words, language, choose }}>{children}</SpeechContext.Provider>;
  }

  /** Each language is offered under its own name, so that nobody has to read another to find it. */
  function LanguageChoice() {
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

  return { useSpeech, useWords, Spoken, LanguageChoice };
}
