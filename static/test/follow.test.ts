import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { follow, type Following } from "../src/monitor/stream.ts";
import type { Envelope } from "../src/monitor/wire.ts";

// A gateway that answers each request with what a test has written for it.
type Answer = string | { status: number; body: unknown } | Error;

let asked: string[] = [];
let answers: Answer[] = [];
const realFetch = globalThis.fetch;

beforeEach(() => {
  asked = [];
  Object.assign(globalThis, { window: globalThis });
  mock.method(Math, "random", () => 0); // shortest waits
  globalThis.fetch = async (path, how) => {
    asked.push(String(path));
    const answer = answers.shift();
    if (answer === undefined) return new Response(new ReadableStream({ start: (c) => untilAborted(c, how?.signal) }));
    if (answer instanceof Error) throw answer;
    if (typeof answer === "string") return new Response(answer);
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
});

afterEach(() => {
  globalThis.fetch = realFetch;
  mock.restoreAll();
});

function untilAborted(controller: ReadableStreamDefaultController, signal: AbortSignal | null | undefined): void {
  signal?.addEventListener("abort", () => controller.error(signal.reason));
}

function event(seq: number): string {
  return `id: ${seq}\nevent: call.ended\ndata: ${JSON.stringify({ id: `evt_${seq}`, seq })}\n\n`;
}

/** Follows until the answers are used up, or the gateway has refused. */
async function followed(after: string, ...script: Answer[]) {
  answers = script;
  const seen: number[] = [];
  const states: Following[] = [];
  let missed = 0;
  const wanted = script.length + 1;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (asked.length < wanted && states.at(-1) !== "refused") return;
      stop();
      resolve();
    };
    const stop = follow("/stream?x", after, {
      onEvents: (events: Envelope[]) => seen.push(...events.map((e) => e.seq)),
      onMissed: () => missed++,
      onState: (state) => {
        states.push(state);
        queueMicrotask(look);
      },
    });
  });
  return { seen, states, missed, places: asked.map((path) => path.split("after=")[1]) };
}

test("each event comes once, however often the connection is lost", async () => {
  const got = await followed("0", event(1) + event(2), new TypeError("network"), event(3) + "id: 4\ndata: {\"half", event(4));
  assert.deepEqual(got.seen, [1, 2, 3, 4]);
  assert.deepEqual(got.places, ["0", "2", "2", "3", "4"]);
  assert.equal(got.missed, 0);
});

test("a connection that is lost before its first event is taken up where it began", async () => {
  const got = await followed("latest", "retry: 1000\nid: 41\n\n", ": heartbeat\nid: 45\n\n", event(46));
  assert.deepEqual(got.places, ["latest", "41", "45", "46"]);
  assert.deepEqual(got.seen, [46]);
});

test("a reader that was too slow goes on where it was cut off", async () => {
  const got = await followed("0", event(1) + 'id: 1\nevent: resync\ndata: {"reason":"too_slow"}\n\n', event(2));
  assert.deepEqual(got.seen, [1, 2]);
  assert.equal(got.missed, 0);
});

test("what is no longer kept is said to be missing, but not to whoever has just come", async () => {
  const old = 'id: 9\nevent: resync\ndata: {"reason":"too_old"}\n\n';
  assert.equal((await followed("0", old, event(10))).missed, 0);
  asked = [];
  const later = await followed("0", event(1), old, event(10));
  assert.equal(later.missed, 1);
  assert.deepEqual(later.places, ["0", "1", "9", "10"]);
});

test("a refusal is final, trouble is not", async () => {
  const problem = { message: "No." };
  const busy = await followed("0", { status: 503, body: problem }, { status: 429, body: problem }, event(1));
  assert.deepEqual(busy.seen, [1]);
  asked = [];
  const refused = await followed("0", { status: 404, body: problem }, event(1));
  assert.deepEqual(refused.states, ["refused"]);
  assert.equal(asked.length, 1);
});
