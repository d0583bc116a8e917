import { useEffect, useState } from "preact/hooks";
import { ask, tell, tellOnce } from "../monitor/client.ts";
import { Done, Notice } from "../monitor/notice.tsx";
import { minor, money } from "../money.ts";
import { fresh } from "../once.ts";
import { useSending } from "./signin.tsx";
import { Undecided } from "./undecided.tsx";
import type { Card, TopUp } from "./wire.ts";
import { useSpeech } from "./words.ts";

interface PayInProps {
  currency: string;
  onPaid(): void;
}

/** Where a payment provider's pages send somebody back to. */
const here = (): string => location.origin + location.pathname + location.search;

/** Fills the wallet from a card, which is given to the payment provider and to nobody else. */
export function PayIn({ currency, onPaid }: PayInProps) {
  const { words, language } = useSpeech();
  const w = words.payIn;
  const [cards, setCards] = useState<Card[]>();
  const [done, setDone] = useState("");
  const [unfit, setUnfit] = useState("");
  const [key, setKey] = useState(fresh);
  const { busy, problem, send } = useSending("");

  useEffect(() => {
    ask<{ data: Card[] }>("/v1/me/cards").then(
      (list) => setCards(list.data),
      () => undefined, // nobody takes cards here
    );
  }, []);
  if (!cards) return null;

  function give() {
    void send(async () => location.assign((await tell<{ url: string }>("/v1/me/card_setups", { return_url: here() })).url));
  }
  function pay(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const amount = minor(String(fields.get("amount")), currency);
    setDone("");
    setUnfit(amount ? "" : w.wrong);
    if (!amount) return;
    void send(async () => {
      const made = await tellOnce<TopUp>("/v1/me/top_ups", { amount, currency, card: String(fields.get("card")), return_url: here() }, key);
      setKey(fresh());
      if (made.confirm_url) return location.assign(made.confirm_url);
      if (made.state === "failed") return setUnfit(made.message ?? w.failed);
      form.reset();
      setDone(made.state === "paid" ? w.paid(money(language, made.amount)) : w.pending);
      onPaid();
    });
  }

  return (
    <section class="card" aria-labelledby="payin">
      <h2 id="payin">{w.heading}</h2>
      <Undecided onPaid={onPaid} />
      {cards.length > 0 && (
        <form onSubmit={pay} onInput={() => setKey(fresh())}>
          <label>
            {w.amount(currency)}
            <input name="amount" inputMode="decimal" autocomplete="off" required dir="ltr" />
          </label>
          <label>
            {w.card}
            <select name="card">
              {cards.map(({ id, brand, last4 }) => (
                <option key={id} value={id}>
                  {brand} ···· {last4}
                </option>
              ))}
            </select>
          </label>
          <button class="go" aria-disabled={busy}>
            {w.pay}
          </button>
        </form>
      )}
      <Notice problem={unfit || problem} />
      <Done done={done} />
      <p class="quiet">{w.explain}</p>
      <button type="button" aria-disabled={busy} onClick={give}>
        {cards.length > 0 ? w.another : w.give}
      </button>
    </section>
  );
}
