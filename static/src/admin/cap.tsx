import { useState } from "preact/hooks";
import { Refusal, put } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { decimal, digits, minor, money } from "../money.ts";
import { WrongContext } from "./fields.tsx";
import { Sum } from "./prices.tsx";
import { useWalletWords } from "./walletwords.ts";
import { plain, useSpeech } from "./words.ts";

interface CapProps {
  path: string;
  currency: string;
  /** What may be spent in a day; 0 where nothing bounds that. */
  daily: number;
  today: number;
  onDone(currency: string): Promise<void>;
}

/** Bounds what a sponsor pays in a day. An empty field bounds nothing. */
export function Cap({ path, currency, daily, today, onDone }: CapProps) {
  const { words, language } = useSpeech();
  const w = useWalletWords();
  const sum = (amount: number) => money(language, { amount, currency });
  const [draft, setDraft] = useState(daily ? decimal({ amount: daily, currency }) : "");
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState("");
  const [wrong, setWrong] = useState({ param: "", message: "" });

  async function set() {
    if (busy) return;
    setBusy(true);
    setDone("");
    setWrong({ param: "", message: "" });
    try {
      const amount = minor(draft, currency) ?? 0;
      await put(path, { amount, currency });
      await onDone(currency);
      setDone(amount ? w.capped(sum(amount)) : w.uncapped);
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
    setBusy(false);
  }

  return (
    <>
      <h3>{w.cap}</h3>
      <p class="hint">{w.capHint}</p>
      {daily > 0 && <p class="note">{w.today(sum(today), sum(daily))}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <WrongContext.Provider value={wrong}>
          <Sum
            name="cap"
            label={w.capMost}
            value={draft}
            currency={currency}
            behind={digits(currency)}
            onInput={(cap) => {
              setDone("");
              setDraft(cap);
            }}
          />
        </WrongContext.Provider>
        <button aria-disabled={busy}>{w.capSet}</button>
        <Notice problem={wrong.message} />
        <Done done={done} />
      </form>
    </>
  );
}
