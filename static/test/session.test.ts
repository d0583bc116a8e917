import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Session, type Options, type Refusal } from "../src/session.ts";
import type { FromGateway, Welcome } from "../src/wire.ts";
import { FakeSocket } from "./fakesocket.ts";

/** What a session told, in order. */
let told: string[] = [];
let refusals: Refusal[] = [];

function session(options: Partial<Options> = {}): Session {
  const made = new Session({
    url: "ws://gw/v1/ws",
    key: "pk_1",
    patience: 10_000,
    onWelcome: (_, fresh) => told.push(fresh ? "fresh" : "back"),
    onCaughtUp: () => told.push("caught up"),
    onMessage: (message) => told.push(message.type),
    onLost: () => told.push("lost"),
    onRefused: (refusal) => {
      told.push("refused");
      refusals.push(refusal);
    },
    open: FakeSocket.open,
    ...options,
  });
  made.start();
  return made;
}

const welcome = (facts: Partial<Welcome> = {}): Welcome => ({ type: "welcome", seq: 1, session: "s1", resumed: false, ...facts });
const ringing = (seq: number): FromGateway => ({ type: "ringing", seq, id: "c1" });

beforeEach(() => {
  told = [];
  refusals = [];
  FakeSocket.opened = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

test("hello is the first message, and what was said before the welcome waits for it", () => {
  const s = session({ papers: { token: "t", client_token: "c", identity: "i" } });
  s.send({ type: "hangup", id: "c1" });
  const socket = FakeSocket.last.accept();
  assert.deepEqual(socket.sent, [{ type: "hello", version: 1, key: "pk_1", token: "t", client_token: "c", identity: "i" }]);
  socket.say(welcome());
  assert.deepEqual(socket.sent[1], { type: "hangup", id: "c1" });
  assert.deepEqual(told, ["fresh", "caught up"]);
});

test("a message is delivered once, whatever is said again", () => {
  session();
  FakeSocket.last.accept().say(welcome()).say(ringing(2)).say(ringing(2)).say(ringing(1)).say(ringing(3));
  assert.deepEqual(told, ["fresh", "caught up", "ringing", "ringing"]);
});

test("a lost connection is taken up with the session and the last number heard", () => {
  session();
  FakeSocket.last.accept().say(welcome()).say(ringing(2));
  FakeSocket.last.lose();
  mock.timers.tick(300);
  assert.equal(FakeSocket.opened.length, 2);
  const second = FakeSocket.last.accept();
  assert.deepEqual(second.sent[0], { type: "hello", version: 1, key: "pk_1", session: "s1", last: 2 });
  second.say(welcome({ seq: 4, resumed: true }));
  assert.deepEqual(told.slice(2), ["ringing", "lost", "back"]);
  // Caught up only when all that was missed has been heard.
  second.say(ringing(3));
  assert.equal(told.at(-1), "ringing");
  second.say(ringing(4));
  assert.deepEqual(told.slice(-2), ["ringing", "caught up"]);
});

test("a fresh session after a loss says nothing of the calls before", () => {
  const s = session();
  FakeSocket.last.accept().say(welcome());
  FakeSocket.last.lose();
  s.send({ type: "dtmf", id: "c1", digits: "1" });
  mock.timers.tick(300);
  const second = FakeSocket.last.accept().say(welcome({ session: "s2" }));
  assert.equal(second.sent.length, 1);
  assert.deepEqual(told, ["fresh", "caught up", "lost", "fresh", "caught up"]);
});

test("the tries come slower, and never slower than five seconds", () => {
  session({ patience: 0 });
  for (let i = 0; i < 12; i++) {
    FakeSocket.last.lose();
    mock.timers.tick(5_000);
  }
  assert.equal(FakeSocket.opened.length, 13);
  assert.deepEqual(told, []);
});

test("a poke does not wait for the next try", () => {
  const s = session({ patience: 0 });
  for (let i = 0; i < 6; i++) {
    FakeSocket.last.lose();
    mock.timers.tick(5_000);
  }
  FakeSocket.last.lose();
  const before = FakeSocket.opened.length;
  s.poke();
  assert.equal(FakeSocket.opened.length, before + 1);
  mock.timers.tick(5_000);
  assert.equal(FakeSocket.opened.length, before + 1, "the try that was waiting is made as well");
});

test("a gateway that is not there is given up", () => {
  session();
  for (let i = 0; i < 40; i++) {
    FakeSocket.last.lose();
    mock.timers.tick(300);
  }
  assert.deepEqual(told, ["refused"]);
  assert.equal(refusals[0]?.code, "gateway_unreachable");
  const tried = FakeSocket.opened.length;
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, tried);
});

test("a ping without an answer for 10 seconds is a lost connection; pings go out every five", () => {
  session();
  const socket = FakeSocket.last.accept().say(welcome());
  mock.timers.tick(5_000);
  mock.timers.tick(5_000);
  assert.deepEqual(socket.sent.slice(1), [{ type: "ping" }, { type: "ping" }]);
  assert.equal(told.at(-1), "caught up");
  mock.timers.tick(5_000);
  assert.equal(told.at(-1), "lost");
  assert.equal(socket.closedWith, 4000);
  mock.timers.tick(300);
  assert.equal(FakeSocket.opened.length, 2);
});

test("a gateway that answers pings is never lost", () => {
  session();
  const socket = FakeSocket.last.accept().say(welcome());
  for (let seq = 2; seq < 30; seq++) {
    mock.timers.tick(5_000);
    socket.say({ type: "pong", seq });
  }
  assert.deepEqual(told, ["fresh", "caught up"]);
});

test("in a tab that nobody looks at, a minute between two pulses is no lost connection", () => {
  mock.timers.reset();
  let now = 1_000_000;
  mock.method(Date, "now", () => now);
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  session();
  const socket = FakeSocket.last.accept().say(welcome());
  for (let seq = 2; seq < 12; seq++) {
    now += 60_000; // the browser holds the pulse back
    mock.timers.tick(5_000);
    socket.say({ type: "pong", seq });
  }
  assert.deepEqual(told, ["fresh", "caught up"]);
  assert.equal(FakeSocket.opened.length, 1);
  now += 60_000;
  mock.timers.tick(5_000);
  now += 60_000; // and nothing was heard meanwhile
  mock.timers.tick(5_000);
  assert.equal(told.at(-1), "lost");
  mock.restoreAll();
});

test("a hello that is refused is not said again", () => {
  session();
  const remedies = ["Add this page's origin to the key."];
  FakeSocket.last.accept().say({ type: "error", seq: 1, code: "bad_origin", message: "Not for this page.", remedies });
  assert.deepEqual(refusals, [{ code: "bad_origin", message: "Not for this page.", remedies }]);
  FakeSocket.last.lose(4001);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, 1);
});

test("an origin that is refused before the hello was heard is refused for good", () => {
  session();
  FakeSocket.last.say({ type: "error", seq: 0, code: "bad_origin", message: "Not listed." }).lose(4001);
  mock.timers.tick(60_000);
  assert.deepEqual(refusals.map((r) => r.code), ["bad_origin"]);
  assert.equal(FakeSocket.opened.length, 1);
});

test("a gateway that has no room now is asked again, and its words are kept for the end", () => {
  session();
  for (let i = 0; i < 40 && refusals.length === 0; i++) {
    FakeSocket.last.accept().say({ type: "error", seq: 1, code: "busy_gateway", message: "All lines are taken." });
    FakeSocket.last.lose(1013);
    mock.timers.tick(5_000);
  }
  assert.ok(FakeSocket.opened.length > 1);
  assert.equal(refusals[0]?.message, "All lines are taken.");
});

for (const [code, reason] of [[4002, "taken_over"], [4008, "rate_limited"], [4001, "no_hello"]] as const) {
  test(`after close code ${code} nothing is tried`, () => {
    session();
    FakeSocket.last.accept().say(welcome());
    FakeSocket.last.lose(code);
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.opened.length, 1);
    assert.deepEqual(refusals.map((r) => r.code), [reason]);
  });
}

test("what a gateway says while it stops is a loss like any other", () => {
  session();
  FakeSocket.last.accept().say(welcome());
  FakeSocket.last.lose(1001);
  assert.equal(told.at(-1), "lost");
  mock.timers.tick(300);
  assert.equal(FakeSocket.opened.length, 2);
});

test("stopped is stopped", () => {
  const s = session();
  const socket = FakeSocket.last.accept().say(welcome());
  s.stop();
  assert.equal(socket.closedWith, 1000);
  socket.say(ringing(2)).lose();
  s.send({ type: "ping" });
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, 1);
  assert.deepEqual(told, ["fresh", "caught up"]);
});

test("last words are sent when the connection is back, then it ends", () => {
  const s = session();
  FakeSocket.last.accept().say(welcome());
  FakeSocket.last.lose();
  s.send({ type: "hangup", id: "c1" });
  s.stopWhenSent(30_000);
  mock.timers.tick(300);
  const second = FakeSocket.last.accept().say(welcome({ resumed: true }));
  assert.deepEqual(second.sent.at(-1), { type: "hangup", id: "c1" });
  assert.equal(second.closedWith, 1000);
});

test("last words that nobody takes are given up", () => {
  const s = session();
  FakeSocket.last.accept().say(welcome());
  FakeSocket.last.lose();
  s.send({ type: "hangup", id: "c1" });
  s.stopWhenSent(30_000);
  for (let i = 0; i < 10; i++) {
    mock.timers.tick(5_000);
    FakeSocket.last.lose();
  }
  const tried = FakeSocket.opened.length;
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, tried);
});

test("a page's policy that forbids the address is unreachable, not an exception", () => {
  session({
    open: () => {
      throw new DOMException("refused", "SecurityError");
    },
  });
  assert.deepEqual(refusals.map((r) => r.code), ["gateway_unreachable"]);
});

test("what is not a message is passed over", () => {
  session();
  const socket = FakeSocket.last.accept().say(welcome());
  for (const data of ["", "{", "null", "7", '"text"', "[]", '{"type":7}', new ArrayBuffer(3)]) socket.onmessage?.({ data });
  assert.deepEqual(told, ["fresh", "caught up"]);
});

test("a key that is revoked ends the session, in the gateway's words", () => {
  const s = session();
  const socket = FakeSocket.last.accept().say(welcome());
  socket.say({ type: "error", seq: 2, code: "bad_key", message: "The key was revoked.", remedies: [] });
  assert.equal(s.up, true);
  socket.lose(4001);
  assert.deepEqual(refusals, [{ code: "bad_key", message: "The key was revoked.", remedies: [] }]);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, 1);
});
