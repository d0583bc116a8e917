import { useEffect, useState } from "preact/hooks";
import { money } from "../money.ts";
import { ask } from "../monitor/client.ts";
import type { List } from "../monitor/wire.ts";
import type { Charge } from "../wire.ts";
import { outcome } from "./charge.tsx";
import type { SellWords } from "./chargewords.ts";

interface Earnings {
  balances: { currency: string; amount: number; held: number }[];
}

/** A charge as the API has it. */
type Past = Omit<Charge, "pays"> & { created_at: string };

interface EarnedProps {
  words: SellWords;
  language: string;
  /** What has just changed, if anything: then it is asked for anew. */
  changed: string;
}

/** What the agent has earned and was not paid, and what they charged for last. */
export function Earned({ words, language, changed }: EarnedProps) {
  const [earned, setEarned] = useState<Earnings["balances"]>([]);
  const [past, setPast] = useState<Past[]>([]);
  useEffect(() => {
    const stopped = new AbortController();
    void Promise.all([ask<Earnings>("/v1/sellers/me/earnings", stopped.signal), ask<List<Past>>("/v1/charges?limit=5", stopped.signal)]).then(
      ([{ balances }, { data }]) => {
        setEarned(balances);
        setPast(data);
      },
      () => undefined, // what was known before stays
    );
    return () => stopped.abort();
  }, [changed]);
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return (
    <>
      {earned.map(({ currency, amount, held }) => (
        <p key={currency}>
          {words.earned(money(language, { amount, currency }))} {held > 0 && words.held(money(language, { amount: held, currency }))}
        </p>
      ))}
      {past.length > 0 && <p id="charges-past">{words.past}</p>}
      <ul aria-labelledby="charges-past">
        {past.map((one) => (
          <li key={one.id}>
            <time dateTime={one.created_at}>{when.format(new Date(one.created_at))}</time> <bdi>{one.description}</bdi>: {outcome({ ...one, pays: false }, words, language)}
          </li>
        ))}
      </ul>
    </>
  );
}
