import assert from "node:assert/strict";
import { test } from "node:test";
import { pageSecret } from "../src/pagesecret.ts";

test("a page is known again by one secret, also where nothing can be kept", () => {
  const secret = pageSecret();
  assert.match(secret, /^[0-9a-f]{32}$/);
  assert.equal(pageSecret(), secret);
});
