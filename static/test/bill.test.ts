import assert from "node:assert/strict";
import { test } from "node:test";
import { figures, isAsked, mayAnswer, outcome, partsOf, question, standing, termsOf, warning } from "../src/bill.ts";
import { billWords } from "../src/billwords.ts";
import type { Bill } from "../src/wire.ts";

const w = billWords.en!;
const terms: Bill["terms"] = { currency: "EUR", per_minute: "1.2", connect: 0, free_seconds: 180, minimum_seconds: 0, first_seconds: 1, increment_seconds: 1, after: "end" };
const bill = (facts: Partial<Bill>): Bill => ({ state: "metering", reason: "talk", pays: true, answer: "accepted", terms, charged: 84, charged_seconds: 42.1, free_left_seconds: 0, intervals: [], ...facts });
const asking = (facts: Partial<Bill>): Bill => {
  const { answer: _, ...rest } = bill({ state: "free", reason: "free", charged: 0, charged_seconds: 0, free_left_seconds: 30, answer_within_seconds: 30, ...facts });
  return rest;
};

test("a price is told with all that it says, and nothing that it does not", () => {
  assert.deepEqual(termsOf(bill({}), w, "en"), ["€1.20 a minute", "the first 3 min are free"]);
  const all = { ...terms, video_per_minute: "2.4", connect: 50, minimum_seconds: 60, first_seconds: 30, increment_seconds: 6 };
  assert.equal(termsOf(bill({ terms: all }), w, "en").length, 6);
  assert.deepEqual(termsOf(bill({ terms: { ...terms, per_minute: "0", connect: 500, free_seconds: 0 } }), w, "en"), ["€5.00 once"]);
});

test("a price can be answered by who pays, once the call is, and until they have said yes", () => {
  assert.ok(mayAnswer(asking({})) && mayAnswer(bill({ answer: "declined" })));
  assert.ok(!mayAnswer(bill({})) && !mayAnswer(asking({ pays: false })) && !mayAnswer(asking({ state: "quoted" })));
});

test("who pays and who is paid read the same, each from their side", () => {
  assert.deepEqual(standing(asking({}), w, "en"), [w.asksYou]);
  assert.deepEqual(standing(asking({ pays: false }), w, "en"), [w.asksThem]);
  assert.deepEqual(standing(bill({}), w, "en"), [w.charged, w.youAccepted]);
  assert.deepEqual(standing(bill({ pays: false }), w, "en"), [w.charged, w.theyAccepted]);
  assert.deepEqual(standing(bill({ state: "free", answer: "unanswered" }), w, "en"), [w.youDeclined], "no answer is a no");
  assert.deepEqual(standing(bill({ state: "paused", reason: "held" }), w, "en")[0], "Nothing is charged now: on hold.");
  assert.deepEqual(standing(bill({ pays: false, sponsored: true }), w, "en"), [w.charged, w.sponsored]);
  assert.ok(!isAsked(bill({ answer_within_seconds: 10 })) && isAsked(asking({})));
});

test("seconds go on between two tellings only while they are charged, and money never does", () => {
  assert.deepEqual(figures(bill({}), 3, w, "en"), ["€0.84 so far, for 45 sec"]);
  assert.deepEqual(figures(bill({ state: "paused", reason: "held" }), 3, w, "en"), ["€0.84 so far, for 42 sec"]);
  assert.deepEqual(figures(asking({}), 12, w, "en"), ["Free for another 18 sec", "Please answer within 18 sec"]);
  assert.deepEqual(figures(asking({ pays: false }), 31, w, "en"), []);
});

test("that the balance runs out is said in whole minutes", () => {
  assert.equal(warning(bill({}), w, "en"), "");
  assert.equal(warning(bill({ left_seconds: 170 }), w, "en"), warning(bill({ left_seconds: 121 }), w, "en"));
  assert.match(warning(bill({ left_seconds: 2 }), w, "en"), /less than 1 min/);
});

test("what a call has cost, and of what parts", () => {
  assert.match(outcome(bill({}), w, "en"), /€0\.84 for 42 sec/);
  assert.equal(outcome(asking({}), w, "en"), w.costNothing);
  const intervals = [{ from_ms: 0, to_ms: 180_000, reason: "free" }, { from_ms: 180_000, to_ms: 222_100, reason: "talk", rate: 1_200_000 }, { from_ms: 222_100, to_ms: 223_000, reason: "of_tomorrow" }];
  assert.deepEqual(partsOf(bill({ intervals }), w, "en"), ["0:00–3:00: free time", "3:00–3:42: talk, charged, at €1.20 a minute", "3:42–3:43: of_tomorrow"]);
});

test("another price is asked for beside the one that counts", () => {
  const offer = { terms: { ...terms, per_minute: "6", free_seconds: 0 }, answer_within_seconds: 20 };
  assert.match(question(bill({ offer }), w, "en"), /to cost €6\.00 a minute\. Do you accept\?/);
  assert.equal(question(bill({}), w, "en"), "", "nothing is asked");
  assert.match(question(asking({}), w, "en"), /Do you accept the price of €1\.20/);
  assert.deepEqual(standing(bill({ offer }), w, "en"), [w.charged, w.youAccepted]);
  assert.deepEqual(standing(bill({ offer, pays: false }), w, "en"), [w.charged, w.offersThem("€6.00 a minute"), w.theyAccepted]);
  assert.deepEqual(figures(bill({ offer }), 5, w, "en"), ["€0.84 so far, for 47 sec", "Please answer within 15 sec"]);
});
