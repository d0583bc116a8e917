// A statement as a person reads it: a call is posted every few seconds, and is one line.

import type { Movement } from "../statement.ts";

/** What came in or went out, of a call all of it that is known, with the time of the newest. */
export interface Line {
  id: string;
  amount: Movement["amount"];
  reason: string;
  at: string;
}

/** Makes lines of movements in one currency, the newest first. */
export function linesOf(movements: Movement[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { id, amount, reason, call, created_at } of movements) {
    const name = call ? `${reason} ${call}` : id;
    const line = lines.get(name);
    if (line) line.amount = { ...amount, amount: line.amount.amount + amount.amount };
    else lines.set(name, { id, amount, reason, at: created_at });
  }
  return [...lines.values()];
}

/** Where a statement was read to. */
export interface Read {
  movements: Movement[];
  /** After which movement it goes on; nothing at its end. */
  next?: string;
}

/** Reads on until so many lines are whole: the last may lack what comes before it, and is there to say that the others do not. */
export async function readOn(read: Read, wanted: number, page: (after: string) => Promise<Read>): Promise<Read> {
  while (read.next !== undefined && linesOf(read.movements).length <= wanted) {
    const more = await page(read.next);
    read = { ...more, movements: [...read.movements, ...more.movements] };
  }
  return read;
}
