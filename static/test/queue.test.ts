import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line } from "../src/line.ts";
import { begun, idle, type Model } from "../src/model.ts";
import { endOf, Queue } from "../src/queue.ts";
import { words as arabic } from "../src/sentences-ar.ts";
import { words as chinese } from "../src/sentences-zh.ts";
import { english } from "../src/sentences.ts";
import type { Surroundings } from "../src/surroundings.ts";
import { span, standing } from "../src/waitingroom.ts";
import type { ToGateway, Trouble } from "../src/wire.ts";

/** A caller of whom the gateway has the call already. */
function caller(words = english) {
  let model: Model = begun(idle(), "connecting", { id: "c1" });
  const sent: ToGateway[] = [];
  const owner = { model: () => model, set: (facts: Partial<Model>) => void (model = { ...model, ...facts }) };
  const line = { say: (message: ToGateway) => void sent.push(message) } as unknown as Line;
  const around = { words: () => words } as unknown as Surroundings;
  return { queue: new Queue(owner, line, around), sent, model: () => model };
}

const refusal = (code: string): Trouble => ({ type: "error", seq: 9, id: "c1", code, message: "The gateway's words.", remedies: ["Do this."] });

test("a caller waits, moves up, and asks to be called back at a number", () => {
  const { queue, sent, model } = caller();
  assert.equal(queue.callBack("+15550100101"), false);
  queue.heard({ type: "queued", seq: 1, id: "c1", callback: true, voicemail: false, number: "+15550100102" });
  queue.heard({ type: "place", seq: 2, id: "c1", position: 3, wait: 120 });
  assert.deepEqual([model().phase, model().place, model().wait, model().knownNumber], ["waiting", 3, 120, "+15550100102"]);
  assert.equal(queue.leaveMessage(), false);
  assert.equal(queue.callBack("+15550100101"), true);
  assert.equal(model().asking, true);
  assert.deepEqual(sent, [{ type: "callback", id: "c1", number: "+15550100101" }]);
  const end = { type: "ended", seq: 3, id: "c1", reason: "callback", message: "You will be called back.", by: "gateway" } as const;
  assert.equal(endOf(end, model(), english), "We will call +1\u00a0555\u00a0010\u00a00101 as soon as it is your turn.");
  assert.equal(endOf(end, idle(), english), "You will be called back.");
  assert.equal(endOf(end, idle(), chinese), chinese.told.reasons.callback);
});

test("who is not called back reads so, and waits on", () => {
  for (const [why, words, reads] of [
    ["refused", english, english.notPromised],
    ["bad_number", english, english.backNotThere],
    ["not_allowed", arabic, arabic.backNotThere],
    ["rate_limited", english, "The gateway's words. Do this."],
    ["rate_limited", chinese, chinese.told.errors.rate_limited],
  ] as const) {
    const { queue, model } = caller(words);
    queue.heard({ type: "queued", seq: 1, id: "c1", callback: true });
    queue.callBack("+15550100101");
    if (why === "refused") queue.heard({ type: "callback", seq: 2, id: "c1", state: "refused", message: "No." });
    else assert.equal(queue.refused(refusal(why)), true);
    assert.deepEqual([model().alert.join(" "), model().asking, model().phase, model().mayBeCalled], [reads, false, "waiting", true]);
  }
});

test("an error that answers no wish is not the queue's", () => {
  const { queue } = caller();
  assert.equal(queue.refused(refusal("bad_number")), false);
  queue.heard({ type: "queued", seq: 1, id: "c1", callback: true });
  queue.callBack("+15550100101");
  assert.equal(queue.refused(refusal("bad_candidate")), false);
});

test("a message is asked for, spoken, ended once, and kept", () => {
  const { queue, sent, model } = caller();
  queue.heard({ type: "queued", seq: 1, id: "c1", voicemail: true });
  assert.equal(queue.leaveMessage(), true);
  queue.heard({ type: "voicemail", seq: 2, id: "c1", state: "greeting" });
  assert.equal(model().phase, "in_call"); // also where it was answered before, and handed on to the queue
  queue.endMessage(); // before the tone there is nothing to end
  queue.heard({ type: "voicemail", seq: 3, id: "c1", state: "recording", longest: 180 });
  assert.ok(Math.abs(Date.now() - model().recordedFrom) < 60_000);
  assert.equal(model().longest, 180);
  queue.endMessage();
  queue.heard({ type: "voicemail", seq: 4, id: "c1", state: "saving" });
  queue.endMessage();
  assert.deepEqual(sent.map(({ type }) => type), ["voicemail", "dtmf"]);
});

test("a page that comes back stands where it stood, and its message goes on", () => {
  const waits = caller();
  waits.queue.found({ id: "c1", state: "queued", callback: true, number: "+15550100102", position: 2, wait: 60 });
  assert.deepEqual([waits.model().phase, waits.model().place, waits.model().mayBeCalled, waits.model().mayLeaveMessage], ["waiting", 2, true, false]);
  const speaks = caller();
  speaks.queue.found({ id: "c1", state: "answered", recording: { state: "recording", seconds: 30, longest: 180 } });
  assert.equal(speaks.model().recording, "recording");
  assert.ok(Date.now() - speaks.model().recordedFrom >= 30_000);
});

test("how a caller stands, in words", () => {
  const of = (place: number, wait: number) => standing({ place, wait }, english, "en");
  assert.equal(of(0, 0), "You are in line. Somebody will be with you.");
  assert.equal(of(1, 60), "You are next in line. About 1 minute to go.");
  assert.equal(of(12, 0), "You are number 12 in line.");
  assert.equal(standing({ place: 2, wait: 120 }, chinese, "zh"), "您排在第 2 位。 预计还需 2分钟。");
  assert.match(standing({ place: 2, wait: 120 }, arabic, "ar"), /دقيقتان/);
  assert.deepEqual([1, 61, 5399, 5400, 7300].map((seconds) => span(seconds, "en")), ["1 minute", "2 minutes", "2 hours", "2 hours", "2 hours"]);
});
