// Telephone numbers as people write them, made into E.164 (a plus sign and up
// to 15 digits, the first not 0), or refused.

const decoration = /[\s\-.()\/\u00a0\u2010-\u2015]/g;
const e164 = /^\+[1-9]\d{6,14}$/;
const reference = /^ref_[A-Za-z0-9_-]{1,128}$/;

export function toE164(written: string): string | undefined {
  const bare = written.replace(decoration, "").replace(/^00/, "+");
  return e164.test(bare) ? bare : undefined;
}

/** What may be called: a reference as it is, or a number in any usual writing. */
export function destination(written: string): string | undefined {
  const trimmed = written.trim();
  return reference.test(trimmed) ? trimmed : toE164(trimmed);
}

/** A number in groups that stay on one line, to be read; whatever is no number, as it is. */
export function readable(number: string): string {
  if (!e164.test(number)) return number;
  const country = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(number)?.[0] ?? "+";
  const groups = number.slice(country.length).match(/\d{3}(?=\d{2})|\d+/g) ?? [];
  return [country, ...groups].join("\u00a0");
}

/** The address that dials a number, however it is written. */
export function telephone(written: string): string {
  return `tel:${toE164(written) ?? written.replace(/[^\d+*#]/g, "")}`;
}

export function isReference(to: string): boolean {
  return reference.test(to);
}
