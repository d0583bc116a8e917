import assert from "node:assert/strict";
import { test } from "node:test";
import { address, formats, length, since } from "../src/monitor/format.ts";
import { arabic } from "../src/monitor/words-ar.ts";
import { english } from "../src/monitor/words-en.ts";
import { chinese } from "../src/monitor/words-zh.ts";

const { state, legState, quality, price } = formats(english, "en");

const leg = { id: "leg_1", kind: "pstn", role: "callee", address: "tel:+15550100101", state: "connected" };
const sound = { codec: "opus", far_loss: 0, loss: 0, jitter_ms: 3, round_trip_ms: 40, mos: 4.3 };

test("addresses are written as people write them", () => {
  assert.equal(address("tel:+15550100101").replaceAll("\u00a0", " "), "+1 555 010 0101");
  assert.equal(address("browser:desk"), "desk");
  assert.equal(address("ref_shop"), "ref_shop");
});

test("states and times", () => {
  assert.equal(state("in_progress"), "in progress");
  assert.equal(state("a_word_of_tomorrow"), "a word of tomorrow");
  assert.equal(state("constructor"), "constructor");
  assert.equal(formats(chinese, "zh").state("in_progress"), "进行中");
  assert.equal(legState({ ...leg, held: true, reconnecting: true }), "connected, on hold, connection lost");
  assert.equal(length(61_000), "1:01");
  assert.equal(since("2026-11-22T10:00:00Z", Date.parse("2026-11-22T09:59:59Z")), "0:00", "the clocks differ");
  assert.equal(since("2026-11-22T10:00:00Z", Date.parse("2026-11-22T11:02:03Z")), "1:02:03");
});

test("quality is one word by the thresholds of the warnings", () => {
  assert.equal(quality(undefined).grade, "unknown");
  assert.equal(quality(sound).grade, "good");
  assert.equal(quality({ ...sound, mos: 3.5 }).grade, "fair");
  for (const worse of [{ mos: 2.9 }, { loss: 0.031 }, { far_loss: 0.031 }, { jitter_ms: 31 }, { round_trip_ms: 401 }]) {
    assert.equal(quality({ ...sound, ...worse }).grade, "poor", JSON.stringify(worse));
  }
  assert.equal(quality({ ...sound, loss: 0.012 }).text, "opus · MOS 4.3 · 1.2% lost · 3 ms jitter · 40 ms round trip");
});

test("counted in Arabic, by its six forms", () => {
  const digits = (n: number) => new Intl.NumberFormat("ar").format(n);
  const tries = (n: number) => arabic.deliveries.tries(n);
  assert.deepEqual([0, 1, 2, 3, 11, 100].map(tries), ["لا محاولات", "محاولة واحدة", "محاولتان", `${digits(3)} محاولات`, `${digits(11)} محاولة`, `${digits(100)} محاولة`]);
  assert.deepEqual([1, 2].map((n) => english.deliveries.tries(n)), ["1 try", "2 tries"]);
});

test("money is written from minor units", () => {
  assert.equal(price(null), "");
  assert.match(price({ amount: 1234, currency: "EUR" }), /12[.,]34/);
  assert.match(price({ amount: 1234, currency: "JPY" }), /1[.,]?234/);
});
