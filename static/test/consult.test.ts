import assert from "node:assert/strict";
import { test } from "node:test";
import { asker, known, standing } from "../src/console/consult.ts";
import type { Leg, LiveCall } from "../src/monitor/wire.ts";

const colleagues = [{ id: "person_1", name: "Anna", address: "browser:agent_1" }];

const leg = (id: string, address: string, role: string, more: Partial<Leg> = {}): Leg => ({ id, kind: "webrtc", role, address, state: "connected", ...more });

/** A visitor, Anna and Kim, whom Anna asks about the visitor. */
function consulted(state: "requested" | "ringing" | "consulting", kim: Partial<Leg> = {}): LiveCall {
  return {
    id: "call_1",
    livemode: true,
    status: "in_progress",
    from: "browser:visitor",
    to: "ref:ref_shop",
    metadata: { page: "/cart", "transfer.asked_by": "Anna" },
    created_at: "2026-11-23T06:00:00Z",
    legs: [leg("leg_1", "browser:visitor", "caller"), leg("leg_2", "browser:agent_1", "callee"), leg("leg_3", "browser:agent_2", "target", kim)],
    transfers: [
      { by: "leg_2", consult: true, method: "bridge", result: "failed" },
      { by: "leg_2", consult: true, method: "bridge", result: "pending", state },
    ],
  };
}

const does = (call: LiveCall) => call.legs.map((one) => standing(one, call));

test("who is consulted knows who asks, from the ring until the call is theirs", () => {
  const rings = { page: "/cart", "transfer.asked_by": "Anna" };
  assert.equal(asker(undefined, rings, "agent_2", colleagues), "Anna");
  assert.equal(asker(consulted("ringing", { state: "ringing" }), rings, "agent_2", colleagues), "Anna");
  assert.equal(asker(consulted("consulting"), rings, "agent_2", colleagues), "Anna");
  assert.equal(asker({ ...consulted("consulting"), metadata: {} }, {}, "agent_2", colleagues), "Anna"); // an API key asks in her name
  assert.equal(asker(consulted("consulting"), {}, "agent_1", colleagues), ""); // who asks is asked by nobody
  const over = { ...consulted("consulting"), transfers: [{ by: "leg_2", consult: true, method: "bridge", result: "completed" }] };
  assert.equal(asker(over, rings, "agent_2", colleagues), "");
  const left = consulted("ringing", { state: "ringing" }); // to the ringing telephone, as a blind transfer
  left.legs[1] = leg("leg_2", "browser:agent_1", "callee", { state: "ended" });
  assert.equal(asker(left, rings, "agent_2", colleagues), "");
});

test("who asked has handed the call over once they have left it, and nobody is told what they say themselves", () => {
  const came = { page: "/cart", "transfer.asked_by": "Anna", "transfer.note": "in a hurry" };
  assert.deepEqual(known(undefined, came), came);
  const call = consulted("consulting");
  assert.deepEqual(known(call, came), came);
  call.legs[1] = leg("leg_2", "browser:agent_1", "callee", { state: "ended" });
  assert.deepEqual(known(call, came), { page: "/cart", "transfer.by": "Anna", "transfer.note": "in a hurry" });
  assert.deepEqual(known(call, { page: "/cart" }), { page: "/cart" }); // Anna's own page
});

test("while two consult, the one they speak of hears music", () => {
  assert.deepEqual(does(consulted("ringing", { state: "ringing" })), ["music", "waits", "ringing"]);
  assert.deepEqual(does(consulted("consulting")), ["music", "talk", "talk"]);
  const blind = consulted("ringing", { state: "ringing" });
  blind.transfers = [{ by: "leg_2", consult: false, method: "bridge", result: "pending", state: "ringing" }];
  assert.deepEqual(does(blind), ["waits", "waits", "ringing"]);
});

test("who holds is told apart from who is held", () => {
  const call = { ...consulted("consulting"), transfers: [] };
  assert.deepEqual(does(call), ["talk", "talk", "talk"]);
  call.legs[1] = leg("leg_2", "browser:agent_1", "callee", { held: true });
  assert.deepEqual(does(call), ["talk", "holds", "talk"]); // two still talk
  call.legs[2] = leg("leg_3", "browser:agent_2", "invited", { part: "listen" });
  assert.deepEqual(does(call), ["music", "holds", "listen"]);
  call.legs[0] = leg("leg_1", "browser:visitor", "caller", { reconnecting: true });
  assert.deepEqual(does(call), ["reconnecting", "holds", "listen"]);
});
