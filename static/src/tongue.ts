// Which language the widget speaks, and which way that is written.

/** The languages there are words of. */
export const languages = ["en", "zh", "ar"];

/** The element's own language, else its surroundings', else the browser's; English where there are no words of it. */
export function languageOf(element: HTMLElement): string {
  return known(element.closest<HTMLElement>("[lang]:not([lang=''])")?.lang || navigator.language);
}

/** The language of a tag such as zh-Hans-CN, if there are words of it. */
export function known(tag: string): string {
  const language = tag.toLowerCase().split("-")[0] ?? "";
  return languages.includes(language) ? language : "en";
}

/** Sets an element in a language: how it is read aloud, and the side from which it is written. */
export function setIn(element: HTMLElement, language: string): void {
  element.lang = language;
  element.dir = language === "ar" ? "rtl" : "ltr";
}
