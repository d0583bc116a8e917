import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, length, type Moment, opens, upTo } from "../src/console/story/moments.ts";

const moment = (kind: string, offset_ms: number): Moment => ({ kind, offset_ms, at: "2026-11-23T10:00:00Z" });

const call = [moment("call.created", 0), moment("call.answered", 4000), moment("message.created", 9000), moment("call.ended", 20_000), moment("wrap_up", 3_600_000)];

test("a call plays to its end, and what was noted later stands there", () => {
  assert.equal(length(call), 20_000);
  assert.equal(length(call.slice(0, 3)), 9000);
  assert.equal(length([]), 0);
});

test("only what has happened by a moment is shown", () => {
  assert.deepEqual(upTo(call, 0), call.slice(0, 1));
  assert.deepEqual(upTo(call, 8999), call.slice(0, 2));
  assert.deepEqual(upTo(call, 9000), call.slice(0, 3));
  assert.deepEqual(upTo(call, 20_000), call);
  assert.deepEqual(upTo(call, Infinity), call);
});

test("a call is over with its one end", () => {
  assert.equal(isOver(call), true);
  assert.equal(isOver(call.slice(0, 3)), false);
});

test("nothing but a page of the web is opened", () => {
  assert.equal(opens("https://shop.example/red"), "https://shop.example/red");
  assert.equal(opens("HTTP://127.0.0.1/x"), "HTTP://127.0.0.1/x");
  for (const other of ["javascript:alert(1)", "data:text/html,x", " https://x", "", undefined]) assert.equal(opens(other), undefined);
});
