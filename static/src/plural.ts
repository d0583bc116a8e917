// Sentences that count something. How many forms a language has, and which one
// goes with a number, is the CLDR's knowledge and the browser's: English has two,
// Arabic six, Chinese one.

/** The forms that each language's sentences come in, as Intl.PluralRules names them. */
interface Categories {
  en: "one" | "other";
  zh: "other";
  ar: "zero" | "one" | "two" | "few" | "many" | "other";
}

/** A sentence for each form; # stands for the number. */
export type Forms<L extends keyof Categories> = Readonly<Record<Categories[L], string>>;

export interface Counted {
  (n: number): string;
  readonly forms: Readonly<Record<string, string>>;
}

/** A sentence about so many, in the form and with the digits of a language. */
export function counted<L extends keyof Categories>(language: L, forms: Forms<L>): Counted {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  const say = (n: number) => {
    const form: string = (forms as Record<string, string>)[rules.select(n)] ?? (forms as Record<string, string>).other ?? "";
    return form.replace("#", () => digits.format(n));
  };
  return Object.assign(say, { forms });
}
