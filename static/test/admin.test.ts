import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, placeIn, unmade } from "../src/admin/address.ts";
import { dayNames, days, moment } from "../src/admin/dates.ts";
import { target } from "../src/admin/references.tsx";
import { condition, inOrder } from "../src/admin/rules.tsx";
import { levelsOf, skillsOf } from "../src/admin/skills.tsx";
import { attributesOf, type Button, policyLines, snippet } from "../src/admin/snippet.ts";
import { leave, onLeaving, setUnsaved, unsaved } from "../src/admin/unsaved.ts";
import { written } from "../src/admin/fields.tsx";
import { mayEdit, maySee, pathOf, type Reader, rowOf } from "../src/admin/lists.ts";
import { merged } from "../src/admin/merge.ts";
import { byPrefix, earlier } from "../src/admin/routes.tsx";
import { trunkBody, trunkShelf } from "../src/admin/trunks.tsx";
import { money } from "../src/admin/trynumber.tsx";
import type { Rule, Trunk, TrunkRoute } from "../src/admin/wire.ts";
import { english } from "../src/admin/words-en.ts";

const button: Button = { key: "pk_live_a", to: "ref_a", label: "", lang: "", theme: "auto", tells: [], fields: "", fallback: "", video: false };

test("the snippet says what was chosen and nothing else", () => {
  assert.equal(
    snippet("https://gw.example", button),
    '<script type="module" src="https://gw.example/v1/widget.js"></script>\n<webtrunk-call key="pk_live_a" to="ref_a" theme="auto"></webtrunk-call>',
  );
  const told = { ...button, label: " Ask us ", lang: "ar", tells: ["page", "title"], video: true };
  assert.match(snippet("https://gw.example", told), /label="Ask us" lang="ar" theme="auto" tells="page title" video><\/webtrunk-call>$/);
  assert.deepEqual(attributesOf({ ...button, to: "" }).map(([name]) => name), ["key", "theme"]);
});

test("nothing that is written breaks out of the snippet", () => {
  const hostile = snippet("https://gw.example", { ...button, label: '"><script>alert(1)</script>', fields: 'input[name="a&b"]' });
  assert.ok(!hostile.slice(hostile.indexOf("\n")).includes("<script>"));
  assert.match(hostile, /label="&quot;>&lt;script>alert\(1\)&lt;\/script>"/);
  assert.match(hostile, /fields="input\[name=&quot;a&amp;b&quot;\]"/);
});

test("the policies name the socket beside the gateway", () => {
  assert.match(policyLines("https://gw.example"), /connect-src 'self' https:\/\/gw\.example wss:\/\/gw\.example\n/);
  assert.match(policyLines("http://127.0.0.1:8080"), /ws:\/\/127\.0\.0\.1:8080\n/);
});

test("an address names a view and what is in it", () => {
  for (const [hash, place] of [
    ["", { view: "start", one: "" }],
    ["#queues", { view: "queues", one: "" }],
    ["#queues/queue_1", { view: "queues", one: "queue_1" }],
    ["#hours/-new", { view: "hours", one: unmade }],
    ["#main", undefined],
    ["#constructor", undefined],
  ] as const) {
    assert.deepEqual(placeIn(hash), place, hash);
    if (place && hash) assert.equal(addressOf(place), hash);
  }
});

test("what is not saved is lost only if somebody says so", () => {
  const went: string[] = [];
  let answer = (): void => undefined;
  onLeaving((then) => {
    went.push("asked");
    answer = then;
  });
  leave(() => went.push("nothing to lose"));
  setUnsaved(true);
  leave(() => went.push("left"));
  assert.deepEqual(went, ["nothing to lose", "asked"]);
  assert.ok(unsaved());
  answer();
  assert.deepEqual(went, ["nothing to lose", "asked", "left"]);
  assert.ok(!unsaved());
  onLeaving(undefined);
});

test("a condition has as many values as its comparison takes", () => {
  assert.deepEqual(condition({ key: " cart ", is: "exists", values: "left over", trusted: true }), { key: "cart", is: "exists", trusted: true });
  assert.deepEqual(condition({ key: "product", is: "one_of", values: "hose, spade,,", trusted: false }).values, ["hose", "spade"]);
  assert.deepEqual(condition({ key: "title", is: "equals", values: "Pots, pans", trusted: false }).values, ["Pots, pans"]);
});

test("rules are shown in the order in which they are asked", () => {
  const rule = (id: string, position: number): Rule => ({ id, position, name: id, when: [], then: {} });
  const all = [rule("rule_b", 1), rule("rule_c", 0), rule("rule_a", 1)];
  assert.deepEqual(all.sort(inOrder).map(({ id }) => id), ["rule_c", "rule_a", "rule_b"]);
});

test("a reference's target is written as the API reads it, and left where it stays", () => {
  const draft = { label: "", enabled: true, kind: "queue" as const, queue: "queue_1", agent: "browser:agent_1", address: " +1 555 010 0101 " };
  assert.equal(target(draft), "queue:queue_1");
  assert.equal(target({ ...draft, queue: "" }), "");
  assert.equal(target({ ...draft, kind: "agent" }), "browser:agent_1");
  assert.equal(target({ ...draft, kind: "number" }), "+1 555 010 0101");
  assert.equal(target({ ...draft, kind: "" }), "");
});

test("skills and lines without a name are none", () => {
  assert.deepEqual(levelsOf([{ skill: " german ", level: 8 }, { skill: "", level: 5 }]), { german: 8 });
  assert.deepEqual(skillsOf({ german: 8 }), [{ skill: "german", level: 8 }]);
  assert.deepEqual(written([" https://a.example ", "", "  "]), ["https://a.example"]);
});

test("days and moments are in the reader's language and on the clocks of the zone", () => {
  assert.equal(days.length, 7);
  assert.equal(dayNames("en")[0], "Monday");
  assert.equal(dayNames("zh")[6], "星期日");
  assert.match(moment("2026-11-23T08:00:00Z", "en", "Europe/Berlin"), /Monday.*23.*09:00/);
  assert.ok(moment("2026-11-23T08:00:00Z", "en", "No/Where") !== "");
});

test("what I have changed is laid over what they have made of it", () => {
  const before = { name: "Sales", ring: 20, steps: [{ after: 30 }] };
  const mine = { ...before, name: "Mine" };
  assert.deepEqual(merged(before, mine, { ...before, name: "Theirs", ring: 40 }), { name: "Mine", ring: 40, steps: [{ after: 30 }] });
  assert.deepEqual(merged(before, { ...before, steps: [] }, { ...before, ring: 40 }), { name: "Sales", ring: 40, steps: [] });
  assert.deepEqual(merged(before, before, { ...before, name: "Theirs" }), { ...before, name: "Theirs" });
});

test("routes are listed in the order in which they count", () => {
  const routes: TrunkRoute[] = [
    { id: "world", name: "world" },
    { id: "germany", name: "germany", prefixes: ["+4", "+49"] },
    { id: "again", name: "again", prefixes: ["+49"] },
    { id: "mobile", name: "mobile", prefixes: ["+4915"], trunks: [] },
  ];
  assert.deepEqual(routes.toSorted(byPrefix).map(({ name }) => name), ["mobile", "germany", "again", "world"]);
  assert.deepEqual(earlier(["a", "b", "c"], 2), ["a", "c", "b"]);
  assert.deepEqual(earlier(["a", "b"], 0), ["a", "b"]);
});

test("a trunk's password is sent when it was written, and taken back with the name", () => {
  const stock = {} as Parameters<typeof trunkShelf.draft>[1];
  const row = { id: "second", name: "second", proxy: "sip.carrier.example", username: "acme", register: {}, identity: { caller_id: "+15550100001" } } as Trunk;
  const draft = trunkShelf.draft(row, stock, english);
  assert.equal(draft.password, "");
  const sent = (change: Partial<typeof draft>, fresh = false) => trunkBody({ ...draft, ...change }, fresh) as Record<string, unknown>;
  assert.ok(!("password" in sent({})));
  assert.equal(sent({ password: "open sesame" }).password, "open sesame");
  assert.equal(sent({ username: " " }).password, "");
  assert.ok(!("password" in sent({ username: "" }, true)));
  assert.ok(!("name" in sent({})) && sent({}, true).name === "second");
  assert.deepEqual(sent({}).register, { enabled: true, registrar: "", user: "" });
  assert.deepEqual(sent({ registers: false }).register, { enabled: false });
  assert.deepEqual(sent({ sources: ["203.0.113.0/24 ", ""] }).sources, ["203.0.113.0/24"]);
  assert.deepEqual(sent({ context: ["order", " identity.name", ""] }).context, ["order", "identity.name"]);
  assert.ok(!("codecs" in sent({})), "what the form does not have stays as it is");
});

test("trunks and routes are edited by the operator, over live calls", () => {
  const reader = { operator: true, rights: ["trunks:read", "trunks:write", "queues:read"] } as Reader;
  (globalThis as { document?: unknown }).document = { cookie: "webtrunk_mode=live", documentElement: { dataset: {} } };
  assert.ok(maySee(reader, "routes") && mayEdit(reader, "routes") && mayEdit(reader, "trunks"));
  assert.ok(!maySee({ ...reader, operator: false }, "routes"));
  (globalThis as { document?: unknown }).document = { cookie: "webtrunk_mode=test", documentElement: { dataset: {} } };
  assert.ok(maySee(reader, "routes") && !mayEdit(reader, "routes") && !mayEdit(reader, "trunks"));
  delete (globalThis as { document?: unknown }).document;
  assert.equal(rowOf("routes", { id: "", name: "germany" } as TrunkRoute).id, "germany");
  assert.equal(pathOf("routes", "a b"), "/v1/routes/a%20b");
});

test("a price is told to its last digit", () => {
  assert.equal(money("en", "EUR", 12000), "€0.012");
  assert.equal(money("en", "EUR", 1000000), "€1.00");
});
