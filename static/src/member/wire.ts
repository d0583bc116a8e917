// What the API says to a customer of themselves, as far as the page shows it. /docs tells the rest.

import type { Amount } from "../money.ts";
import type { Bill, Terms } from "../wire.ts";

export interface Me {
  id: string;
  livemode: boolean;
  name: string;
  email: string;
  phone: string;
  phone_verified_at: string | null;
  has_password: boolean;
  csrf_token: string;
}

/** A call in which a number is shown to be theirs. */
export interface Verification {
  id: string;
  /** To be keyed in on the telephone; shown once. */
  code?: string;
  state: "calling" | "verified" | "failed";
}

/** A call that a customer has had made. */
export interface MemberCall {
  id: string;
  stage: "calling_you" | "connecting" | "talking" | "ended";
  message?: string;
  end_reason?: string;
}

/** A card as its owner knows it again. */
export interface Card {
  id: string;
  brand: string;
  last4: string;
}

export interface TopUp {
  id: string;
  state: "pending" | "requires_confirmation" | "paid" | "failed";
  amount: Amount;
  message?: string;
  confirm_url?: string;
}

export interface Balance {
  currency: string;
  amount: number;
  held: number;
  available: number;
}

export interface Wallet {
  balances: Balance[];
}

/** A call that the wallet pays for. */
export interface PaidCall {
  id: string;
  call: string;
  state: Bill["state"];
  charged: Amount;
  charged_seconds: number;
  free_seconds: number;
  terms: Terms;
  answer?: NonNullable<Bill["answer"]>;
  intervals: { from_seconds: number; to_seconds: number; reason: string; per_minute?: string }[];
  created_at: string;
  updated_at: string;
}

/** Whether it still runs. */
export const isRunning = ({ state }: PaidCall): boolean => state !== "settled" && state !== "voided";

/** A call as its own pages are told of it, who say it in the same words. */
export function billOf(call: PaidCall): Bill {
  const { state, terms, answer, charged, charged_seconds, free_seconds, intervals } = call;
  const reason = intervals.at(-1)?.reason;
  return {
    state,
    ...(reason ? { reason } : {}),
    ...(answer ? { answer } : {}),
    pays: true,
    terms,
    charged: charged.amount,
    charged_seconds,
    free_left_seconds: Math.max(0, terms.free_seconds - free_seconds),
    intervals: intervals.map(({ from_seconds, to_seconds, reason, per_minute }) => ({
      from_ms: from_seconds * 1000,
      to_ms: to_seconds * 1000,
      reason,
      ...(per_minute ? { rate: Number(per_minute) * 1e6 } : {}),
    })),
  };
}
