import assert from "node:assert/strict";
import { test } from "node:test";
import { beside } from "../src/console/beside.ts";
import { alarm, type State } from "../src/console/board/alarm.ts";
import { ceiling, every, stack } from "../src/console/board/bars.ts";
import { csv } from "../src/console/board/csv.ts";
import { other, span } from "../src/console/board/figures.ts";
import { heard, partner, waiter } from "../src/console/board/named.ts";
import type { Entry } from "../src/console/board/wire.ts";
import type { Leg, LiveCall } from "../src/monitor/wire.ts";

const calm: State = { open: true, waiting: 0, longest: 0, available: 1, busy: 0, answered: 9, abandoned: 0, level: 1 };

test("a queue that needs somebody says so, and why", () => {
  const cases: [Partial<State>, string, string[]][] = [
    [{}, "well", []],
    [{ available: 0 }, "well", []], // nobody is there, and nobody waits
    [{ waiting: 1, longest: 5 }, "well", []],
    [{ waiting: 1, longest: 11 }, "watch", ["soon"]],
    [{ waiting: 1, longest: 21 }, "alarm", ["late"]],
    [{ waiting: 1, longest: 21, available: 0 }, "alarm", ["nobody", "late"]],
    [{ waiting: 1, longest: 1, available: 0, busy: 3 }, "well", []],
    [{ level: 0.79 }, "watch", ["low"]],
    [{ level: 0.59 }, "alarm", ["low"]],
    [{ level: 0, answered: 1, abandoned: 3 }, "well", []], // too few to say anything
    [{ level: undefined, answered: 0 }, "well", []],
    [{ open: false, waiting: 1, longest: 1 }, "watch", ["closed"]],
  ];
  for (const [state, step, reasons] of cases) {
    assert.deepEqual(alarm({ ...calm, ...state }, 20), { step, reasons }, JSON.stringify(state));
  }
});

const leg = (id: string, address: string, more: Partial<Leg> = {}): Leg => ({ id, kind: "webrtc", role: "callee", address, state: "connected", ...more });

test("a supervisor's part in a call, and to whom they may whisper", () => {
  const caller = leg("leg_1", "tel:+15550100101", { role: "caller" });
  const agent = leg("leg_2", "browser:agent_ada");
  const me = leg("leg_3", "browser:agent_sue", { role: "invited", part: "listen" });
  assert.deepEqual(beside([caller, agent, me], "agent_sue"), { part: "listen", mine: "leg_3", heardBy: "", colleagues: [agent] });
  const whisper = beside([caller, agent, { ...me, part: "whisper", heard_by: "leg_2" }], "agent_sue");
  assert.equal(whisper?.part, "whisper");
  assert.equal(whisper?.heardBy, "leg_2");
  const { part: _, ...talks } = me;
  assert.equal(beside([caller, agent, talks], "agent_sue")?.part, "talk");
  const other = leg("leg_4", "browser:agent_bob", { role: "invited", part: "listen" }); // nobody whispers to who listens
  assert.deepEqual(beside([caller, agent, me, other], "agent_sue")?.colleagues, [agent]);
  assert.equal(beside([caller, agent], "agent_sue"), undefined);
  assert.equal(beside([caller, agent, { ...me, state: "ended" }], "agent_sue"), undefined);
  assert.equal(beside([caller, { ...agent, address: "browser:agent_sue" }], "agent_sue"), undefined, "one's own call is no one else's");
});

test("who waits has a checked name, a number, or is a visitor whose page says something", () => {
  const entry: Entry = { call: "call_1", queue: "queue_1", position: 1, since: "", priority: 0, callback: false, offered_to: [] };
  const page = { page: "https://shop.example/mug", cart: "2 mugs", zebra: "no" };
  assert.deepEqual(waiter({ ...entry, from: "browser:visitor", metadata: page }, "a visitor"), { name: "a visitor", says: ["https://shop.example/mug", "2 mugs"] });
  assert.equal(waiter({ ...entry, from: "tel:+15550100101", metadata: {} }, "a visitor").name, "+1\u00a0555\u00a0010\u00a00101");
  assert.equal(waiter({ ...entry, from: "browser:visitor", metadata: { ...page, "identity.name": "Ada" } }, "a visitor").name, "Ada");
  assert.deepEqual(waiter(entry, "somebody"), { name: "somebody", says: [] });
});

test("whom an agent talks to, and whether there is anything to hear", () => {
  const people = [{ id: "person_bob", name: "Bob", address: "browser:agent_bob" }];
  const call: LiveCall = { id: "call_1", livemode: true, status: "in_progress", from: "tel:+15550100101", to: "queue:queue_1", metadata: {}, created_at: "", legs: [leg("leg_1", "tel:+15550100101"), leg("leg_2", "browser:agent_ada")] };
  assert.equal(partner(call, "agent_ada", "a visitor", people), "+1\u00a0555\u00a0010\u00a00101");
  assert.equal(partner({ ...call, from: "browser:agent_ada", to: "browser:agent_bob" }, "agent_ada", "a visitor", people), "Bob");
  assert.equal(partner({ ...call, from: "browser:agent_bob" }, "agent_ada", "a visitor", people), "Bob");
  assert.ok(heard(call));
  assert.ok(!heard({ ...call, status: "ringing" }));
  assert.ok(!heard({ ...call, legs: [leg("leg_1", "x"), leg("leg_2", "y", { part: "listen" })] }));
  assert.ok(!heard({ ...call, legs: [leg("leg_1", "x"), leg("leg_2", "y", { state: "ended" })] }));
});

test("bars stand on each other, on a scale that people read", () => {
  const { bars, lines } = stack([[1, 2], [4, 0]], 100, 50);
  assert.deepEqual(lines, [{ value: 0, y: 50 }, { value: 5, y: 0 }]);
  assert.deepEqual(bars[0], { x: 5, width: 40, parts: [{ y: 40, height: 10 }, { y: 20, height: 20 }] });
  assert.deepEqual(bars[1]?.parts, [{ y: 10, height: 40 }, { y: 10, height: 0 }]);
  assert.deepEqual(stack([], 100, 50).bars, []);
  assert.ok(stack([[0]], 100, 50).bars[0]?.parts.every(({ height }) => height === 0));
  assert.deepEqual([0, 1, 2, 3, 7, 10, 11, 99, 101].map(ceiling), [2, 2, 2, 5, 10, 10, 20, 100, 200]);
  assert.deepEqual([every(5, 8), every(24, 8), every(0, 8)], [1, 3, 1]);
});

test("a file of figures is read by spreadsheets as what it is", () => {
  assert.equal(csv([["from", "a,b", 'say "hi"'], ["=1+1", 0.5, "two\nlines"]]), 'from,"a,b","say ""hi"""\r\n\'=1+1,0.5,"two\nlines"\r\n');
});

test("who was neither answered nor gave up was led elsewhere", () => {
  const figures = { from: "", to: "", offered: 9, answered: 4, answered_in_time: 3, called_back: 1, abandoned: 2, voicemails: 1, mean_wait_seconds: 0, longest_wait_seconds: 0 };
  assert.equal(other(figures), 2);
  assert.notEqual(span("en", "day")("2026-03-02T00:00:00Z"), span("en", "hour")("2026-03-02T00:00:00Z"));
});
