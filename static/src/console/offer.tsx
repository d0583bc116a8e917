import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import type { Terms } from "../wire.ts";
import { keepCurrency, keptCurrency } from "./currency.ts";
import { offerWords } from "./offerwords.ts";
import { plain } from "./problem.ts";
import { useSpeech } from "./words.ts";

export interface OfferProps {
  /** The call whose other side is asked. */
  call: string;
  /** What it costs so far, where it costs anything: it is paid in one currency. */
  terms: Terms | undefined;
}

/** Asks the other side of a call for a price. What they say to it is told by the bill. */
export default function Offer({ call, terms }: OfferProps) {
  const { words, language } = useSpeech();
  const w = offerWords[language];
  const [currency, setCurrency] = useState(keptCurrency);
  const [minute, setMinute] = useState("");
  const [free, setFree] = useState("0");
  const [minimum, setMinimum] = useState("0");
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const paidIn = terms?.currency ?? currency.trim().toUpperCase();

  async function offer(event: Event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await tell(`/v1/calls/${encodeURIComponent(call)}/offers`, {
        currency: paidIn,
        per_minute: minute.trim().replace(",", "."),
        free_seconds: Number(free),
        minimum_seconds: Number(minimum),
      });
      keepCurrency(paidIn);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }

  return (
    <details class="offer">
      <summary>{w.heading}</summary>
      <form onSubmit={(event) => void offer(event)}>
        <p class="note">{w.explain}</p>
        <Field label={w.perMinute} value={minute} mode="decimal" pattern="[0-9]+([.,][0-9]{1,6})?" onInput={setMinute} />
        <Field label={w.currency} value={paidIn} mode="text" pattern="[A-Za-z]{3}" onInput={setCurrency} fixed={terms !== undefined} />
        <Field label={w.free} value={free} mode="numeric" pattern="[0-9]{1,5}" onInput={setFree} />
        <Field label={w.minimum} value={minimum} mode="numeric" pattern="[0-9]{1,4}" onInput={setMinimum} />
        <button aria-disabled={busy}>{w.ask}</button>
        <Notice problem={plain(words, problem)} />
      </form>
    </details>
  );
}

interface FieldProps {
  label: string;
  value: string;
  mode: "decimal" | "numeric" | "text";
  pattern: string;
  fixed?: boolean;
  onInput(value: string): void;
}

function Field({ label, value, mode, pattern, fixed = false, onInput }: FieldProps) {
  return (
    <label>
      {label}
      <input value={value} inputMode={mode} pattern={pattern} required readOnly={fixed} dir="ltr" autocomplete="off" onInput={(event) => onInput(event.currentTarget.value)} />
    </label>
  );
}
