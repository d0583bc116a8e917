import { useEffect, useState } from "preact/hooks";
import { ask, Refusal, tell } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { Check, Choice, Count, WrongContext } from "./fields.tsx";
import { useStock } from "./lists.ts";
import { same } from "./merge.ts";
import { setUnsaved } from "./unsaved.ts";
import { plain, useWords } from "./words.ts";

const path = "/v1/recording_policy";

interface Policy {
  consent: "off" | "ask" | "announce";
  on_demand: boolean;
  beep_seconds: number;
}

/** How the account's calls are recorded, where a queue does not say otherwise. */
export function RecordingPolicy() {
  const words = useWords();
  const { reader } = useStock();
  const [kept, setKept] = useState<Policy>();
  const [draft, setDraft] = useState<Policy>();
  const [done, setDone] = useState("");
  const [wrong, setWrong] = useState({ param: "", message: "" });
  const [none, setNone] = useState(false);
  const w = words.recording;
  const locked = !reader.rights.includes("policy:write");
  const changed = draft !== undefined && kept !== undefined && !same(draft, kept);

  useEffect(() => {
    ask<Policy>(path).then(take, (error: unknown) => {
      if (error instanceof Refusal && error.status === 404) setNone(true);
      else setWrong({ param: "", message: plain(words, error) });
    });
  }, []);
  useEffect(() => {
    setUnsaved(changed);
    return () => setUnsaved(false);
  }, [changed]);

  function take({ consent, on_demand, beep_seconds }: Policy) {
    setKept({ consent, on_demand, beep_seconds });
    setDraft({ consent, on_demand, beep_seconds });
  }

  function set(change: Partial<Policy>) {
    setDone("");
    setDraft((now) => now && { ...now, ...change });
  }

  async function save(event: SubmitEvent) {
    event.preventDefault();
    setDone("");
    setWrong({ param: "", message: "" });
    try {
      take(await tell<Policy>(path, draft ?? {}));
      setDone(words.saved);
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
  }

  return (
    <section class="card" aria-labelledby="recording-policy">
      <h2 id="recording-policy">{w.heading}</h2>
      <p class="hint">{none ? w.none : w.explain}</p>
      {draft && (
        <form onSubmit={(event) => void save(event)}>
          <fieldset disabled={locked} class="all">
            <WrongContext.Provider value={wrong}>
              <Choice name="consent" label={w.consent} hint={w.hints[draft.consent]} value={draft.consent} options={Object.entries(w.ways)} onChoose={(consent) => set({ consent: consent as Policy["consent"] })} />
              {draft.consent !== "off" && (
                <>
                  <Check label={w.onDemand} checked={draft.on_demand} onCheck={(on_demand) => set({ on_demand })} />
                  <Count name="beep_seconds" label={w.beep} hint={w.beepHint} value={draft.beep_seconds} max={120} onInput={(beep_seconds) => set({ beep_seconds })} />
                </>
              )}
            </WrongContext.Provider>
            {!locked && <button>{words.save}</button>}
          </fieldset>
          <Done done={done} />
        </form>
      )}
      <Notice problem={wrong.param ? "" : wrong.message} />
    </section>
  );
}
