// The languages of the pages that people log in to, and which one somebody reads.

export const languages = ["en", "zh", "ar"] as const;

export type Language = (typeof languages)[number];

/** Languages that are written from right to left. */
export const rightToLeft: ReadonlySet<Language> = new Set<Language>(["ar"]);

/** The language that was chosen here, else the first of the browser's that there is. */
export function preferred(place: string): Language {
  const wanted = [kept(place), ...navigator.languages].map((tag) => tag?.toLowerCase().split("-")[0]);
  return languages.find((known) => known === wanted.find((one) => languages.some((other) => other === one))) ?? "en";
}

/** Keeps a choice in this browser; where that is not allowed it is this page's alone. */
export function keepLanguage(place: string, language: Language): void {
  try {
    localStorage.setItem(place, language);
  } catch {
    // Nothing is kept.
  }
}

function kept(place: string): string | undefined {
  try {
    return localStorage.getItem(place) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Has the document say which language it is in, and in which direction. */
export function turn(language: Language, title: string, skip: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = rightToLeft.has(language) ? "rtl" : "ltr";
  document.title = title;
  const link = document.querySelector(".skip");
  if (link) link.textContent = skip;
}
