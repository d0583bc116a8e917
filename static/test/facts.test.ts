import assert from "node:assert/strict";
import { test } from "node:test";

import { filledIn, gathered, type Field } from "../src/facts.ts";

const from = {
  href: "https://ada:secret@shop.example/garden/hose?token=secret#pay",
  referrer: "https://search.example/?q=hose",
  title: "Garden\nhoses",
};

test("a page tells what the site wants, and nothing else", () => {
  assert.deepEqual(gathered("", from), {});
  assert.deepEqual(gathered("page", from), { page: "https://shop.example/garden/hose" });
  assert.deepEqual(gathered(" title  referrer cookie", from), { title: "Garden hoses", referrer: "https://search.example/" });
});

test("what is not there is not told", () => {
  const bare = { href: "about:srcdoc", referrer: "", title: " " };
  assert.deepEqual(gathered("page referrer title", bare), {});
});

const field = (name: string, value: string, type = "text", checked = false, autocomplete = ""): Field => ({ name, value, type, checked, autocomplete });

test("a form's fields are told, but no password", () => {
  const form = [
    field("first-name", "Ada"),
    field("note", "two\r\nlines", "textarea"),
    field("empty", " "),
    field("", "no name"),
    field("pin", "1234", "password"),
    field("terms", "on", "checkbox"),
    field("size", "L", "radio", true),
    field("cv", "C:\\fakepath\\cv.pdf", "file"),
  ];
  assert.deepEqual(filledIn(form), { first_name: "Ada", note: "two lines", size: "L" });
});

test("nor what the site hides, or what is on a card", () => {
  const form = [
    field("csrf", "a1b2", "hidden"),
    field("card", "4111111111111111", "text", false, "cc-number"),
    field("code", "123", "tel", false, "section-pay billing CC-CSC"),
    field("shown", "hunter2", "text", false, "current-password"),
    field("sms", "004711", "text", false, "one-time-code"),
    field("city", "Kyoto", "text", false, "shipping address-level2"),
    field("company", "cc-tools", "text", false, "organization"),
  ];
  assert.deepEqual(filledIn(form), { city: "Kyoto", company: "cc-tools" });
});

test("what is too long is cut between letters", () => {
  const { note = "" } = filledIn([field("note", "é".repeat(200))]);
  assert.equal(note, "é".repeat(128));
  const { odd = "" } = filledIn([field("odd", "x" + "é".repeat(200))]);
  assert.equal(odd, "x" + "é".repeat(127));
});
