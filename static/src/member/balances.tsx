import { money } from "../money.ts";
import type { Balance } from "./wire.ts";
import { useSpeech } from "./words.ts";

interface BalancesProps {
  balances: Balance[];
  currency: string;
  onChoose(currency: string): void;
}

/** What is in the wallet, in each currency, and in which one the rest of the page is read. */
export function Balances({ balances, currency, onChoose }: BalancesProps) {
  const { words, language } = useSpeech();
  const w = words.balance;
  const sum = (amount: number, of: string) => money(language, { amount, currency: of });
  return (
    <section class="card" aria-labelledby="balance">
      <h2 id="balance">{w.heading}</h2>
      {balances.length === 0 && <p>{w.none}</p>}
      {balances.map(({ currency, amount, held, available }) => (
        <div key={currency}>
          <p class="sum">
            <bdi>{sum(amount, currency)}</bdi>
          </p>
          {held > 0 && (
            <p class="quiet">
              {w.held(sum(held, currency))} {w.available(sum(available, currency))}
            </p>
          )}
        </div>
      ))}
      {balances.length > 1 && (
        <label>
          {w.currency}
          <select value={currency} onChange={(event) => onChoose(event.currentTarget.value)}>
            {balances.map(({ currency }) => (
              <option key={currency}>{currency}</option>
            ))}
          </select>
        </label>
      )}
    </section>
  );
}
