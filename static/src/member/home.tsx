import { useState } from "preact/hooks";
import { usePages, usePolled } from "../monitor/polled.ts";
import { Notice } from "../monitor/notice.tsx";
import { Balances } from "./balances.tsx";
import { Calls, Running } from "./calls.tsx";
import { Details } from "./details.tsx";
import { Connect } from "./connect.tsx";
import type { Link } from "./link.ts";
import { PayIn } from "./payin.tsx";
import { Statement } from "./statement.tsx";
import { isRunning, type Me, type PaidCall, type Wallet } from "./wire.ts";
import { LanguageChoice, plain, useWords } from "./words.ts";

/** How often what may change is asked for, in ms: about as often as a call is billed. */
const often = 5_000;

interface HomeProps {
  me: Me;
  link: Link;
  onChange(me: Me): void;
  onSignOut(): void;
}

/** All that a customer sees of theirs. */
export function Home({ me, link, onChange, onSignOut }: HomeProps) {
  const words = useWords();
  const [chosen, setChosen] = useState("");
  const wallet = usePolled<Wallet>("/v1/me/wallet", often);
  const balances = wallet.value?.balances ?? [];
  const currency = chosen || balances[0]?.currency || "EUR";
  const calls = usePages<PaidCall>(`/v1/me/billing_sessions?limit=10&currency=${encodeURIComponent(currency)}`, often);
  const now = calls.value?.find(isRunning);
  return (
    <>
      <header class="top">
        <div class="inside">
          <span class="brand">{words.title}</span>
          <div class="who">
            <span dir="auto">{me.name || me.email}</span>
            <LanguageChoice />
            <button type="button" onClick={onSignOut}>
              {words.signOut}
            </button>
          </div>
        </div>
      </header>
      <main class="inside" id="main" tabIndex={-1}>
        <h1>{words.title}</h1>
        {!me.livemode && <p class="state">{words.test}</p>}
        <Notice problem={plain(words, wallet.failure ?? calls.failure)} />
        {link.key && link.to && <Connect me={me} accountKey={link.key} to={link.to} />}
        {wallet.value && <Balances balances={balances} currency={currency} onChoose={setChosen} />}
        {now && <Running call={now} />}
        <PayIn key={`in ${currency}`} currency={currency} onPaid={wallet.again} />
        <Statement key={currency} currency={currency} latest={JSON.stringify(balances)} />
        <Calls list={calls} />
        <Details me={me} onChange={onChange} />
      </main>
    </>
  );
}
