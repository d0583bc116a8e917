// What the gateway says of a call, in the person's language. It names each thing
// by a word of the wire, and has an English sentence for it that knows more than
// the word alone: so the tables of English are empty.

type Table = Readonly<Record<string, string>>;

export interface Told {
  /** The script of the language: a sentence of the gateway's in it is for this person. */
  script?: RegExp;
  /** Why a call ended, by its reason. */
  reasons: Table;
  /** What was wrong, by the code of the error. */
  errors: Table;
  /** Why the other side does not hear the person, by verdict; and why the person hears nothing. */
  you: Table;
  them: Table;
  /** Why the other side is not seen, by state. */
  pictures: Table;
}

export const toldInEnglish: Told = { reasons: {}, errors: {}, you: {}, them: {}, pictures: {} };

/** The sentence for a word of the gateway's; the gateway's own where there is none, or where it speaks the language itself. */
export function inWords({ script, ...tables }: Told, table: keyof Omit<Told, "script">, word: string, own: string): string {
  const words = tables[table];
  return Object.hasOwn(words, word) && !script?.test(own) ? (words[word] ?? own) : own;
}
