import assert from "node:assert/strict";
import { test } from "node:test";
import { alone, choices, found, told } from "../src/console/handing.ts";
import { scale } from "../src/level.ts";
import { addressed, matches, nameOf } from "../src/console/named.ts";
import { missedSince, part } from "../src/console/past.ts";
import { choicesOf, chosenOf, secondsOf, type State } from "../src/console/presence.ts";
import { found as listed, reachable } from "../src/console/reachable.ts";
import { defaults, label, meant, rebind } from "../src/console/shortcuts.ts";
import { agentIn, safePage, who } from "../src/console/who.ts";
import type { CallRecord, LegRecord } from "../src/monitor/wire.ts";

test("a consultation goes from asked to consulting, and a failure takes the agent back", () => {
  let now = { ...alone, moving: { to: "browser:agent_2", consult: true, state: "asked" as const } };
  assert.deepEqual(choices(now.moving), { complete: false, cancel: true });
  const ringing = told(now, { type: "transfer", seq: 1, id: "c1", state: "ringing" });
  assert.equal(ringing.moving?.state, "ringing");
  const talking = told(ringing, { type: "transfer", seq: 2, id: "c1", state: "consulting" });
  assert.deepEqual(choices(talking.moving), { complete: true, cancel: true });
  const failed = told(talking, { type: "transfer", seq: 3, id: "c1", state: "failed", reason: "busy", message: "The line is busy." });
  assert.equal(failed.moving, undefined);
  assert.deepEqual(failed.failure, { what: "transfer", reason: "busy", message: "The line is busy." });
});

test("who asks a queue waits for it, may leave the place to the caller, and may return", () => {
  const before = { ...alone, moving: { to: "queue:queue_1", consult: true, name: "Billing", state: "asked" as const } };
  const waiting = told(before, { type: "transfer", seq: 1, id: "c1", state: "queued" });
  assert.deepEqual(waiting.moving, { to: "queue:queue_1", consult: true, name: "Billing", state: "queued" });
  assert.deepEqual(choices(waiting.moving), { complete: true, cancel: true });
});

test("an invitation that fails leaves a transfer as it is", () => {
  const failed = told(alone, { type: "invite", seq: 1, id: "c1", state: "failed", reason: "no_answer", message: "Nobody answered." });
  assert.equal(failed.failure?.what, "invite");
  assert.deepEqual(choices(failed.moving), { complete: false, cancel: false });
});

test("a page that was reloaded learns what it holds and how far its transfer is", () => {
  const now = found(alone, { id: "c1", state: "answered", holds: true, transfer: "consulting" });
  assert.equal(now.holds, true);
  assert.deepEqual(now.moving, { to: "", consult: true, state: "consulting" });
  assert.equal(found(now, { id: "c1", state: "answered" }).moving, undefined);
});

test("what was checked stands apart from what a page only says", () => {
  const visitor = who("visitor", { cart: "2 mugs", page: "/cart", zebra: "", "identity.name": "Ada", "identity.email": "ada@example.com" });
  assert.equal(visitor.name, "Ada");
  assert.deepEqual(visitor.checked, [{ name: "email", value: "ada@example.com" }]);
  assert.deepEqual(visitor.unchecked.map(({ name }) => name), ["page", "cart"]);
  const telephone = who("+15550100177", {});
  assert.equal(telephone.name, "+1\u00a0555\u00a0010\u00a00177");
  const ruled = who("visitor", { "rule.page": "https://crm.example/?order=7", "rule.name": "gold first", rules: "mine" });
  assert.deepEqual(ruled.ruled.map(({ name }) => name), ["rule.page", "rule.name"]);
  assert.deepEqual(ruled.checked, []); // it is ours, not the site's
  assert.deepEqual(ruled.unchecked, [{ name: "rules", value: "mine" }]);
  const handed = who("visitor", { "transfer.by": "Kim", "transfer.note": "wants the invoice", transfer: "mine" });
  assert.deepEqual(handed.handed.map(({ name }) => name), ["transfer.by", "transfer.note"]);
  assert.deepEqual(handed.checked, []);
  assert.deepEqual(handed.unchecked, [{ name: "transfer", value: "mine" }]);
  const named = who("+15550100177", { "caller.name": "Ada" });
  assert.deepEqual([named.name, named.claimed], ["+1\u00a0555\u00a0010\u00a00177", [{ name: "caller.name", value: "Ada" }]]);
  assert.deepEqual([named.checked, named.unchecked], [[], []]);
  // A page cannot take a checked name: only identity. ones count.
  assert.equal(who("visitor", { name: "Ada" }).name, "");
});

test("a colleague is known by their address, with or without the account's ending", () => {
  assert.equal(agentIn("browser:agent_demo.01abc.test"), "agent_demo");
  assert.equal(agentIn("agent_demo"), "agent_demo");
  for (const other of ["browser:desk", "tel:+15550100101", "xagent_demo", ""]) assert.equal(agentIn(other), "");
});

const people = [
  { id: "person_1", name: "Kim", address: "browser:agent_1" },
  { id: "person_2", name: "Kim Lee", address: "browser:agent_2" },
  { id: "person_3", name: "Robin", address: "browser:agent_3", extension: "12" },
  { id: "queue_1", name: "Billing", address: "queue:queue_1" },
];

test("a name is a colleague's, a number is itself, and what could be two is neither", () => {
  assert.equal(addressed("robin", people), "browser:agent_3");
  assert.equal(addressed("Rob", people), "browser:agent_3");
  assert.equal(addressed("Kim", people), "browser:agent_1");
  assert.equal(addressed("Ki", people), undefined);
  assert.equal(addressed("+1 (555) 010-0101", people), "+15550100101");
  assert.equal(addressed("0101", people), undefined);
  assert.equal(addressed(" 12 ", people), "browser:agent_3");
  assert.equal(addressed("1", people), undefined);
  assert.equal(addressed("bill", people), "queue:queue_1");
  assert.equal(nameOf("queue:queue_1", people), "Billing");
  assert.deepEqual(matches("ki", people).map(({ id }) => id), ["person_1", "person_2"]);
  assert.deepEqual(matches("Robin", people), []);
  assert.deepEqual(matches("+1555", people), []);
  assert.equal(nameOf("browser:agent_2.01abc", people), "Kim Lee");
  assert.equal(nameOf("tel:+15550100101", people), "+1\u00a0555\u00a0010\u00a00101");
});

function leg(address: string, joined: string | null, left: string | null): LegRecord {
  return { id: "leg_1", kind: "webrtc", role: "callee", address, created_at: "", joined_at: joined, left_at: left, quality: null, state: "ended" };
}

function past(facts: Partial<CallRecord>): CallRecord {
  const none = { id: "call_1", direction: "web", status: "completed", from: "", to: "", created_at: "", answered_at: null, ended_at: null, wait_ms: 0, duration_ms: 0, route: [], legs: [], price: null };
  return { ...none, ...facts };
}

test("a call that rang and was not answered is missed, and can be called back", () => {
  const missed = part(past({ from: "tel:+15550100177", legs: [leg("browser:agent_1", null, "2026-01-01T00:00:20Z")] }), "agent_1");
  assert.deepEqual([missed.missed, missed.outbound, missed.again, missed.seconds], [true, false, "+15550100177", 0]);
  const rings = part(past({ from: "tel:+15550100177", legs: [leg("browser:agent_1", null, null)] }), "agent_1");
  assert.equal(rings.missed, false);
  const taken = part(past({ from: "browser:visitor", legs: [leg("browser:agent_1.x", "2026-01-01T00:00:00Z", "2026-01-01T00:01:05Z")] }), "agent_1");
  assert.deepEqual([taken.missed, taken.visitor, taken.again, taken.seconds], [false, true, "", 65]);
  const made = part(past({ from: "browser:agent_1.x", to: "browser:agent_2" }), "agent_1");
  assert.deepEqual([made.outbound, made.missed, made.again], [true, false, "browser:agent_2"]);
});

test("a key means its action with Ctrl and Shift alone, and two actions never share one", () => {
  const pressed = (code: string, more: object = {}) => ({ ctrlKey: true, shiftKey: true, altKey: false, metaKey: false, code, ...more });
  assert.equal(meant(defaults, pressed("KeyA")), "answer");
  assert.equal(meant(defaults, pressed("KeyA", { shiftKey: false })), undefined);
  assert.equal(meant(defaults, pressed("KeyA", { altKey: true })), undefined);
  const changed = rebind(defaults, "answer", "KeyM");
  assert.deepEqual([changed.answer, changed.mute], ["KeyM", "KeyA"]);
  assert.equal(label(changed.answer), "Ctrl+Shift+M");
});

test("the meter spans 60 dB", () => {
  assert.equal(scale(0), 0);
  assert.equal(scale(0.0001), 0);
  assert.equal(scale(1), 1);
  assert.ok(Math.abs(scale(0.0316) - 0.5) < 0.01);
});

test("an agent chooses among what the account calls being away, and is shown what they are", () => {
  const names = { available: "Available", away: "Away", offline: "Offline" };
  const all = choicesOf([{ id: "reason_1", name: "Lunch" }], names);
  assert.deepEqual(all.map(({ value }) => value), ["available", "reason_1", "away", "offline"]);
  assert.equal(chosenOf({ presence: "away", reason: "Lunch" }, all), "reason_1");
  assert.equal(chosenOf({ presence: "away", reason: "Forgotten" }, all), "away");
  assert.equal(chosenOf({ presence: "available" }, all), "available");
  for (const presence of ["on_call", "wrap_up", "unresponsive", "offered"] as const) assert.equal(chosenOf({ presence }, all), "");
});

test("only a page that may be opened becomes a link", () => {
  assert.equal(safePage("https://crm.example/?order=7"), "https://crm.example/?order=7");
  for (const page of [undefined, "", "crm.example", "http://crm.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)//https://", "data:text/html,x", "https://ada:secret@crm.example/"]) {
    assert.equal(safePage(page), "", String(page));
  }
});

test("a wrap-up counts down, everything else up", () => {
  const now = Date.parse("2026-11-22T12:00:30Z");
  assert.equal(secondsOf({ presence: "wrap_up", since: "2026-11-22T12:00:00Z", until: "2026-11-22T12:01:00Z" }, now), 30);
  assert.equal(secondsOf({ presence: "wrap_up", since: "2026-11-22T12:00:00Z", until: "2026-11-22T12:00:10Z" }, now), 0);
  assert.equal(secondsOf({ presence: "available", since: "2026-11-22T12:00:00Z" }, now), 30);
  assert.equal(secondsOf({ presence: "offline" }, now), undefined);
});

test("calls missed since the agent last looked are counted, and no others", () => {
  const at = (time: string, joined: string | null, ended: string | null) =>
    past({ created_at: time, ended_at: ended, from: "tel:+15550100177", legs: [leg("browser:agent_1", joined, ended)] });
  const calls = [
    at("2026-01-01T10:03:00Z", null, null), // rings now
    at("2026-01-01T10:02:00Z", null, "2026-01-01T10:02:20Z"),
    at("2026-01-01T10:01:00Z", "2026-01-01T10:01:05Z", "2026-01-01T10:01:20Z"),
    at("2026-01-01T09:00:00Z", null, "2026-01-01T09:00:20Z"),
  ];
  assert.equal(missedSince(calls, "agent_1", Date.parse("2026-01-01T10:00:00Z")), 1);
  assert.equal(missedSince(calls, "agent_1", 0), 2);
  assert.equal(missedSince(calls, "agent_2", 0), 0);
});

test("what an agent noted of a call is theirs, and only who was in it may note", () => {
  const noted = { agent: "agent_1", notes: "Wants a mug", updated_at: "" };
  const talked = part(past({ from: "tel:+15550100177", legs: [leg("browser:agent_1", "2026-01-01T00:00:00Z", null)], wrap_ups: [{ ...noted, agent: "agent_2" }, noted] }), "agent_1");
  assert.deepEqual([talked.talked, talked.mine], [true, noted]);
  const missed = part(past({ from: "tel:+15550100177", legs: [leg("browser:agent_1", null, "2026-01-01T00:00:20Z")] }), "agent_1");
  assert.deepEqual([missed.talked, missed.mine], [false, undefined]);
});

test("whoever can take a call stands first, and is found by name or extension", () => {
  const at = (id: string, presence: State) => ({ id, presence: { presence } });
  const all = [
    { id: "person_1", name: "Zoe", address: "browser:agent_1" },
    { id: "person_2", name: "Kim", address: "browser:agent_2" },
    { id: "person_3", name: "Robin", address: "browser:agent_3", extension: "12" },
    { id: "person_4", name: "Ada", address: "browser:agent_4" },
    { id: "person_5", name: "Bo", address: "browser:agent_5" },
  ];
  const sorted = reachable(all, [at("agent_1", "available"), at("agent_2", "on_call"), at("agent_3", "available"), at("agent_4", "offline")], "en");
  assert.deepEqual(sorted.map(({ name }) => name), ["Robin", "Zoe", "Bo", "Kim", "Ada"]);
  assert.equal(sorted[3]?.presence?.presence, "on_call");
  assert.deepEqual(all.map(({ name }) => name), ["Zoe", "Kim", "Robin", "Ada", "Bo"]); // as it came
  assert.equal(listed("", sorted).length, 5);
  assert.deepEqual(listed("O", sorted).map(({ name }) => name), ["Robin", "Zoe", "Bo"]);
  assert.deepEqual(listed("1", sorted).map(({ name }) => name), ["Robin"]);
  assert.deepEqual(listed("+1555", sorted), []);
});
