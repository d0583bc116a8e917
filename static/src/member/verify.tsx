import { useEffect, useState } from "preact/hooks";
import { ask, tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { usePolled } from "../monitor/polled.ts";
import { useSending } from "./signin.tsx";
import type { Me, Verification } from "./wire.ts";
import { plain, useWords } from "./words.ts";

/** How often it is asked how the call goes, in ms. */
const often = 1_000;

interface VerifyProps {
  me: Me;
  onChange(me: Me): void;
}

/** Has the gateway call a number, and shows the code that is keyed in there. */
export function Verify({ me, onChange }: VerifyProps) {
  const words = useWords();
  const w = words.verify;
  const { busy, problem, send } = useSending("");
  const [call, setCall] = useState<Verification>();
  const runs = call?.state === "calling";
  const now = usePolled<Verification>(runs ? `/v1/me/phone_verifications/${call.id}` : "", often);

  useEffect(() => setCall(undefined), [me.phone]);
  useEffect(() => {
    if (!runs || now.value?.id !== call.id || now.value.state === "calling") return;
    setCall(now.value);
    if (now.value.state === "verified") void send(async () => onChange(await ask<Me>("/v1/me")));
  }, [now.value]);

  function begin() {
    void send(async () => setCall(await tell<Verification>("/v1/me/phone_verifications")));
  }

  return (
    <div class="verify">
      {!runs && (
        <button type="button" aria-disabled={busy} onClick={begin}>
          {w.begin}
        </button>
      )}
      <div role="status">
        {runs && (
          <>
            <p>{w.calling(me.phone)}</p>
            <p class="sum">
              <bdi>{call.code}</bdi>
            </p>
          </>
        )}
      </div>
      <Notice problem={problem || plain(words, runs ? now.failure : undefined) || (call?.state === "failed" ? w.failed : "")} />
    </div>
  );
}
