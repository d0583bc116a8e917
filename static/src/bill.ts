// What a bill says, in words: pure, from the gateway's newest and the time since.

import type { BillWords } from "./billwords.ts";
import { lasting, money, rate } from "./money.ts";
import { clock } from "./timer.ts";
import type { Bill } from "./wire.ts";

/** A price as it is offered, in a few words each. */
export function termsOf({ terms: t }: Pick<Bill, "terms">, w: BillWords, language: string): string[] {
  const minute = (per: string) => rate(language, t.currency, per);
  return [
    Number(t.per_minute) > 0 && w.perMinute(minute(t.per_minute)),
    t.video_per_minute && w.video(minute(t.video_per_minute)),
    t.connect > 0 && w.once(money(language, { amount: t.connect, currency: t.currency })),
    t.free_seconds > 0 && w.freeFirst(lasting(language, t.free_seconds)),
    t.minimum_seconds > 0 && w.atLeast(lasting(language, t.minimum_seconds)),
    (t.first_seconds > 1 || t.increment_seconds > 1) && w.steps(lasting(language, t.first_seconds), lasting(language, t.increment_seconds)),
  ].filter((said) => said !== false && said !== undefined && said !== "") as string[];
}

/** Whether somebody is being asked for the price. */
export const isAsked = ({ answer, offer, answer_within_seconds: within = 0 }: Bill): boolean => offer !== undefined || (answer === undefined && within > 0);

/** Whether the page's person can answer now: before somebody has answered the call the page could not bring it to the gateway. */
export const mayAnswer = ({ pays, state, answer, offer }: Bill): boolean => pays && state !== "quoted" && (offer !== undefined || answer !== "accepted");

/** What whoever pays is asked, and what follows without their yes. */
export function question(bill: Bill, w: BillWords, language: string): string {
  if (!isAsked(bill)) return "";
  const terms = termsOf(bill.offer ?? bill, w, language).join(" · ");
  return bill.offer ? w.offered(terms) : `${w.question(terms)} ${w.otherwise[bill.terms.after]}`;
}

/** What is charged now, or why nothing is; without figures that move, for it is read aloud. */
export function standing(bill: Bill, w: BillWords, language: string): string[] {
  const { state, reason = "", pays, answer, sponsored } = bill;
  const declined = answer === "declined" || answer === "unanswered";
  const asked = isAsked(bill);
  return [
    state === "metering" && w.charged,
    state === "paused" && w.paused(w.reasons[reason] ?? reason),
    state === "quoted" && w.notYet,
    state === "free" && !declined && !asked && w.free,
    asked && !bill.offer && (pays ? w.asksYou : w.asksThem),
    bill.offer && !pays && w.offersThem(termsOf(bill.offer, w, language).join(" · ")),
    sponsored && w.sponsored,
    !sponsored && answer === "accepted" && (pays ? w.youAccepted : w.theyAccepted),
    declined && (pays ? w.youDeclined : w.theyDeclined),
  ].filter((said) => said !== false && said !== undefined) as string[];
}

/** Whether seconds of the call are charged at this moment. */
export const runs = ({ state, reason }: Bill): boolean => state === "metering" && (reason === "talk" || reason === "video");

/** The figures that move, some seconds after the gateway told them. */
export function figures(bill: Bill, since: number, w: BillWords, language: string): string[] {
  const { charged, terms, answer, offer, charged_seconds, free_left_seconds } = bill;
  const within = offer?.answer_within_seconds ?? bill.answer_within_seconds ?? 0;
  const free = free_left_seconds - (bill.reason === "free" ? since : 0);
  const wait = within - since;
  const talked = charged_seconds + (runs(bill) ? since : 0);
  const counted = charged > 0 || talked > 0;
  return [
    counted && w.soFar(money(language, { amount: charged, currency: terms.currency }), lasting(language, talked)),
    !counted && bill.state === "free" && free > 0 && w.freeLeft(lasting(language, free)),
    (offer !== undefined || answer === undefined) && bill.pays && wait > 0 && w.within(lasting(language, wait)),
  ].filter((said) => said !== false) as string[];
}

/** That the balance is nearly used up: in whole minutes, for it is read aloud whenever it changes. */
export function warning({ left_seconds: left }: Bill, w: BillWords, language: string): string {
  return left === undefined ? "" : w.low(lasting(language, Math.max(1, Math.ceil(left / 60)) * 60));
}

/** What a call has cost that is over. */
export function outcome({ charged, charged_seconds, terms }: Bill, w: BillWords, language: string): string {
  return charged > 0 ? w.cost(money(language, { amount: charged, currency: terms.currency }), lasting(language, charged_seconds)) : w.costNothing;
}

/** The parts of the call, the newest last: what each was, and what a minute of it cost. */
export function partsOf({ intervals, terms }: Bill, w: BillWords, language: string): string[] {
  return intervals.map(({ from_ms, to_ms, reason, rate: micro }) => {
    const what = w.reasons[reason] ?? reason;
    return w.part(clock(from_ms / 1000), clock(to_ms / 1000), micro ? w.at(what, rate(language, terms.currency, String(micro / 1e6))) : what);
  });
}
