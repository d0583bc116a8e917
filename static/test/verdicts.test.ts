import assert from "node:assert/strict";
import { test } from "node:test";
import { Verdicts } from "../src/verdicts.ts";

const of = (about: "you" | "them", verdict: string, raised = true) =>
  raised ? { about, verdict, raised, message: `${about}: ${verdict}` } : { about, verdict, raised };

test("what the person can mend is said before what others must", () => {
  const all = new Verdicts();
  assert.equal(all.sentence, "");
  all.take(of("you", "no_packets_from_browser"));
  all.take(of("them", "carrier_sends_nothing")); // an echo of nothing
  assert.equal(all.sentence, "you: no_packets_from_browser");
  all.take(of("you", "no_packets_from_browser", false));
  assert.equal(all.sentence, "them: carrier_sends_nothing");
  all.take(of("them", "carrier_sends_nothing", false));
  assert.equal(all.sentence, "");
});

test("of two the latest is said", () => {
  const all = new Verdicts();
  all.take(of("them", "carrier_sends_nothing"));
  all.take(of("them", "codec_not_agreed"));
  assert.equal(all.sentence, "them: codec_not_agreed");
  all.take(of("them", "carrier_sends_nothing")); // raised again
  assert.equal(all.sentence, "them: carrier_sends_nothing");
});

test("one of both sides is two", () => {
  const all = new Verdicts();
  all.take(of("you", "path_lost"));
  all.take(of("them", "path_lost"));
  all.take(of("you", "path_lost", false));
  assert.equal(all.sentence, "them: path_lost");
  all.clear();
  assert.equal(all.sentence, "");
});
