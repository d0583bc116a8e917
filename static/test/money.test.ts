import assert from "node:assert/strict";
import { test } from "node:test";
import { currencyName, decimal, lasting, minor, money, rate } from "../src/money.ts";
import { statementFile } from "../src/statement.ts";
import { inTurn, priceBody, priceShelf } from "../src/admin/prices.tsx";
import type { Stock } from "../src/admin/lists.ts";
import type { Price } from "../src/admin/wire.ts";
import { english } from "../src/admin/words-en.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("an amount has the digits of its currency, in every language", () => {
  assert.equal(money("en", { amount: 1250, currency: "EUR" }), "€12.50");
  assert.equal(plain(money("de", { amount: -5, currency: "EUR" })), "-0,05 €");
  assert.equal(money("en", { amount: 1250, currency: "JPY" }), "¥1,250");
  assert.equal(plain(money("en", { amount: 1250, currency: "IQD" })), "IQD 1.250", "shops leave out what the ledger counts");
  assert.equal(plain(money("en", { amount: 5, currency: "E" })), "0.05 E", "while the letters are still being written");
  assert.equal(rate("en", "EUR", "0.0123"), "€0.0123");
  assert.equal(rate("en", "EUR", "2"), "€2.00");
  assert.equal(currencyName("en", "EUR"), "Euro");
  assert.equal(currencyName("en", ""), "");
});

test("what is written into a field is read to the last unit, or not at all", () => {
  for (const [text, currency, want] of [
    ["12.5", "EUR", 1250],
    [" 12,50 ", "EUR", 1250],
    ["0.29", "EUR", 29],
    ["12", "JPY", 12],
    ["1.234", "KWD", 1234],
    ["1.2", "JPY", undefined],
    ["1.234", "EUR", undefined],
    ["-1", "EUR", undefined],
    ["1e3", "EUR", undefined],
    ["", "EUR", undefined],
  ] as const) {
    assert.equal(minor(text, currency), want, `${text} ${currency}`);
  }
  assert.equal(decimal({ amount: -5, currency: "EUR" }), "-0.05");
  for (const amount of [0, 5, 50, 1250]) for (const currency of ["EUR", "JPY", "KWD"]) assert.equal(minor(decimal({ amount, currency }), currency), amount);
});

test("a time is said in what people count it in", () => {
  assert.equal(lasting("en", 450), "7 min 30 sec");
  assert.equal(lasting("en", 3600), "1 hr");
  assert.equal(lasting("en", 0), "0 sec");
  assert.equal(lasting("zh", 450), "7分钟30秒");
});

const price: Price = {
  id: "price_1", name: "Advice", active: true, position: 0, currency: "EUR", per_minute: "1.2", connect: 50, free_seconds: 180, minimum_seconds: 0, first_seconds: 1,
  increment_seconds: 1, after: "end", destinations: ["ref_shop", "+4930"], widgets: [], payers: ["sponsor:acme", "caller"], cover_seconds: 0, accepted_by_use: false, seller_part: 7050, updated_at: "",
};
const stock = { lists: { references: [{ id: "ref_shop" }] } } as unknown as Stock;

test("a price that is opened and saved stays what it was", () => {
  const { id: _, updated_at: __, currency: ___, ...kept } = price;
  assert.deepEqual(priceBody(priceShelf.draft(price, stock, english), false), { ...kept, video_per_minute: "0" });
});

test("a new price says its currency, and what is written with a comma", () => {
  const draft = { ...priceShelf.draft(undefined, stock, english), name: " One-off ", currency: "usd", connect: "5,5" };
  const sent = priceBody(draft, true) as Record<string, unknown>;
  assert.deepEqual([sent.name, sent.currency, sent.connect, sent.per_minute, sent.payers], ["One-off", "USD", 550, "0", ["caller"]]);
});

test("a statement is a table of numbers, the oldest line first", () => {
  const line = (id: string, amount: number, reason: string) => ({ id, amount: { amount, currency: "EUR" }, reason, created_at: `2026-11-2${id}T08:00:00Z`, subject: "=1+1" });
  const text = statementFile([line("4", -84, "talk"), line("3", 2500, "top_up")]);
  assert.equal(text, "created_at,amount,currency,reason,call,subject,id\r\n2026-11-23T08:00:00Z,25,EUR,top_up,,'=1+1,3\r\n2026-11-24T08:00:00Z,-0.84,EUR,talk,,'=1+1,4\r\n");
});

test("prices are listed in the order in which they are tried", () => {
  const at = (id: string, position: number) => ({ ...price, id, position });
  assert.deepEqual([at("price_3", 0), at("price_1", 0), at("price_2", -1)].sort(inTurn).map(({ id }) => id), ["price_2", "price_1", "price_3"]);
});
