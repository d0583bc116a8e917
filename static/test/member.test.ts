import assert from "node:assert/strict";
import { test } from "node:test";
import { figures, partsOf, standing } from "../src/bill.ts";
import { billWords } from "../src/billwords.ts";
import { linesOf, type Read, readOn } from "../src/member/lines.ts";
import { linkOf } from "../src/member/link.ts";
import { periodOf } from "../src/member/period.ts";
import { billOf, isRunning, type PaidCall } from "../src/member/wire.ts";

const en = billWords.en!;

const call: PaidCall = {
  id: "bill_1", call: "call_1", state: "metering", charged: { amount: 240, currency: "EUR" }, charged_seconds: 120, free_seconds: 60,
  terms: { currency: "EUR", per_minute: "1.2", connect: 0, free_seconds: 60, minimum_seconds: 0, first_seconds: 1, increment_seconds: 1, after: "end" },
  answer: "accepted",
  intervals: [{ from_seconds: 0, to_seconds: 60, reason: "free" }, { from_seconds: 60, to_seconds: 180.5, reason: "talk", per_minute: "1.2" }],
  created_at: "2026-11-24T08:00:00Z", updated_at: "2026-11-24T08:03:00Z",
};

test("a call that the wallet pays for is said in the words of the call's own page", () => {
  const bill = billOf(call);
  assert.deepEqual(standing(bill, en, "en"), ["This call is being charged.", "You have accepted the price."]);
  assert.deepEqual(figures(bill, 3, en, "en"), ["€2.40 so far, for 2 min 3 sec"]);
  assert.deepEqual(partsOf(bill, en, "en"), ["0:00–1:00: free time", "1:00–3:00: talk, charged, at €1.20 a minute"]);
  assert.ok(isRunning(call) && !isRunning({ ...call, state: "settled" }) && !isRunning({ ...call, state: "voided" }));
});

test("in the free time it says how much of it is left", () => {
  const { answer: _, ...unanswered } = call;
  const bill = billOf({ ...unanswered, state: "free", charged: { amount: 0, currency: "EUR" }, charged_seconds: 0, free_seconds: 20, intervals: call.intervals.slice(0, 1) });
  assert.deepEqual(figures(bill, 5, en, "en"), ["Free for another 35 sec"]);
});

test("a link tells behind its # what no server is to be sent", () => {
  assert.deepEqual(linkOf("?key=pk_live_1", "#token=eyJ.a-b_c"), { token: "eyJ.a-b_c", ticket: "", key: "pk_live_1", to: "" });
  assert.deepEqual(linkOf("?key=pk_live_1", "#ticket=t1"), { token: "", ticket: "t1", key: "pk_live_1", to: "" });
  assert.deepEqual(linkOf("?token=eyJ&ticket=t1", "#main"), { token: "", ticket: "", key: "", to: "" });
  assert.equal(linkOf("?key=pk_live_1&call=%2B15550100110", "").to, "+15550100110");
});

test("a time is from the beginning of its first day until the end of its last, by the reader's clock", () => {
  const asked = new URLSearchParams(periodOf("2026-11-01", "2026-11-30"));
  assert.equal(asked.get("from"), new Date(2026, 10, 1).toISOString());
  assert.equal(asked.get("to"), new Date(2026, 11, 1).toISOString());
  assert.equal(periodOf("", ""), "");
  assert.match(periodOf("", "2026-11-30"), /^&to=/);
});

const moved = (id: number, cents: number, call?: string) => ({ id: `l${id}`, amount: { amount: cents, currency: "EUR" }, reason: call ? "talk" : "top_up", ...(call ? { call } : {}), created_at: `2026-11-24T08:00:0${id}Z` });

test("a call is one line of a statement, however often it was posted", () => {
  const lines = linesOf([moved(6, -30, "call_2"), moved(5, -12, "call_1"), moved(4, -30, "call_2"), moved(3, -12, "call_1"), moved(2, 2500), moved(1, 2500)]);
  assert.deepEqual(lines.map(({ amount, reason, at }) => [amount.amount, reason, at.at(-2)]), [[-60, "talk", "6"], [-24, "talk", "5"], [2500, "top_up", "2"], [2500, "top_up", "1"]]);
});

test("a line is shown once all of it was read", async () => {
  const pages: Record<string, Read> = {
    "": { movements: [moved(9, -1, "call_1"), moved(8, -2, "call_1")], next: "l8" },
    l8: { movements: [moved(7, -3, "call_1"), moved(6, 500)], next: "l6" },
    l6: { movements: [moved(5, 600)] },
  };
  const asked: string[] = [];
  const read = await readOn({ movements: [], next: "" }, 1, async (after) => (asked.push(after), pages[after]!));
  assert.deepEqual(asked, ["", "l8"]);
  assert.equal(linesOf(read.movements)[0]?.amount.amount, -6);
  const all = await readOn(read, 5, async (after) => pages[after]!);
  assert.deepEqual([linesOf(all.movements).length, all.next], [3, undefined]);
});
