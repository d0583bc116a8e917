import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { costSaid } from "../src/cost.ts";
import { askCost } from "../src/costask.ts";
import type { Cost } from "../src/wire.ts";
import { FakeSocket } from "./fakesocket.ts";

const cost: Cost = {
  tag: "price_1.7", known: true, available: 2500, lasts_seconds: 1430, covered: true, needed: 120, accepted_by_use: true,
  terms: { currency: "EUR", per_minute: "1.2", connect: 0, free_seconds: 180, minimum_seconds: 60, first_seconds: 1, increment_seconds: 1, after: "end" },
};

beforeEach(() => {
  FakeSocket.opened = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

test("it says the price with its free time and minimum, and how long the balance lasts", () => {
  assert.deepEqual(costSaid(cost, "en"), {
    price: "€1.20 a minute · the first 3 min are free · at least 1 min",
    sentences: ["Your balance of €25.00 lasts for 23 min 50 sec.", "By calling you accept this price."],
  });
  const { accepted_by_use: _, ...asks } = cost;
  assert.deepEqual(costSaid({ ...asks, lasts_seconds: 604_800 }, "en").sentences, ["Your balance is €25.00.", "You are asked before anything is charged."]);
});

test("it says who cannot pay, and who need not", () => {
  const poor = { ...cost, covered: false, available: 50, lasts_seconds: 0 };
  assert.deepEqual(costSaid(poor, "en").sentences, ["Your balance of €0.50 does not cover the beginning, which costs €1.20."]);
  assert.deepEqual(costSaid({ ...poor, known: false, available: 0 }, "en").sentences, ["Sign in to pay for this call."]);
  assert.deepEqual(costSaid({ ...cost, known: false, sponsored: true, available: 0 }, "en").sentences, ["Somebody else pays for this call."]);
});

/** Plays the gateway's side of one asking, and returns what the page sent after its hello. */
async function asked(answer: Cost | undefined, seen: boolean): Promise<unknown[]> {
  const shown: unknown[] = [];
  const over = askCost({ url: "ws://gw/v1/ws", key: "pk_1", papers: { token: "t", identity: "i" }, to: "ref_shop", show: (is) => (shown.push(is), seen), open: FakeSocket.open });
  const socket = FakeSocket.last.accept();
  socket.say({ type: "welcome", seq: 1, session: "s1", resumed: false });
  socket.say({ type: "cost", seq: 2, id: "cost", ...(answer ? { cost: answer } : {}) });
  if (socket.sent.length > 2) socket.say({ type: "cost", seq: 3, id: "shown" });
  await over;
  assert.deepEqual([shown, socket.closedWith], [[answer], 1000]);
  assert.deepEqual(socket.sent[0], { type: "hello", version: 1, key: "pk_1", identity: "i" });
  return socket.sent.slice(1);
}

test("the gateway is told that a price was shown where calling accepts it, and only once it was", async () => {
  const ask = { type: "cost", id: "cost", to: "ref_shop" };
  assert.deepEqual(await asked(cost, true), [ask, { type: "cost", id: "shown", to: "ref_shop", shown: "price_1.7" }]);
  assert.deepEqual(await asked(cost, false), [ask]);
  assert.deepEqual(await asked({ ...cost, accepted_by_use: false }, true), [ask]);
  assert.deepEqual(await asked(undefined, false), [ask]);
});
