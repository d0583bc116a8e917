import assert from "node:assert/strict";
import { test } from "node:test";
import { type BoardStep, drawnBy, type Moment } from "../src/console/story/moments.ts";
import { markOf, mostPoints, pointsOf, shown, thinned, undoable, within, written } from "../src/drawing.ts";
import { Easel } from "../src/easel.ts";
import type { Operation, RoomWish } from "../src/wire.ts";

let seq = 0;
const did = (kind: Operation["kind"], by: Operation["by"], rest: Partial<Operation> = {}): Operation => ({ seq: ++seq, kind, by, at: "", ...rest });
const line = (by: Operation["by"], points = "1,1 2,2", rest: Partial<Operation> = {}) => did("draw", by, { tool: "pen", points, ink: "red", size: 1, ...rest });

test("the board shows what was drawn since it was cleared and not taken back", () => {
  seq = 0;
  const log = [line("you"), line("agent"), did("undo", "you", { of: 1 }), did("clear", "agent"), line("you")];
  assert.deepEqual(shown(log).map(({ seq }) => seq), [5]);
  assert.deepEqual(shown([...log, did("undo", "agent", { of: 4 })]).map(({ seq }) => seq), [2, 5]);
});

test("everybody takes back their own, the last first", () => {
  seq = 0;
  const log = [line("you"), line("you"), line("agent")];
  assert.equal(undoable(log), 2);
  log.push(did("undo", "you", { of: 2 }));
  assert.equal(undoable(log), 1);
  log.push(did("undo", "you", { of: 1 }));
  assert.equal(undoable(log), undefined);
  log.push(did("clear", "you"));
  assert.equal(undoable(log), 6);
});

test("what is not known is not drawn", () => {
  assert.equal(markOf(line("agent", "1,1", { tool: "laser" })), undefined);
  assert.equal(markOf(line("agent", "x")), undefined);
  assert.equal(markOf(line("agent", "1,1", { ink: "url(x)" }))?.ink, "black");
  assert.deepEqual(pointsOf("1,2 NaN,3 4 5,6"), [[1, 2], [5, 6]]);
  assert.deepEqual(within(-3, 1e9), [0, 1000]);
});

test("a line has its bound, and its end", () => {
  const all = Array.from({ length: 5 * mostPoints }, (_, i) => [i, 0] as const);
  const few = thinned(all);
  assert.ok(few.length <= mostPoints && few.length > mostPoints / 4);
  assert.deepEqual([few[0], few.at(-1)], [all[0], all.at(-1)]);
});

function easel() {
  const asked: RoomWish[] = [];
  const made = new Easel((wish) => asked.push(wish), () => undefined);
  const last = () => (asked.at(-1) as { operation: Operation }).operation;
  return { made, asked, last };
}

const pen = { tool: "pen", ink: "red", size: 1, text: "", image: "" } as const;

test("a line is told as it grows, only what is new of it, and now and then", () => {
  const { made, asked, last } = easel();
  made.begin();
  made.grows({ ...pen, points: [[1, 1]] }, 1000);
  made.grows({ ...pen, points: [[1, 1], [2, 2]] }, 1050);
  assert.equal(asked.length, 1);
  made.grows({ ...pen, points: [[1, 1], [2, 2], [3, 3]] }, 1200);
  assert.equal(last().points, "2,2 3,3");
  const { stroke } = last();
  made.draw({ ...pen, points: [[1, 1], [3, 3]] });
  assert.deepEqual([last().kind, last().points, last().stroke], ["draw", "1,1 3,3", stroke]);
});

test("what others draw is seen while it grows, and once when it is there", () => {
  const { made } = easel();
  const told = (points: string): Operation => ({ kind: "sketch", by: "agent", name: "Ada", at: "", stroke: "s", tool: "pen", ink: "red", size: 1, points });
  made.passing(told("1,1"), 0);
  made.passing(told("2,2"), 10);
  assert.equal(written(made.now.growing[0]?.points ?? []), "1,1 2,2");
  made.show([line("agent", "1,1 2,2", { stroke: "s" })]);
  assert.deepEqual([made.now.growing.length, made.now.shown.length], [0, 1]);
  made.passing({ kind: "point", by: "agent", name: "Ada", at: "", points: "9,9" }, 20);
  assert.deepEqual(made.now.pointers, [{ by: "agent", name: "Ada", at: [9, 9] }]);
  made.passing({ kind: "point", by: "agent", name: "Ada", at: "", points: "" }, 30);
  assert.equal(made.now.pointers.length, 0);
  made.passing(told("3,3"), 40);
  made.passing({ kind: "typing", by: "agent", at: "" }, 100_000);
  assert.equal(made.now.growing.length, 0, "what is not told of for long is gone");
  made.leave();
});

test("what is on its way is seen, sent again after a lost connection, and told of when it is refused", () => {
  const { made, asked, last } = easel();
  made.draw({ ...pen, points: [[1, 1]] });
  assert.equal(made.now.growing.length, 1);
  const { id = "" } = last();
  made.back();
  assert.deepEqual([asked.length, last().id], [2, id]);
  made.refused({ type: "error", seq: 1, code: "room_full", message: "", operation: id });
  assert.deepEqual([made.now.growing.length, made.now.refused], [0, "room_full"]);
  made.draw({ ...pen, points: [[2, 2]] });
  assert.equal(made.now.refused, "");
  made.show([line("you", "2,2", { id: last().id })]);
  assert.deepEqual([made.now.growing.length, made.now.canUndo, made.now.canClear], [0, true, true]);
  made.undo();
  assert.equal(last().kind, "undo");
});

test("a board is as it was at a moment of the call", () => {
  const moments = [{ kind: "call.created", at: "2026-11-23T10:00:00Z", offset_ms: 0 }, { kind: "call.ended", at: "2026-11-23T10:01:00Z", offset_ms: 60_000 }] as Moment[];
  const steps = [5, 30, 50].map((s, i) => ({ seq: i, kind: "draw", role: "agent", created_at: new Date(Date.parse(moments[0]!.at) + s * 1000).toISOString() })) as BoardStep[];
  assert.equal(drawnBy(steps, moments, 0).length, 0);
  assert.equal(drawnBy(steps, moments, 30_000).length, 2);
  assert.equal(drawnBy(steps, moments, Infinity).length, 3);
});
