import { useState } from "preact/hooks";
import { Refusal, tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { Text, WrongContext } from "./fields.tsx";
import { useStock } from "./lists.ts";
import type { TrunkTest } from "./wire.ts";
import { plain, useSpeech } from "./words.ts";

/** A call over a trunk, and what happened at each step: in the gateway's own words, as the command line tells it. */
export function TestCall({ trunk }: { trunk: string }) {
  const { words, language } = useSpeech();
  const { reader } = useStock();
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [test, setTest] = useState<TrunkTest>();
  const [wrong, setWrong] = useState({ param: "", message: "" });
  const w = words.trunks;
  if (!reader.rights.includes("trunks:write")) return null;

  async function run(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setTest(undefined);
    setWrong({ param: "", message: "" });
    try {
      setTest(await tell<TrunkTest>(`/v1/trunks/${encodeURIComponent(trunk)}/test`, { to: to.trim() }));
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
    setBusy(false);
  }

  const seconds = new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  return (
    <section class="part" aria-labelledby="test-title">
      <h3 id="test-title">{w.test}</h3>
      <form onSubmit={(event) => void run(event)}>
        <WrongContext.Provider value={wrong}>
          <Text name="to" type="tel" label={w.testTo} hint={w.testHint} value={to} onInput={setTo} required code maxLength={40} placeholder="+15550100101" />
        </WrongContext.Provider>
        <button aria-disabled={busy}>{w.testRun}</button>
        <Notice problem={wrong.param === "to" ? "" : wrong.message} />
        <p role="status" class={busy || test ? "note" : ""}>
          {busy ? w.testBusy : test ? (test.well ? w.testWell : w.testUnwell) : ""}
        </p>
      </form>
      {test && (
        <ol class="findings">
          {test.steps.map(({ name, well, message, after_ms }, i) => (
            <li key={`${i} ${name}`} class={well ? "well" : "fault"}>
              <span class="state">{words.checker.grades[well ? "well" : "fault"]}</span> <span class="quiet">{seconds.format(after_ms / 1000)}</span>
              <p dir="auto">{message}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
