import assert from "node:assert/strict";
import { test } from "node:test";
import { recordQuery } from "../src/monitor/search.ts";

const nothing = { party: "", text: "", status: "", from: "", to: "" };

test("an empty search asks for everything", () => {
  assert.equal(recordQuery(nothing), "");
});

test("what people type stays one value each", () => {
  const query = new URLSearchParams(recordQuery({ ...nothing, party: "+1555&status=x", text: "a b=c", status: "busy" }));
  assert.deepEqual(Object.fromEntries(query), { party: "+1555&status=x", text: "a b=c", status: "busy" });
});

test("a day is from midnight to midnight where the person is", () => {
  const query = new URLSearchParams(recordQuery({ ...nothing, from: "2026-11-22", to: "2026-11-22" }));
  assert.equal(query.get("created_from"), new Date(2026, 10, 22).toISOString());
  assert.equal(query.get("created_to"), new Date(2026, 10, 23).toISOString());
});
