import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { backoff } from "../src/backoff.ts";
import { active, advance, shown, type Phase, type Progress } from "../src/callstate.ts";
import { begun, duration, idle, needsWayOut } from "../src/model.ts";
import { destination, readable, telephone, toE164 } from "../src/number.ts";
import { Repair } from "../src/repair.ts";
import { english } from "../src/sentences.ts";
import { launcherCatalogue, launcherWords } from "../src/launcherwords.ts";
import { known, languages } from "../src/tongue.ts";
import { clock } from "../src/timer.ts";

test("numbers as people write them", () => {
  for (const written of ["+15550100101", "+1 555 010 0101", "+1 (555) 010-0101", "0015550100101", " +1.555.010.0101 ", "+1\u00a0555\u20110100101"]) {
    assert.equal(toE164(written), "+15550100101", written);
  }
});

test("what is no number", () => {
  for (const written of ["", "+", "5550100101", "+0155501001", "+1555CALLME", "+12345", "+1234567890123456", "+1555010010\u0661", "+15550100101;phone-context=x", "+1555\r\n0100101x", "sip:a@b"]) {
    assert.equal(toE164(written), undefined, JSON.stringify(written));
  }
});

test("numbers as people read them", () => {
  for (const [number, read] of [
    ["+15550100101", "+1 555 010 0101"], ["+442079460000", "+44 207 946 0000"], ["+35312345678", "+353 123 456 78"],
    ["+79161234567", "+7 916 123 4567"], ["+4930123456", "+49 301 234 56"], ["alice@example.com", "alice@example.com"], ["", ""], ["+123", "+123"],
  ] as const) {
    assert.equal(readable(number).replaceAll("\u00a0", " "), read);
    if (toE164(number)) assert.equal(toE164(readable(number)), number);
  }
});

test("a link dials the number however it is written", () => {
  for (const [written, href] of [["+1 555 010 0199", "tel:+15550100199"], ["0800 123 45", "tel:080012345"], ["*31#", "tel:*31#"], ["1;x=javascript:", "tel:1"]] as const) {
    assert.equal(telephone(written), href);
  }
});

test("another way is offered to whom a call was of no use", () => {
  const ended = { ...idle(), phase: "ended" as const, to: "+15550100101", reason: "busy" };
  assert.equal(needsWayOut(ended), true);
  assert.equal(needsWayOut({ ...ended, reason: "canceled" }), false);
  assert.equal(needsWayOut({ ...ended, reason: "callback" }), false);
  assert.equal(needsWayOut({ ...ended, reason: "voicemail", answeredAt: 1 }), false);
  assert.equal(needsWayOut({ ...ended, reason: "hangup", answeredAt: 1 }), false);
  assert.equal(needsWayOut({ ...ended, reason: "too_long", answeredAt: 1 }), false);
  assert.equal(needsWayOut({ ...ended, reason: "connection_lost", answeredAt: 1 }), true);
  assert.equal(needsWayOut({ ...ended, to: "", from: "+15550100177", reason: "rejected" }), false);
  assert.equal(needsWayOut({ ...idle(), alert: ["Wrong."] }), true);
  assert.equal(needsWayOut(idle()), false);
});

test("references go as they are", () => {
  assert.equal(destination(" ref_Shop-1 "), "ref_Shop-1");
  for (const wrong of ["ref_", "ref_a b", "ref_ä", "Ref_a", "xref_a"]) assert.equal(destination(wrong), undefined, wrong);
});

test("each call in which no sound gets through is given up, also after one in which it did", () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const repair = new Repair(() => undefined);
  let gaveUp = 0;
  repair.expect(() => gaveUp++);
  repair.up();
  repair.stop();
  mock.timers.tick(60_000);
  assert.equal(gaveUp, 0);
  repair.expect(() => gaveUp++);
  mock.timers.tick(20_000);
  assert.equal(gaveUp, 1);
  repair.stop();
  mock.timers.reset();
});

test("the clock", () => {
  for (const [seconds, text] of [[0, "0:00"], [9.9, "0:09"], [60, "1:00"], [3599, "59:59"], [3600, "1:00:00"], [36061, "10:01:01"], [-3, "0:00"]] as const) {
    assert.equal(clock(seconds), text);
  }
});

test("waits grow to five seconds, each with its own share of chance", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 30].map((n) => backoff(n, () => 1)), [250, 500, 1000, 2000, 4000, 5000, 5000]);
  assert.equal(backoff(1, () => 0), 250);
});

test("a call never goes back", () => {
  const order: Phase[] = ["preparing", "connecting", "ringing", "early_media", "in_call"];
  for (const [i, from] of order.entries()) {
    for (const [j, to] of order.entries()) assert.equal(advance(from, to), j > i ? to : from, `${from} → ${to}`);
  }
  for (const to of order) {
    assert.equal(advance("ended", to), "ended");
    assert.equal(advance("idle", to), "idle");
  }
  assert.equal(advance("incoming", "ringing"), "incoming");
  assert.equal(advance("incoming", "in_call"), "in_call");
});

test("what is shown is the worst that is so", () => {
  const of = (facts: Partial<Progress>) => shown({ phase: "in_call", held: false, linkLost: false, mediaLost: false, recording: undefined, ...facts });
  assert.equal(of({}), "in_call");
  assert.equal(of({ held: true }), "held");
  assert.equal(of({ held: true, mediaLost: true }), "reconnecting");
  assert.equal(of({ linkLost: true }), "reconnecting");
  assert.equal(of({ phase: "ringing", linkLost: true }), "reconnecting");
  assert.equal(of({ phase: "ringing", mediaLost: true }), "ringing");
  assert.equal(of({ phase: "ended", linkLost: true, mediaLost: true, held: true }), "ended");
  assert.equal(of({ phase: "idle", linkLost: true }), "idle");
  assert.equal(of({ phase: "waiting" }), "waiting");
  assert.equal(of({ phase: "waiting", linkLost: true }), "reconnecting");
  assert.equal(of({ recording: "greeting" }), "voicemail");
  assert.equal(of({ recording: "saving", mediaLost: true }), "reconnecting");
  assert.equal(of({ phase: "ended", recording: "kept" }), "ended");
});

test("a call waits, is offered to somebody, and waits on when they do not take it", () => {
  for (const from of ["connecting", "ringing", "early_media", "in_call"] as const) assert.equal(advance(from, "waiting"), "waiting");
  for (const to of ["ringing", "in_call"] as const) assert.equal(advance("waiting", to), to);
  for (const from of ["ended", "idle", "incoming"] as const) assert.equal(advance(from, "waiting"), from);
});

test("a call is active from its first moment to its last", () => {
  assert.deepEqual((["idle", "preparing", "incoming", "in_call", "ended"] as Phase[]).map(active), [false, true, true, true, false]);
});

test("a new call keeps nothing of the one before", () => {
  const before = { ...idle(), online: "yes" as const, muted: true, digits: "12", alert: ["Wrong."], answeredAt: 5, endedAt: 9, from: "+1" };
  assert.deepEqual(begun(before, "incoming", { id: "c2" }), { ...idle(), online: "yes", phase: "incoming", id: "c2" });
});

test("duration runs from the answer to the end", () => {
  assert.equal(duration({ ...idle() }, 5000), 0);
  assert.equal(duration({ ...idle(), answeredAt: 1000 }, 5000), 4);
  assert.equal(duration({ ...idle(), answeredAt: 1000, endedAt: 3000 }, 5000), 2);
});

test("sound is repaired again and again, and given up only when it never came", () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  let restarts = 0;
  let gaveUp = 0;
  const repair = new Repair(() => restarts++);
  repair.expect(() => gaveUp++);
  repair.down();
  repair.down();
  mock.timers.tick(9_000);
  assert.equal(restarts, 3);
  repair.up();
  mock.timers.tick(60_000);
  assert.deepEqual([restarts, gaveUp], [3, 0]);
  repair.down();
  repair.stop();
  mock.timers.tick(60_000);
  assert.equal(restarts, 4);

  const deaf = new Repair(() => undefined);
  deaf.expect(() => gaveUp++);
  deaf.expect(() => gaveUp++);
  mock.timers.tick(20_000);
  assert.equal(gaveUp, 1);
  mock.timers.reset();
});

test("a language that is not there is English, and a region is its language", () => {
  assert.deepEqual(["tlh", "en-GB", "", "EN", "constructor", "zh-Hant-TW", "AR-eg"].map(known), ["en", "en", "en", "en", "en", "zh", "ar"]);
  assert.deepEqual(languages.toSorted(), Object.keys(launcherCatalogue).toSorted());
  assert.equal(launcherWords(known("EN")).call, "Call");
});

test("no two microphone faults share a sentence", () => {
  const sentences = Object.values(english.microphone);
  assert.equal(sentences.length, 7);
  assert.equal(new Set(sentences).size, sentences.length);
});
