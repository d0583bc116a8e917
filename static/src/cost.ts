// What a call would cost and who would pay it, in words: pure.

import { termsOf } from "./bill.ts";
import { type BillWords, billWords } from "./billwords.ts";
import { costWords } from "./costwords.ts";
import { lasting, money } from "./money.ts";
import type { Cost } from "./wire.ts";

/** A balance that lasts longer is only told: nobody talks for a day. */
const mostTold = 24 * 3600;

/** The price in a few words each, and sentences of who pays it and when. */
export function costSaid(cost: Cost, language: string): { price: string; sentences: string[] } {
  const w = costWords[language] ?? costWords.en!;
  const bill: BillWords = billWords[language] ?? billWords.en!;
  const { terms, known, sponsored, covered, available, needed, lasts_seconds: lasts } = cost;
  const sum = (amount: number) => money(language, { amount, currency: terms.currency });
  const payer = () => {
    if (sponsored) return bill.sponsored;
    if (!known) return w.unknown;
    if (!covered) return w.short(sum(available), sum(needed));
    return lasts < mostTold ? w.lasts(sum(available), lasting(language, lasts)) : w.balance(sum(available));
  };
  const agreed = sponsored ? [] : [cost.accepted_by_use ? w.byUse : w.asked];
  return { price: termsOf({ terms }, bill, language).join(" · "), sentences: [payer(), ...(covered ? agreed : [])] };
}
