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

export function isReference(to: string): boolean {
  return reference.test(to);
}
