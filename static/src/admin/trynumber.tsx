import { useState } from "preact/hooks";
import { Refusal, tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { Text, WrongContext } from "./fields.tsx";
import type { RouteTrial } from "./wire.ts";
import { plain, useSpeech } from "./words.ts";

/** Which route and trunks would carry a number, and why no other would. Nothing is called. */
export function TryNumber() {
  const { words } = useSpeech();
  const [number, setNumber] = useState("");
  const [trial, setTrial] = useState<RouteTrial>();
  const [wrong, setWrong] = useState({ param: "", message: "" });
  const w = words.routes;

  async function run(event: SubmitEvent) {
    event.preventDefault();
    setTrial(undefined);
    setWrong({ param: "", message: "" });
    try {
      setTrial(await tell<RouteTrial>("/v1/route_trials", { number: number.trim() }));
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
  }

  const first = trial?.trunks.find(({ verdict }) => verdict === "tried" || verdict === "down");
  return (
    <section class="card" aria-labelledby="try-number">
      <h2 id="try-number">{w.try}</h2>
      <p class="hint">{w.tryHint}</p>
      <form onSubmit={(event) => void run(event)}>
        <WrongContext.Provider value={wrong}>
          <Text name="number" type="tel" label={w.tryNumber} value={number} onInput={setNumber} required code maxLength={40} placeholder="+4930901820" />
        </WrongContext.Provider>
        <button>{w.tryRun}</button>
        <Notice problem={wrong.param === "number" ? "" : wrong.message} />
        <p role="status" class={trial ? "note" : ""}>
          {trial && (first ? w.carriedBy(first.name) : w.notCarried)}
        </p>
      </form>
      {trial && <Why trial={trial} />}
    </section>
  );
}

function Why({ trial: { routes, trunks } }: { trial: RouteTrial }) {
  const { words, language } = useSpeech();
  const w = words.routes;
  return (
    <>
      <h3>{words.kinds.routes.many}</h3>
      {routes.length === 0 && <p class="quiet">{w.everything}</p>}
      <ol class="findings">
        {routes.map(({ name, fit, prefix }) => (
          <li key={name} class={fit === "counts" ? "well" : ""}>
            <bdi>{name}</bdi> <bdi class="quiet">{prefix}</bdi> <span class="state">{w.fits[fit]}</span>
          </li>
        ))}
      </ol>
      <h3>{words.kinds.trunks.many}</h3>
      <ol class="findings">
        {trunks.map(({ name, verdict, dialled, per_minute, currency }) => (
          <li key={name} class={verdict === "tried" ? "well" : verdict === "down" || verdict === "full" ? "doubt" : ""}>
            <bdi>{name}</bdi> <span class="state">{w.verdicts[verdict]}</span>
            {(verdict === "tried" || verdict === "down") && <p class="quiet">{w.dialled(dialled)}</p>}
            {per_minute !== undefined && currency && <p class="quiet">{w.price(money(language, currency, per_minute))}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** A price in millionths of a currency's unit, to the last digit that it has. */
export function money(language: string, currency: string, millionths: number): string {
  return new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 6 }).format(millionths / 1e6);
}
