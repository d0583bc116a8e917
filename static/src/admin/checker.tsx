import { useState } from "preact/hooks";
import { tell } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { Copied } from "./copied.tsx";
import { Text } from "./fields.tsx";
import type { Finding, PageCheck, Widget } from "./wire.ts";
import { plain, useWords } from "./words.ts";

/** Has the gateway look at a page of the customer's, and says what to change there. */
export function PageChecker({ row }: { row: Widget }) {
  const words = useWords();
  const [page, setPage] = useState(row.origins[0] ?? "");
  const [found, setFound] = useState<PageCheck>();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const w = words.checker;

  async function check(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem("");
    setFound(undefined);
    try {
      setFound(await tell<PageCheck>(`/v1/widgets/${row.id}/check_page`, { page: page.trim(), gateway: location.origin }));
    } catch (error) {
      setProblem(plain(words, error));
    }
    setBusy(false);
  }

  return (
    <section class="part" aria-labelledby="check-title">
      <h3 id="check-title">{w.heading}</h3>
      <p class="hint">{w.explain}</p>
      <form onSubmit={(event) => void check(event)}>
        <Text name="page" type="url" label={w.page} value={page} onInput={setPage} required code maxLength={2048} placeholder="https://shop.example/contact" />
        <button aria-disabled={busy}>{w.run}</button>
      </form>
      <Notice problem={problem} />
      <div role="status">
        {busy && <p>{w.busy}</p>}
        {found && (
          <>
            <p class={`verdict ${found.works ? "well" : "fault"}`}>{found.works ? w.works : w.broken}</p>
            <ul class="findings">
              {[...found.findings].sort((a, b) => weight(a) - weight(b)).map((one) => (
                <One key={one.code} found={one} />
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}

const weight = ({ grade }: Finding): number => ["fault", "doubt", "well"].indexOf(grade);

function One({ found }: { found: Finding }) {
  const w = useWords().checker;
  const said = w.findings[found.code]?.(found.about ?? "");
  return (
    <li class={found.grade}>
      <strong class="state">{w.grades[found.grade]}</strong> <span dir="auto">{said ?? found.message}</span>
      {found.change && <Copied block text={found.change} label={w.change} />}
    </li>
  );
}
