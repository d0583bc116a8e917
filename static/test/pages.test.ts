import assert from "node:assert/strict";
import { test } from "node:test";
import { PagePush, type Pushing } from "../src/console/pagepush.ts";
import { pageOf, pagesIn, shortly } from "../src/pushed.ts";
import { carried } from "../src/popoutwire.ts";
import { popOutWords } from "../src/popoutwords.ts";
import { pageWords } from "../src/pagewords.ts";
import type { Operation, RoomWish } from "../src/wire.ts";

const at = "2026-11-23T10:00:00Z";
const shown = (seq: number, url: string, more: Partial<Operation> = {}): Operation => ({ seq, kind: "page", by: "agent", url, at, ...more });

test("what runs in ours, carries a login or goes in clear is no page", () => {
  for (const url of ["https://shop.example/offer?of=1#now", "http://127.0.0.1:8080/cart", "http://localhost/", "http://[::1]/"]) {
    assert.equal(pageOf(url)?.href, url);
  }
  const long = `https://shop.example/${"a".repeat(2000)}`;
  for (const url of ["", "offer", "//shop.example", "javascript:alert(1)", "data:text/html,x", "blob:https://shop.example/1", "http://shop.example/",
    "https://user@shop.example/", "https://user:word@shop.example/", "https://", long]) {
    assert.equal(pageOf(url), undefined, url);
  }
});

test("the pages of a log are those that were shown, in order, each with something to call it", () => {
  const log: Operation[] = [
    { seq: 1, kind: "message", by: "visitor", text: "Which?", at },
    shown(2, "https://shop.example/a/b", { title: "Our offer", name: "Ada", beside: true }),
    shown(3, "javascript:alert(1)"),
    shown(4, "https://shop.example/", { by: "site" }),
  ];
  assert.deepEqual(
    pagesIn(log).map(({ seq, by, name, title, beside, url }) => [seq, by, name, title, beside, shortly(url)]),
    [[2, "agent", "Ada", "Our offer", true, "shop.example/a/b"], [4, "site", "", "shop.example", false, "shop.example"]],
  );
});

function pushing() {
  const asked: RoomWish[] = [];
  const push = new PagePush((wish) => void asked.push(wish), () => undefined);
  const id = () => push.now?.id ?? "";
  return { push, asked, id };
}

test("a page is on its way until it is heard of, and is asked for again under its own name", () => {
  const { push, asked, id } = pushing();
  push.show(new URL("https://shop.example/offer"), "Our offer");
  const first = id();
  assert.match(first, /^[\w-]{1,64}$/);
  push.back();
  assert.deepEqual(asked, Array(2).fill({ operation: { id: first, kind: "page", url: "https://shop.example/offer", title: "Our offer" } }));
  push.heard({ type: "room", id: "c1", others: 1, operations: [shown(1, "https://shop.example/offer", { by: "agent" })] });
  assert.equal(id(), first);
  push.heard({ type: "room", id: "c1", others: 1, operations: [shown(1, "https://shop.example/offer", { by: "you", id: first })] });
  assert.equal(push.now, undefined);
  push.show(new URL("https://shop.example/"), "");
  assert.notEqual(id(), first);
  assert.equal((push.now as Pushing | undefined)?.title, "shop.example");
});

test("what was refused says why, and is not asked for again by itself", () => {
  const { push, asked, id } = pushing();
  push.show(new URL("https://elsewhere.example/"), "");
  push.heard({ type: "error", seq: 1, id: "c1", code: "rate_limited", message: "", operation: "another's" });
  assert.equal(push.now?.refused, "");
  push.heard({ type: "error", seq: 2, id: "c1", code: "page_refused", message: "", operation: id() });
  assert.equal(push.now?.refused, "page_refused");
  push.back();
  assert.equal(asked.length, 1);
  push.end();
  assert.equal(push.now, undefined);
});

for (const [about, words] of Object.entries({ pages: pageWords, windows: popOutWords }) as [string, Record<string, object>][]) {
  test(`every language has all words about ${about}, and its own`, () => {
    const english = Object.entries(words.en!);
    for (const language of ["zh", "ar"]) {
      const theirs = words[language] as Record<string, unknown>;
      assert.deepEqual(Object.keys(theirs).sort(), english.map(([key]) => key).sort());
      for (const [key, said] of english) assert.notEqual(String(theirs[key]), String(said), `${language}.${key}`);
    }
  });
}

test("of what a site hands to the window only what a call button takes goes along", () => {
  const said: Record<string, unknown> = { key: "pk_1", to: "ref_1", label: "", onclick: "alert(1)", style: "x", "opened-by": "https://other.example", token: "t", theme: 1 };
  assert.deepEqual(carried((name) => said[name]), { key: "pk_1", to: "ref_1", label: "" });
});
