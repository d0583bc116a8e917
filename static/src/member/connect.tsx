import { useEffect, useState } from "preact/hooks";
import { tell, tellOnce } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { usePolled } from "../monitor/polled.ts";
import { fresh } from "../once.ts";
import { useSending } from "./signin.tsx";
import type { Me, MemberCall } from "./wire.ts";
import { plain, useWords, type Words } from "./words.ts";

/** How often it is asked where the call stands, in ms. */
const often = 1_000;

interface ConnectProps {
  me: Me;
  /** The publishable key of the page that the button is on, and whom it calls. */
  accountKey: string;
  to: string;
}

/** Calls the customer's own telephone, and then whom they want to talk to. */
export function Connect({ me, accountKey, to }: ConnectProps) {
  const words = useWords();
  const w = words.connect;
  const { busy, problem, send } = useSending("");
  const [call, setCall] = useState<MemberCall>();
  const [key, setKey] = useState(fresh);
  const runs = call !== undefined && call.stage !== "ended";
  const now = usePolled<MemberCall>(runs ? `/v1/me/calls/${call.id}` : "", often);

  useEffect(() => {
    if (now.value && runs && now.value.id === call.id) setCall(now.value);
  }, [now.value]);

  function begin() {
    void send(async () => {
      setCall(await tellOnce<MemberCall>("/v1/me/calls", { key: accountKey, to }, key));
      setKey(fresh()); // the next press is another call
    });
  }
  function end() {
    void send(async () => setCall(await tell<MemberCall>(`/v1/me/calls/${call?.id}/hangup`)));
  }

  const mine = me.phone !== "" && me.phone_verified_at !== null;
  return (
    <section class="card" aria-labelledby="connect">
      <h2 id="connect">{w.heading}</h2>
      <p>{mine ? w.explain(me.phone) : w.unverified}</p>
      {!runs && mine && (
        <button type="button" class="go" aria-disabled={busy} onClick={begin}>
          {w.begin}
        </button>
      )}
      <div role="status">{call && <p>{runs ? w.stages[call.stage] : whyOver(call, w)}</p>}</div>
      {runs && (
        <button type="button" aria-disabled={busy} onClick={end}>
          {w.end}
        </button>
      )}
      <Notice problem={problem || plain(words, runs ? now.failure : undefined)} />
    </section>
  );
}

/** Why a call is over. One that was not made says so in the gateway's own words. */
function whyOver({ end_reason: reason = "", message }: MemberCall, { ended, over }: Words["connect"]): string {
  return (reason === "unreachable" && message) || (ended[reason] ?? message ?? over);
}
