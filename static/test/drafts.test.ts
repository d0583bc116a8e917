import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, type Drawer, discarded, drafts, keepDraft, tidyDrafts, toWrite } from "../src/console/drafts.ts";

/** A drawer as a tab's is. */
function drawer(): Drawer & { content: Map<string, string> } {
  const content = new Map<string, string>();
  return {
    content,
    getItem: (name) => content.get(name) ?? null,
    setItem: (name, value) => void content.set(name, value),
    removeItem: (name) => void content.delete(name),
  };
}

const draft = (call: string, notes: string, saved = false): Draft => ({ call, who: "Ann", notes, disposition: "", saved });

test("what was not saved is found again, by the agent who wrote it alone", () => {
  const tab = drawer();
  keepDraft("agent_1", draft("call_1", "Wants a"), tab);
  keepDraft("agent_1", draft("call_2", "Calls again"), tab);
  keepDraft("agent_1", draft("call_1", "Wants a mug"), tab);
  assert.deepEqual(drafts("agent_1", tab), [draft("call_1", "Wants a mug"), draft("call_2", "Calls again")]);
  assert.deepEqual(drafts("agent_2", tab), []);
});

test("what was saved is forgotten once its form is gone, and nothing else is", () => {
  const tab = drawer();
  keepDraft("agent_1", draft("call_1", "saved", true), tab);
  keepDraft("agent_1", draft("call_2", "not saved"), tab);
  keepDraft("agent_1", draft("call_3", "saved and shown", true), tab);
  tidyDrafts("agent_1", ["call_3"], tab);
  assert.deepEqual(drafts("agent_1", tab).map(({ call }) => call), ["call_2", "call_3"]);
  keepDraft("agent_1", draft("call_2", "saved at last", true), tab);
  tidyDrafts("agent_1", [], tab);
  assert.equal(tab.content.size, 0);
});

test("words that cannot be kept are discarded, and keep nothing from being done", () => {
  const tab = drawer();
  keepDraft("agent_1", draft("call_1", "of a call that was erased"), tab);
  keepDraft("agent_1", discarded(draft("call_1", "of a call that was erased")), tab);
  assert.deepEqual(toWrite("", drafts("agent_1", tab)), []);
  tidyDrafts("agent_1", [], tab);
  assert.equal(tab.content.size, 0);
  assert.equal(discarded(draft("call_2", "anew"), { notes: "as it was" }).notes, "as it was");
});

test("the call there is comes first, then those with words that are not saved", () => {
  const kept = [draft("call_1", "not saved"), draft("call_2", "saved", true), draft("call_3", "")];
  assert.deepEqual(toWrite("call_3", kept), ["call_3", "call_1"]);
  assert.deepEqual(toWrite("call_2", kept), ["call_2", "call_1", "call_3"]);
  assert.deepEqual(toWrite("", []), []);
});

test("a drawer that holds something else, or nothing, loses no page", () => {
  for (const text of ["{", "7", '[{"call":7}, null]']) {
    const tab = drawer();
    tab.setItem("webtrunk-console-notes-agent_1", text);
    assert.deepEqual(drafts("agent_1", tab), []);
  }
  const full: Drawer = { getItem: () => null, setItem: () => { throw new Error("full"); }, removeItem: () => undefined };
  keepDraft("agent_1", draft("call_1", "words"), full);
});
