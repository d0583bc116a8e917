import { useState } from "preact/hooks";
import { Refusal, tellOnce } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { digits, minor, money } from "../money.ts";
import { fresh } from "../once.ts";
import { Ask } from "./ask.tsx";
import { Text, WrongContext } from "./fields.tsx";
import { Sum } from "./prices.tsx";
import { useWalletWords } from "./walletwords.ts";
import { plain, useSpeech } from "./words.ts";

interface DepositProps {
  path: string;
  wallet: string;
  currency: string;
  onDone(currency: string): Promise<void>;
}

/** Puts money into a wallet that has reached the account by a way of its own. Asks before, and pays in once however often it is tried. */
export function Deposit({ path, wallet, currency: shown, onDone }: DepositProps) {
  const { words, language } = useSpeech();
  const w = useWalletWords();
  const [draft, setDraft] = useState({ amount: "", currency: shown, note: "" });
  const [key, setKey] = useState(fresh);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState("");
  const [wrong, setWrong] = useState({ param: "", message: "" });
  const currency = draft.currency.trim().toUpperCase();
  const amount = minor(draft.amount, currency) ?? 0;

  /** Another draft is another deposit. */
  function set(change: Partial<typeof draft>) {
    setDone("");
    setKey(fresh());
    setDraft({ ...draft, ...change });
  }

  async function pay() {
    setAsking(false);
    if (busy) return;
    setBusy(true);
    setWrong({ param: "", message: "" });
    try {
      await tellOnce(path, { amount, currency, ...(draft.note.trim() ? { note: draft.note.trim() } : {}) }, key);
      setKey(fresh());
      setDraft({ amount: "", currency, note: "" });
      await onDone(currency);
      setDone(w.paid(money(language, { amount, currency })));
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
    setBusy(false);
  }

  return (
    <>
      <h3>{w.deposit}</h3>
      <p class="hint">{w.depositHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <WrongContext.Provider value={wrong}>
          <Sum name="amount" label={w.amount} value={draft.amount} currency={currency} behind={digits(currency)} required onInput={(amount) => set({ amount })} />
          <Text name="currency" label={w.currency} value={draft.currency} onInput={(currency) => set({ currency })} required code maxLength={3} />
          <Text name="note" label={w.note} hint={w.noteHint} value={draft.note} onInput={(note) => set({ note })} maxLength={500} />
        </WrongContext.Provider>
        <button aria-disabled={busy}>{w.pay}</button>
        <Notice problem={wrong.message} />
        <Done done={done} />
      </form>
      {asking && (
        <Ask question={w.payAsk(money(language, { amount, currency }), wallet)} yes={w.pay} no={w.payNot} onYes={() => void pay()} onNo={() => setAsking(false)}>
          <p>{w.payExplain}</p>
        </Ask>
      )}
    </>
  );
}
