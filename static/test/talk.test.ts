import assert from "node:assert/strict";
import { test } from "node:test";
import { chatWords } from "../src/chatwords.ts";
import { replayed } from "../src/console/chat.tsx";
import { Talk, tooLate } from "../src/talk.ts";
import type { Operation, Room, RoomWish } from "../src/wire.ts";

/** A chat, and the gateway's side of it. */
function chat() {
  const asked: RoomWish[] = [];
  let changes = 0;
  const talk = new Talk((wish) => void asked.push(wish), () => changes++);
  talk.begin("c1");
  const hears = (...operations: Operation[]) => talk.heard({ type: "room", seq: 1, id: "c1", others: 1, operations } satisfies Room);
  const texts = () => talk.now.said.map(({ text }) => text);
  return { talk, asked, hears, texts, changes: () => changes };
}

const at = "2026-11-23T10:00:00Z";
const said = (seq: number, by: Operation["by"], text: string, id?: string): Operation => ({ seq, kind: "message", by, text, at, ...(id ? { id } : {}) });

/** The ID of what was asked last. */
function idOf(asked: RoomWish[]): string {
  const last = asked.at(-1);
  return (last && "operation" in last && last.operation.id) || "";
}

test("what is written waits until it is heard of again, and stands where the gateway put it", () => {
  const { talk, asked, hears, texts } = chat();
  assert.equal(talk.write("  \n "), false);
  assert.equal(talk.write(" Hello "), true);
  const id = idOf(asked);
  assert.match(id, /^[a-z0-9]{1,64}$/);
  assert.deepEqual(asked, [{ operation: { id, kind: "message", text: "Hello" } }]);
  assert.deepEqual(talk.now.unsent, [{ id, text: "Hello", refused: "" }]);
  hears(said(1, "agent", "Good morning"));
  assert.deepEqual([texts(), talk.now.unsent.length, talk.now.unread], [["Good morning"], 1, 1]);
  hears(said(2, "you", "Hello", id));
  assert.deepEqual([texts(), talk.now.unsent], [["Good morning", "Hello"], []]);
});

test("after a lost connection everything unheard of is sent again under its own name", () => {
  const { talk, asked } = chat();
  talk.write("one");
  const id = idOf(asked);
  talk.write("two");
  talk.heard({ type: "error", seq: 2, id: "c1", code: "rate_limited", message: "Wait.", operation: id });
  asked.length = 0;
  talk.back();
  assert.deepEqual(asked.shift(), { after: 0 });
  assert.deepEqual(asked.map((wish) => "operation" in wish && wish.operation.text), ["two"]);
  assert.equal(talk.now.unsent[0]?.refused, "rate_limited");
  talk.again(id);
  assert.equal(idOf(asked), id);
  assert.deepEqual(talk.now.unsent.map(({ text, refused }) => [text, refused]), [["two", ""], ["one", ""]]);
  talk.heard({ type: "error", seq: 3, id: "c1", code: "busy_gateway", message: "Later.", operation: "somebody's" });
  assert.deepEqual(talk.now.unsent.map(({ refused }) => refused), ["", ""]);
});

test("what comes twice, or out of order, makes no second line, and what is missing is asked for once", () => {
  const { asked, hears, texts } = chat();
  hears(said(3, "agent", "three"));
  hears(said(3, "agent", "three"), said(4, "agent", "four"));
  assert.deepEqual(asked, [{ after: 0 }]);
  hears(said(1, "visitor", "one"), said(2, "you", "two"), said(3, "agent", "three"));
  assert.deepEqual(texts(), ["one", "two", "three", "four"]);
  assert.equal(asked.length, 1);
});

test("what was missed while the connection was lost is asked for, and what was seen is marked again", () => {
  const { talk, asked, hears } = chat();
  hears(said(1, "agent", "one"), said(2, "agent", "two"));
  talk.see();
  asked.length = 0;
  talk.back();
  assert.deepEqual(asked, [{ after: 2 }, { operation: { id: "r2", kind: "read", upto: 2 } }]);
  hears({ seq: 3, id: "r2", kind: "read", by: "you", upto: 2, at });
  asked.length = 0;
  talk.back();
  assert.deepEqual(asked, [{ after: 3 }]);
});

test("what is refused for now is asked for once more, after a while", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { talk, asked, hears } = chat();
  hears(said(2, "agent", "two"));
  assert.deepEqual(asked.splice(0), [{ after: 0 }]);
  talk.heard({ type: "error", seq: 2, id: "c1", code: "rate_limited", message: "Wait.", operation: "after" });
  assert.deepEqual(asked, []);
  t.mock.timers.tick(3_000);
  assert.deepEqual(asked.splice(0), [{ after: 0 }]);
  hears(said(1, "agent", "one"), said(2, "agent", "two"));
  talk.see();
  asked.length = 0;
  talk.heard({ type: "error", seq: 3, id: "c1", code: "rate_limited", message: "Wait.", operation: "r2" });
  t.mock.timers.tick(3_000);
  assert.deepEqual(asked, [{ after: 2 }, { operation: { id: "r2", kind: "read", upto: 2 } }]);
});

test("what was seen is said once, and is not new after a reload", () => {
  const { talk, asked, hears } = chat();
  hears(said(1, "agent", "one"), said(2, "agent", "two"), said(3, "you", "three"));
  assert.equal(talk.now.unread, 2);
  talk.see();
  talk.see();
  assert.deepEqual(asked, [{ operation: { id: "r2", kind: "read", upto: 2 } }]);
  assert.equal(talk.now.unread, 0);
  hears({ seq: 4, kind: "read", by: "agent", upto: 3, at });
  assert.equal(talk.now.read, 3);
  const anew = chat();
  anew.hears(said(1, "agent", "one"), said(2, "agent", "two"), said(3, "you", "three"), { seq: 4, id: "r2", kind: "read", by: "you", upto: 2, at }, said(5, "agent", "five"));
  assert.deepEqual([anew.talk.now.unread, anew.asked], [1, []]);
});

test("who types is shown until they have written, and one's own typing is told now and then", () => {
  const { talk, asked, hears } = chat();
  hears({ kind: "typing", by: "agent", name: "Ada", at });
  assert.deepEqual(talk.now.typing, { by: "agent", name: "Ada" });
  hears(said(1, "agent", "one"));
  assert.equal(talk.now.typing, undefined);
  for (const now of [10_000, 11_000, 12_999, 13_000]) talk.types(now);
  assert.deepEqual(asked, [{ operation: { kind: "typing" } }, { operation: { kind: "typing" } }]);
  talk.begin("");
});

test("the end of a call keeps what was read, and says what did not arrive; the next call begins empty", () => {
  const { talk, hears, texts } = chat();
  hears(said(1, "agent", "one"));
  talk.write("too late");
  talk.end();
  assert.deepEqual([texts(), talk.now.others, talk.now.unsent.map(({ refused }) => refused)], [["one"], 0, [tooLate]]);
  talk.begin("c2");
  assert.deepEqual([texts(), talk.now.unsent], [[], []]);
});

test("a record reads as the call was seen", () => {
  const record = {
    messages: [
      { seq: 1, role: "visitor" as const, from: "browser:visitor", text: "one", created_at: at },
      { seq: 2, role: "agent" as const, from: "browser:agent_1.shop", text: "two", created_at: at },
      { seq: 4, role: "agent" as const, from: "browser:agent_2.shop", text: "three", created_at: at },
    ],
  };
  const colleagues = [{ id: "person_2", name: "Kim", address: "browser:agent_2" }];
  assert.deepEqual(replayed(record, "agent_1", colleagues).map(({ by, name, text }) => [by, by === "you" ? "" : name, text]), [
    ["visitor", "", "one"],
    ["you", "", "two"],
    ["agent", "Kim", "three"],
  ]);
});

test("the chat speaks all languages", () => {
  for (const [language, words] of Object.entries(chatWords)) {
    assert.deepEqual(Object.keys(words), Object.keys(chatWords.en!), language);
    assert.deepEqual(Object.keys(words.refused), Object.keys(chatWords.en!.refused), language);
    assert.ok(words.unread(3).length > 3);
  }
  assert.equal(chatWords.en!.unread(1), "1 new message");
});
