import assert from "node:assert/strict";
import { test } from "node:test";
import { said } from "../src/chargepane.ts";
import { chargeWords } from "../src/chargewords.ts";
import { outcome } from "../src/console/charge.tsx";
import { sellWords } from "../src/console/chargewords.ts";
import type { Charge } from "../src/wire.ts";

const w = chargeWords.en!;
const charge = (facts: Partial<Charge>): Charge => ({ id: "chg_1", state: "requested", pays: true, amount: { amount: 2500, currency: "EUR" }, unit: 1250, quantity: 2, description: "Chart", ...facts });

test("who is asked to pay reads how much, for what and how many, until they have answered", () => {
  const { asks, says } = said(charge({}), w, "en");
  assert.equal(asks, "You are asked to pay €25.00 for: \u2068Chart (2 at €12.50 each)\u2069. Without your yes nothing is charged.");
  assert.equal(says, "");
  assert.deepEqual(said(charge({ state: "declined" }), w, "en"), { asks: "", says: w.declined });
  assert.match(said(charge({ state: "partly_refunded", refunded: 500 }), w, "en").says, /You have paid €25\.00 .*€5\.00 of it were given back/);
});

test("every state has its words, on both sides, in each language", () => {
  for (const language of ["en", "zh", "ar"]) {
    for (const state of ["requested", "paid", "declined", "expired", "failed", "partly_refunded", "refunded"] as const) {
      const { asks, says } = said(charge({ state, refunded: 100 }), chargeWords[language]!, language);
      assert.ok((asks === "") !== (says === ""), `${language}: ${state}`);
      assert.notEqual(outcome(charge({ state, refunded: 100 }), sellWords[language]!, language), "");
    }
  }
});
