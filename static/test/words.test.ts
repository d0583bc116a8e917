import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { arabic as adminInArabic } from "../src/admin/words-ar.ts";
import { walletWords } from "../src/admin/walletwords.ts";
import { priceWords } from "../src/admin/pricewords.ts";
import { english as admin } from "../src/admin/words-en.ts";
import { chinese as adminInChinese } from "../src/admin/words-zh.ts";
import { arabic as boardInArabic } from "../src/console/board/words-ar.ts";
import { english as board } from "../src/console/board/words-en.ts";
import { chinese as boardInChinese } from "../src/console/board/words-zh.ts";
import { arabic as storyInArabic } from "../src/console/story/words-ar.ts";
import { english as story } from "../src/console/story/words-en.ts";
import { chinese as storyInChinese } from "../src/console/story/words-zh.ts";
import { careWords } from "../src/carewords.ts";
import { checkWords } from "../src/check/words.ts";
import { arabic } from "../src/console/words-ar.ts";
import { english as console } from "../src/console/words-en.ts";
import { chinese } from "../src/console/words-zh.ts";
import { billWords } from "../src/billwords.ts";
import { costWords } from "../src/costwords.ts";
import { offerWords } from "../src/console/offerwords.ts";
import { boardWords } from "../src/boardwords.ts";
import { filmWords } from "../src/filmwords.ts";
import { letterWords } from "../src/letterwords.ts";
import { launcherCatalogue } from "../src/launcherwords.ts";
import { arabic as memberInArabic } from "../src/member/words-ar.ts";
import { english as member } from "../src/member/words-en.ts";
import { chinese as memberInChinese } from "../src/member/words-zh.ts";
import { arabic as monitorInArabic } from "../src/monitor/words-ar.ts";
import { english as monitor } from "../src/monitor/words-en.ts";
import { chinese as monitorInChinese } from "../src/monitor/words-zh.ts";
import { theOperators } from "../src/operator.ts";
import { words as callInArabic } from "../src/sentences-ar.ts";
import { words as callInChinese } from "../src/sentences-zh.ts";
import { english as call } from "../src/sentences.ts";
import { toldInArabic } from "../src/told-ar.ts";
import { toldInChinese } from "../src/told-zh.ts";
import { inWords, type Told, toldInEnglish } from "../src/told.ts";

/** All catalogues: each is a whole in English, and says the same in the other languages. */
const catalogues: Record<string, Record<"en" | "zh" | "ar", object>> = {
  console: { en: console, zh: chinese, ar: arabic },
  admin: { en: admin, zh: adminInChinese, ar: adminInArabic },
  price: priceWords,
  wallet: walletWords,
  board: { en: board, zh: boardInChinese, ar: boardInArabic },
  story: { en: story, zh: storyInChinese, ar: storyInArabic },
  member: { en: member, zh: memberInChinese, ar: memberInArabic },
  monitor: { en: monitor, zh: monitorInChinese, ar: monitorInArabic },
  call: { en: call, zh: callInChinese, ar: callInArabic },
  care: careWords as Record<"en" | "zh" | "ar", object>,
  bill: billWords as Record<"en" | "zh" | "ar", object>,
  cost: costWords as Record<"en" | "zh" | "ar", object>,
  offer: offerWords,
  film: filmWords as Record<"en" | "zh" | "ar", object>,
  letter: letterWords as Record<"en" | "zh" | "ar", object>,
  check: checkWords as Record<"en" | "zh" | "ar", object>,
  whiteboard: boardWords as Record<"en" | "zh" | "ar", object>,
  launcher: launcherCatalogue as Record<"en" | "zh" | "ar", object>,
  // In English the gateway speaks itself: the other two are held to each other, and to its words below.
  told: { en: emptied(tables(toldInChinese)), zh: tables(toldInChinese), ar: tables(toldInArabic) },
};

type Said = Map<string, string>;

/** Every word of a catalogue, by its path; a sentence with a gap is said with a mark in it. */
function said(words: object, path = ""): Said {
  const all: Said = new Map();
  for (const [name, value] of Object.entries(words)) {
    const at = path ? `${path}.${name}` : name;
    if (name === "told") continue; // is a catalogue of its own
    if (typeof value === "string") all.set(at, value);
    else if (typeof value === "function") all.set(at, (value as (...gaps: string[]) => string)(...Array<string>(value.length).fill("‹gap›")));
    else for (const [inner, word] of said(value as object, at)) all.set(inner, word);
  }
  return all;
}

/** What the gateway says, without the script in which it may say so itself. */
function tables({ script: _, ...rest }: Told): object {
  return rest;
}

function emptied(words: object): object {
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [name, typeof value === "string" ? "" : emptied(value as object)]));
}

/** What may be the same in another language: before the first call the panel says nothing of it, and an arrow points. */
const same = new Set<string>(["call.idle", "monitor.arrow"]);

for (const [catalogue, { en, ...others }] of Object.entries(catalogues)) {
  for (const [language, words] of Object.entries(others)) {
    test(`the ${catalogue} says in ${language} everything that it does in English, in its own words`, () => {
      const plain = said(en);
      const theirs = said(words);
      assert.deepEqual([...theirs.keys()].sort(), [...plain.keys()].sort());
      for (const [name, word] of theirs) {
        if (same.has(`${catalogue}.${name}`)) continue;
        assert.notEqual(word.trim(), "", `${name} is empty`);
        assert.notEqual(word, plain.get(name), `${name} is English`);
        if (plain.get(name)) assert.equal(word.includes("‹gap›"), plain.get(name)?.includes("‹gap›"), `${name} has lost its gap`);
      }
    });
  }

  test(`in Arabic the ${catalogue} sets names apart from the sentence around them`, () => {
    for (const [name, word] of said(others.ar)) {
      // A reason is a sentence of its own, at the end.
      if (word.includes("‹gap›") && !name.endsWith(".failed")) assert.match(word, /\u2068‹gap›\u2069/, name);
    }
  });
}

type Sentence = ((...gaps: unknown[]) => string) & { forms?: Record<string, string> };

/** Every sentence of a catalogue that has a gap, by its path. */
function sentences(words: object, path = ""): Map<string, Sentence> {
  const all = new Map<string, Sentence>();
  for (const [name, value] of Object.entries(words)) {
    const at = path ? `${path}.${name}` : name;
    if (typeof value === "function") all.set(at, value as Sentence);
    else if (typeof value === "object" && !(value instanceof RegExp)) for (const [inner, found] of sentences(value as object, at)) all.set(inner, found);
  }
  return all;
}

/** Whether a sentence is another one for another number, or chooses by it. */
function counts(sentence: Sentence): boolean {
  const around = (n: number) => sentence(...Array<number>(sentence.length).fill(n)).replaceAll(/[\p{Nd}\u2068\u2069]+/gu, "#");
  return [0, 1, 2, 3, 11].some((n) => around(n) !== around(100));
}

/** Yes-or-no is asked of them, and no number. */
const choosing = new Set(["admin.hours.now"]);

for (const [catalogue, languages] of Object.entries(catalogues)) {
  test(`the ${catalogue} counts in every language's own forms`, () => {
    const inEnglish = sentences(languages.en);
    for (const [language, words] of Object.entries(languages)) {
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
      for (const [name, sentence] of sentences(words)) {
        if (choosing.has(`${catalogue}.${name}`)) continue;
        if (!sentence.forms && !inEnglish.get(name)?.forms) {
          assert.ok(!counts(sentence), `${name} in ${language} counts by hand: say it with counted() of plural.ts`);
          continue;
        }
        assert.deepEqual(Object.keys(sentence.forms ?? {}).sort(), categories, `${name} in ${language} lacks a form, or has one too many`);
        for (const [form, said] of Object.entries(sentence.forms ?? {})) assert.ok(said.trim(), `${name} in ${language} has an empty form: ${form}`);
      }
    }
  });
}

/** Every source of pages and of what they are made of, but the catalogues. */
function sources(): string[] {
  return readdirSync("../src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/(words|words-..|sentences|sentences-..|told-..|launcherwords)\.ts$/.test(file))
    .sort();
}

const comment = /\/\*[^]*?\*\/|(?<=^|[\s;{}(,])\/\/.*$/gm;

/** A string of two words or more that begins as a sentence does. */
const sentence = /"[A-Z][a-z']+(?: [a-z'’]+)+[^"\n]*"|`[A-Z][a-z']+(?: (?:[a-z'’]+|\$\{))[^`]*`/g;

/** Text between two elements, or between one and what is in braces; and what an attribute says aloud. */
const inElements = /(?<=<\/?[A-Za-z][^<>]*[^=<>]>|^\s*\/?>)\s*[A-Za-z][\w',.!?… ]*(?=\s*[<{])|(?<==\{`|\b(?:aria-label|title|alt|label|placeholder)=")[A-Z][a-z]+[^"`]*/gm;

/**
 * What is in English alone, by its file: errors that the element throws at a page's author, and what is said where a
 * page has no words for a code.
 */
const forPrograms: Record<string, RegExp> = {
  "core.ts": /^"(Digits are|No call is there|No queue offers)/,
  "refuse.ts": /^"(There is no call|There is a call already|The check was ended)/,
  "phone.ts": /^"The element has no attribute key/,
  "parcels.ts": /^`Bearer /,
  "monitor/client.ts": /^["`]The gateway/,
};

test("no page says anything that is not from a catalogue", () => {
  const found: string[] = [];
  for (const file of sources()) {
    const code = readFileSync(`../src/${file}`, "utf8").replaceAll(comment, "");
    const said = [...code.matchAll(sentence), ...(file.endsWith(".tsx") ? code.matchAll(inElements) : [])].map(([text]) => text.trim());
    found.push(...said.filter((text) => !forPrograms[file]?.test(text)).map((text) => `${file}: ${text}`));
  }
  assert.deepEqual(found, []);
});

test("what counts by hand would be found", () => {
  assert.ok(counts((n) => (n === 1 ? "1 try" : `${n} tries`)));
  assert.ok(counts((n) => `${n} ${Number(n) > 2 ? "محاولات" : "محاولة"}`));
  assert.ok(!counts((n, of) => `Place ${n} of ${of}`));
});

test("a sentence in a page would be found", () => {
  const caught = (code: string) => [...code.matchAll(sentence), ...code.matchAll(inElements)].length > 0;
  for (const code of ['<p class="quiet">No calls yet.</p>', "<button onClick={go}>Save</button>", "<label>\n  Status\n  <select>", '<input aria-label="Mode" />', 'setProblem("Your login has ended.")', "tell(`Hung up: ${who}`, `Call ${who}`)"]) {
    assert.ok(caught(code), code);
  }
  for (const code of ['<p class="quiet">{words.none}</p>', 'const a = b < c && d > e ? "GET" : "POST"', 'useState<Phase>("idle")', '<span class="state in_progress">✕</span>']) {
    assert.ok(!caught(code), code);
  }
});

test("words that are looked up by a code of the gateway's have the same codes", () => {
  for (const words of [chinese, arabic]) {
    for (const table of ["problems", "reasons", "factNames", "partyStates"] as const) {
      assert.deepEqual(Object.keys(words[table]).sort(), Object.keys(console[table]).sort());
    }
  }
});

test("the gateway's own sentence stands where it knows more and can be read", () => {
  const said = (told: Told, own: string) => inWords(told, "reasons", "no_answer", own);
  assert.equal(said(toldInEnglish, "Closed until Monday."), "Closed until Monday.");
  assert.equal(said(toldInArabic, "Closed until Monday."), toldInArabic.reasons.no_answer);
  assert.equal(said(toldInChinese, "周一再开门。"), "周一再开门。");
  assert.equal(inWords(toldInChinese, "reasons", "constructor", "A word of tomorrow."), "A word of tomorrow.");
});

/** The words in backquotes of one passage of the documentation. */
function documented(file: string, from: string, to: string): string[] {
  const text = readFileSync(`../../doc/${file}`, "utf8");
  const passage = text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));
  return [...passage.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word ?? "");
}

test("everything that the gateway says to a person has its words", () => {
  const reasons = documented("signaling.md", "Reasons: ", "\n\n");
  const codes = documented("signaling.md", "Error codes: ", "\n\n").filter((code) => code !== "retry_after" && !theOperators.has(code));
  assert.ok(reasons.length > 10 && codes.length > 10, "the documentation names reasons and codes");
  const verdicts = documented("events.md", "| `metric` |", "\n\n").filter((word) => word !== "metric");
  for (const told of [toldInChinese, toldInArabic]) {
    assert.deepEqual(Object.keys(told.you).sort(), verdicts.sort());
    assert.deepEqual(Object.keys(told.reasons).sort(), reasons.sort());
    assert.deepEqual(Object.keys(told.errors).sort(), codes.sort());
    assert.deepEqual(Object.keys(told.you).sort(), Object.keys(told.them).sort());
  }
});
