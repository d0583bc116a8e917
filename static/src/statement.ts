// A wallet's statement: what came in and what went out.

import { csv } from "./console/board/csv.ts";
import { type Amount, decimal } from "./money.ts";

/** A line of it: above zero where it came in. */
export interface Movement {
  id: string;
  amount: Amount;
  reason: string;
  call?: string;
  subject?: string;
  created_at: string;
}

/** More pages of the API's than a statement that is taken home has. */
export const mostPages = 200;

/** A statement as a table, the oldest first: the words of the API, for programs to read. */
export function statementFile(movements: Movement[]): string {
  const rows = movements.toReversed().map(({ id, amount, reason, call, subject, created_at }) => [created_at, Number(decimal(amount)), amount.currency, reason, call ?? "", subject ?? "", id]);
  return csv([["created_at", "amount", "currency", "reason", "call", "subject", "id"], ...rows]);
}
