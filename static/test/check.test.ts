import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { hears } from "../src/check/hearing.ts";
import { isHeard } from "../src/check/echo.ts";
import { only } from "../src/check/network.ts";
import { judge, measured } from "../src/check/quality.ts";
import { Steady } from "../src/steady.ts";

const rate = 48_000;

/** A moment of sound: notes of these amplitudes by frequency, and a noise. */
function sound(notes: Record<number, number>, noise = 0): Float32Array {
  let seed = 1;
  const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647) * 2 - 1;
  return Float32Array.from({ length: 4096 }, (_, i) =>
    Object.entries(notes).reduce((sum, [hertz, amplitude]) => sum + amplitude * Math.sin((2 * Math.PI * Number(hertz) * i) / rate), noise * random()));
}

test("a note is heard where it is loud and stands out", () => {
  assert.equal(isHeard(sound({ 930: 0.02 }), 930 / rate), true);
  assert.equal(isHeard(sound({ 930: 0.004 }), 930 / rate), false, "too low to be an echo");
  assert.equal(isHeard(sound({}), 930 / rate), false, "silence");
  assert.equal(isHeard(sound({ 620: 0.1 }), 930 / rate), false, "another note");
  assert.equal(isHeard(sound({ 930: 0.01 }, 0.5), 930 / rate), false, "lost in a noise");
});

const report = (...all: object[]) => new Map(all.map((stats, i) => [String(i), stats])) as unknown as RTCStatsReport;
const heard = (packetsReceived: number, packetsLost: number, jitter = 0.004) => ({ type: "inbound-rtp", kind: "audio", packetsReceived, packetsLost, jitter });
const pair = { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.0384 };

test("quality is of what came since the statistics before", () => {
  assert.deepEqual(measured(report(heard(250, 10), pair), report(heard(100, 10))), { roundTrip: 38, jitter: 4, loss: 0 });
  assert.equal(measured(report(heard(196, 4)), report(heard(100, 0))).loss, 0.04);
});

test("that nothing comes back is not the same as that nothing was sent", () => {
  const sent = (packetsSent: number) => ({ type: "outbound-rtp", kind: "audio", packetsSent });
  assert.equal(measured(report(sent(150), heard(0, 0)), report(sent(0), heard(0, 0))).loss, 1);
  assert.equal(measured(report(sent(0), heard(0, 0)), report(sent(0), heard(0, 0))).loss, undefined);
});

test("loss of the other direction counts where it is worse", () => {
  const there = (packetsLost: number) => ({ type: "remote-inbound-rtp", kind: "audio", packetsLost });
  const sent = (packetsSent: number) => ({ type: "outbound-rtp", kind: "audio", packetsSent });
  assert.equal(measured(report(heard(200, 0), there(12), sent(300)), report(heard(100, 0), there(2), sent(200))).loss, 0.1);
});

test("what is over its limit is named", () => {
  const good = { roundTrip: 400, jitter: 30, loss: 0.03 };
  assert.deepEqual(judge(good), []);
  assert.deepEqual(judge({ roundTrip: undefined, jitter: undefined, loss: undefined }), []);
  assert.deepEqual(judge({ ...good, roundTrip: 401 }), ["roundTrip"]);
  assert.deepEqual(judge({ ...good, jitter: 31 }), ["jitter"]);
  assert.deepEqual(judge({ ...good, loss: 0.031 }), ["loss"]);
});

test("an answer is left the candidates of one kind", () => {
  const answer = "v=0\r\na=candidate:u1 1 udp 1 192.0.2.1 5000 typ host\r\na=candidate:t1 1 tcp 1 192.0.2.1 5000 typ host tcptype passive\r\na=mid:0";
  assert.equal(only("udp", answer), "v=0\r\na=candidate:u1 1 udp 1 192.0.2.1 5000 typ host\r\na=mid:0");
  assert.equal(only("tcp", answer), "v=0\r\na=candidate:t1 1 tcp 1 192.0.2.1 5000 typ host tcptype passive\r\na=mid:0");
});

test("one bad moment is not told, nor one good one", () => {
  const steady = new Steady();
  assert.equal(steady.take("jitter"), undefined, "one window says nothing bad");
  assert.equal(steady.take("loss"), "loss");
  assert.equal(steady.take(undefined), "loss");
  assert.equal(steady.take("jitter"), "loss");
  assert.equal(steady.take(undefined), "loss");
  assert.equal(steady.take(undefined), "");
  assert.equal(steady.take("loss"), "");
  assert.equal(new Steady().take(undefined), "", "a good network is told at once");
});

/** What is heard of a meter that measures after so long, in seconds, and reads this from so long on. */
async function heardOf(measures: number, speaks: number): Promise<number | undefined> {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  try {
    const past = (seconds: number) => Date.now() >= seconds * 1000;
    const meter = { get measures() { return past(measures); }, read: () => (past(measures) && past(speaks) ? 0.5 : 0) };
    let over = false;
    const found = hears(meter, new AbortController().signal).finally(() => (over = true));
    while (!over) {
      mock.timers.tick(50);
      await new Promise(setImmediate);
    }
    return await found;
  } finally {
    mock.timers.reset();
  }
}

test("a browser that measures nothing is not a silent microphone", async () => {
  assert.equal(await heardOf(Infinity, 0), undefined);
  assert.equal(await heardOf(0, Infinity), 0);
  assert.equal(await heardOf(0, 2), 0.5);
  assert.equal(await heardOf(4, 11), 0.5, "who speaks has all the time, however late the browser begins");
  assert.equal(await heardOf(4, 13), 0);
});
