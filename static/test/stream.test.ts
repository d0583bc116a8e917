import assert from "node:assert/strict";
import { test } from "node:test";
import { type Message, Parser } from "../src/monitor/stream.ts";

const stream =
  ": hello\n\nid: 41\ndata: {\"a\":1}\n\nid:42\r\ndata: one\r\ndata: two\r\n\r\nevent: resync\ndata\n\nid: 43\n\ndata: last\n\n";

const want: Message[] = [
  { id: "41", event: "", data: '{"a":1}' },
  { id: "42", event: "", data: "one\ntwo" },
  { id: "42", event: "resync", data: "" },
  { id: "43", event: "", data: "last" },
];

test("a stream reads the same wherever the network cuts it", () => {
  for (let first = 0; first <= stream.length; first++) {
    for (const second of [first, Math.min(first + 1, stream.length), stream.length]) {
      const parser = new Parser();
      const pieces = [stream.slice(0, first), stream.slice(first, second), stream.slice(second)];
      const got = pieces.flatMap((piece) => [...parser.take(piece)]);
      assert.deepEqual(got, want, `cut at ${first} and ${second}`);
    }
  }
});

test("what is not finished is not told", () => {
  const parser = new Parser();
  assert.deepEqual([...parser.take("id: 1\ndata: half")], []);
  assert.deepEqual([...parser.take("\n")], []);
  assert.deepEqual([...parser.take("\n")], [{ id: "1", event: "", data: "half" }]);
});
