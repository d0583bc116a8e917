import { useState } from "preact/hooks";
import { download } from "../console/board/csv.ts";
import { ask, askPages, Refusal } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import type { List } from "../monitor/wire.ts";
import { money } from "../money.ts";
import { mostPages, statementFile } from "../statement.ts";
import { Cap } from "./cap.tsx";
import { Deposit } from "./deposit.tsx";
import { Choice, Text, WrongContext } from "./fields.tsx";
import { useStock } from "./lists.ts";
import { useWalletWords, type WalletWords } from "./walletwords.ts";
import type { Movement, Wallet } from "./wire.ts";
import { plain, useSpeech } from "./words.ts";

const pathOf = (wallet: string) => `/v1/wallets/${encodeURIComponent(wallet)}`;

interface Shown {
  wallet: Wallet;
  currency: string;
  statement: List<Movement>;
}

/** What is in somebody's wallet, what came in and went out, and a way to put something in. */
export default function Wallets() {
  const { words } = useSpeech();
  const { reader } = useStock();
  const w = useWalletWords();
  const [name, setName] = useState("");
  const [shown, setShown] = useState<Shown>();
  const [wrong, setWrong] = useState({ param: "", message: "" });

  async function attempt(what: () => Promise<void>) {
    setWrong({ param: "", message: "" });
    try {
      await what();
    } catch (error) {
      setWrong({ param: error instanceof Refusal ? (error.problem.param ?? "") : "", message: plain(words, error) });
    }
  }

  const look = (id: string, wanted = "") =>
    attempt(async () => {
      const wallet = await ask<Wallet>(pathOf(id));
      const currency = wanted || wallet.balances[0]?.currency || "EUR";
      setShown({ wallet, currency, statement: await ask<List<Movement>>(lines(id, currency, 20)) });
    });

  const further = ({ wallet, currency, statement }: Shown) =>
    attempt(async () => {
      const more = await ask<List<Movement>>(`${lines(wallet.id, currency, 20)}&starting_after=${encodeURIComponent(statement.next_cursor ?? "")}`);
      setShown({ wallet, currency, statement: { ...more, data: [...statement.data, ...more.data] } });
    });

  const capped = shown?.wallet.id.startsWith("sponsor:") && reader.rights.includes("wallets:write") ? shown : undefined;
  const balance = shown?.wallet.balances.find(({ currency }) => currency === shown.currency);
  return (
    <section class="card" aria-labelledby="wallets">
      <h2 id="wallets">{w.heading}</h2>
      <p class="hint">{w.explain}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setShown(undefined);
          void look(name.trim());
        }}
      >
        <WrongContext.Provider value={wrong}>
          <Text name="wallet" label={w.wallet} hint={w.walletHint} value={name} onInput={setName} required code maxLength={64} />
        </WrongContext.Provider>
        <button>{w.show}</button>
        <Notice problem={wrong.param === "wallet" ? "" : wrong.message} />
      </form>
      {shown && <Balances shown={shown} onChoose={(currency) => void look(shown.wallet.id, currency)} />}
      {shown && <Statement shown={shown} onMore={() => void further(shown)} onSave={() => void attempt(() => save(shown, w))} />}
      {shown && reader.rights.includes("wallets:write") && <Deposit key={`${shown.wallet.id} ${shown.currency}`} path={`${pathOf(shown.wallet.id)}/deposits`} wallet={shown.wallet.id} currency={shown.currency} onDone={(currency) => look(shown.wallet.id, currency)} />}
      {capped && <Cap key={`${capped.wallet.id} ${capped.currency}`} path={`${pathOf(capped.wallet.id)}/daily_cap`} currency={capped.currency} daily={balance?.daily_cap ?? 0} today={balance?.left_today ?? 0} onDone={(currency) => look(capped.wallet.id, currency)} />}
    </section>
  );
}

const lines = (wallet: string, currency: string, limit: number) => `${pathOf(wallet)}/movements?currency=${encodeURIComponent(currency)}&limit=${limit}`;

function Balances({ shown: { wallet, currency }, onChoose }: { shown: Shown; onChoose(currency: string): void }) {
  const { language } = useSpeech();
  const w = useWalletWords();
  const sum = (amount: number, of: string) => money(language, { amount, currency: of });
  return (
    <div role="status">
      {wallet.balances.length === 0 && <p class="note">{w.empty(wallet.id)}</p>}
      {wallet.balances.map(({ currency, amount, held }) => (
        <p key={currency} class="note">
          {w.holds(wallet.id, sum(amount, currency))} {held > 0 && w.held(sum(held, currency))}
        </p>
      ))}
      {wallet.balances.length > 1 && <Choice name="currency" label={w.currency} value={currency} options={wallet.balances.map(({ currency }) => [currency, currency] as const)} onChoose={onChoose} />}
    </div>
  );
}

function Statement({ shown: { statement }, onMore, onSave }: { shown: Shown; onMore(): void; onSave(): void }) {
  const { language } = useSpeech();
  const w = useWalletWords();
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  if (statement.data.length === 0) return null;
  return (
    <>
      <h3>{w.statement}</h3>
      <ol class="findings">
        {statement.data.map(({ id, amount, reason, call, created_at }) => (
          <li key={id}>
            <bdi>{money(language, amount)}</bdi> <span class="state">{w.reasons[reason] ?? reason}</span> <time dateTime={created_at}>{when.format(new Date(created_at))}</time>
            {call && <p class="quiet"><bdi dir="ltr">{call}</bdi></p>}
          </li>
        ))}
      </ol>
      <p class="buttons">
        {statement.has_more && (
          <button type="button" onClick={onMore}>
            {w.more}
          </button>
        )}
        <button type="button" onClick={onSave}>
          {w.save}
        </button>
      </p>
    </>
  );
}

/** The whole statement as a file: the words of the API, for programs to read. */
async function save({ wallet, currency }: Shown, w: WalletWords): Promise<void> {
  const { data } = await askPages<Movement>(lines(wallet.id, currency, 100), mostPages);
  download(`${w.file}-${wallet.id.replace(/[^\w-]/g, "_")}-${currency}.csv`, statementFile(data));
}
