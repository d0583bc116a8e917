import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Line, type Talk } from "../src/line.ts";
import { FakeSocket } from "./fakesocket.ts";

let refused: string[] = [];

const talk: Talk = {
  onWelcome: () => undefined,
  onCaughtUp: () => undefined,
  onMessage: () => undefined,
  onLost: () => undefined,
  onRefused: (refusal) => refused.push(refusal.code),
  onGraceOver: () => undefined,
};

const visitor = { url: "ws://gw/v1/ws", key: "pk_1", papers: {} };
const desk = { ...visitor, papers: { token: "t" } };

beforeEach(() => {
  refused = [];
  FakeSocket.opened = [];
  globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

test("a caller waits for the gateway for ten seconds, and is told once why not", async () => {
  const line = new Line(talk);
  const connected = line.connected(visitor);
  mock.timers.tick(10_000);
  assert.equal(await connected, false);
  assert.deepEqual(refused, ["gateway_unreachable"]);
  assert.equal(line.open, false);
});

test("who waits for calls waits for ever; a call from there waits no longer than any other", async () => {
  const line = new Line(talk);
  line.start(desk);
  mock.timers.tick(60_000);
  const connected = line.connected(desk);
  mock.timers.tick(10_000);
  assert.equal(await connected, false);
  assert.deepEqual(refused, []);
  assert.equal(line.open, true);
});

test("a gateway that comes back within the ten seconds is called", async () => {
  const line = new Line(talk);
  line.start(desk);
  const connected = line.connected(desk);
  FakeSocket.last.lose();
  mock.timers.tick(300);
  FakeSocket.last.accept().say({ type: "welcome", seq: 1, session: "s1", resumed: false });
  assert.equal(await connected, true);
  mock.timers.tick(10_000);
  assert.equal(line.up, true);
});
