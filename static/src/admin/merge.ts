// Two have changed the same: what one of them has not touched is as the other
// left it.

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Mine over theirs: every field that I have changed, and the rest as they have it. */
export function merged<D extends object>(before: D, mine: D, theirs: D): D {
  const all = { ...theirs };
  for (const key of Object.keys(mine) as (keyof D)[]) {
    if (!same(mine[key], before[key])) all[key] = mine[key];
  }
  return all;
}
