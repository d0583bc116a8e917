import { useEffect, useState } from "preact/hooks";
import { money } from "../money.ts";
import { usePolled } from "../monitor/polled.ts";
import type { List } from "../monitor/wire.ts";
import type { TopUp } from "./wire.ts";
import { useSpeech } from "./words.ts";

/** How the newest payment stands, if it was not decided when somebody came, as from their bank. Asking for it has the provider asked. */
export function Undecided({ onPaid }: { onPaid(): void }) {
  const { words, language } = useSpeech();
  const w = words.payIn;
  const [watched, setWatched] = useState("");
  const newest = usePolled<List<TopUp>>("/v1/me/top_ups?limit=1", 10_000).value?.data[0];
  useEffect(() => {
    if (newest && newest.state !== "paid" && newest.state !== "failed") setWatched(newest.id);
  }, [newest?.id, newest?.state]);
  const now = usePolled<TopUp>(watched && `/v1/me/top_ups/${encodeURIComponent(watched)}`, 5_000).value;
  useEffect(() => {
    if (now?.state === "paid") onPaid();
  }, [now?.state]);
  if (!now) return null;
  const sum = money(language, now.amount);
  return (
    <div role="status">
      {now.state === "paid" && <p class="done">{w.paid(sum)}</p>}
      {now.state === "failed" && <p class="problem">{w.failed}</p>}
      {now.state === "pending" && <p>{w.pending}</p>}
      {now.state === "requires_confirmation" && (
        <p>
          {w.confirm(sum)} {now.confirm_url && <a href={now.confirm_url}>{w.toBank}</a>}
        </p>
      )}
    </div>
  );
}
