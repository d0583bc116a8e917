import { useRef, useState } from "preact/hooks";
import { minor, money } from "../money.ts";
import { tell, tellOnce } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { fresh } from "../once.ts";
import type { Charge as Told } from "../wire.ts";
import { type SellWords, sellWords } from "./chargewords.ts";
import { keepCurrency, keptCurrency } from "./currency.ts";
import { Earned } from "./earned.tsx";
import { plain } from "./problem.ts";
import { useWords } from "./words.ts";

export interface ChargeProps {
  language: string;
  call: string;
  charge: Told | undefined;
  talking: boolean;
}

/** Asks the customer to pay for something, and says what came of it. */
export default function Charge({ language, call, charge, talking }: ChargeProps) {
  const words = sellWords[language] ?? sellWords.en!;
  return (
    <details class="charge">
      <summary>{words.heading}</summary>
      {talking && <Form words={words} call={call} asked={charge?.state === "requested"} />}
      <p role="status">{charge && !charge.pays && outcome(charge, words, language)}</p>
      {charge && !charge.pays && (charge.state === "paid" || charge.state === "partly_refunded") && <GiveBack key={charge.id} words={words} charge={charge.id} />}
      <Earned words={words} language={language} changed={charge ? `${charge.id} ${charge.state}` : ""} />
    </details>
  );
}

/** What came of it, in words. */
export function outcome({ state, amount, refunded = 0 }: Told, words: SellWords, language: string): string {
  const price = (minor: number) => money(language, { amount: minor, currency: amount.currency });
  const back = words.back(price(refunded));
  const says = { requested: words.asked, paid: words.paid, declined: words.declined, expired: words.expired, failed: words.failed, partly_refunded: () => back, refunded: () => back };
  return says[state](price(amount.amount));
}

function Form({ words, call, asked }: { words: SellWords; call: string; asked: boolean }) {
  const common = useWords();
  const [price, setPrice] = useState("");
  const [currency, setCurrency] = useState(keptCurrency);
  const [quantity, setQuantity] = useState("1");
  const [what, setWhat] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useRef(fresh()); // the same until it is known what came of it

  async function ask() {
    const unit = minor(price, currency.toUpperCase());
    const wrong = !unit ? words.badPrice : !/^[1-9]\d{0,3}$/.test(quantity) ? words.badQuantity : what.trim() === "" ? words.badWhat : "";
    setProblem(wrong);
    if (wrong || busy || asked) return;
    setBusy(true);
    try {
      await tellOnce(`/v1/calls/${encodeURIComponent(call)}/charges`, { unit, quantity: Number(quantity), currency: currency.toUpperCase(), description: what.trim() }, key.current);
      key.current = fresh();
      keepCurrency(currency.toUpperCase());
      setWhat("");
      setPrice("");
    } catch (error) {
      setProblem(plain(common, error));
    } finally {
      setBusy(false);
    }
  }

  const changed = (set: (text: string) => void) => (event: Event) => {
    key.current = fresh();
    set((event.currentTarget as HTMLInputElement).value);
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label for="charge-what">{words.what}</label>
      <input id="charge-what" maxLength={120} value={what} onInput={changed(setWhat)} autocomplete="off" />
      <label for="charge-price">{words.price}</label>
      <input id="charge-price" inputMode="decimal" value={price} onInput={changed(setPrice)} autocomplete="off" />
      <label for="charge-currency">{words.currency}</label>
      <input id="charge-currency" maxLength={3} value={currency} onInput={changed(setCurrency)} autocomplete="off" />
      <label for="charge-quantity">{words.quantity}</label>
      <input id="charge-quantity" inputMode="numeric" value={quantity} onInput={changed(setQuantity)} autocomplete="off" />
      <Notice problem={problem} />
      <button type="submit" aria-disabled={asked || busy}>
        {words.ask}
      </button>
    </form>
  );
}

/** Gives all of it back, once that is said twice. */
function GiveBack({ words, charge }: { words: SellWords; charge: string }) {
  const common = useWords();
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  async function give() {
    if (busy) return;
    if (!sure) return setSure(true);
    setBusy(true);
    setProblem("");
    try {
      await tell(`/v1/charges/${encodeURIComponent(charge)}/refunds`, {});
    } catch (error) {
      setProblem(plain(common, error));
    }
    setBusy(false);
  }
  return (
    <>
      <Notice problem={problem} />
      <button type="button" class={sure ? "danger" : ""} aria-disabled={busy} onClick={() => void give()}>
        {sure ? words.giveBackSurely : words.giveBack}
      </button>
    </>
  );
}
