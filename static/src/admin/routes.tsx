import { Choice, Lines, Steps, Text, written } from "./fields.tsx";
import type { FormProps, Shelf } from "./editor.tsx";
import { useStock } from "./lists.ts";
import type { TrunkRoute } from "./wire.ts";
import { useWords } from "./words.ts";

interface Draft {
  name: string;
  prefixes: string[];
  trunks: string[];
  by: string;
}

/** Which trunks carry which numbers. */
export const routeShelf: Shelf<TrunkRoute, Draft> = {
  kind: "routes",
  title: ({ name }) => name,
  About,
  draft: (row, { lists }) => ({
    name: row?.name ?? "",
    prefixes: row?.prefixes ?? [],
    trunks: row ? (row.trunks ?? []) : lists.trunks.slice(0, 1).map(({ name }) => name),
    by: row?.by ?? "order",
  }),
  body: ({ name, prefixes, trunks, by }, fresh) => ({ ...(fresh ? { name: name.trim() } : {}), prefixes: written(prefixes), trunks, by }),
  Form,
};

const reach = ({ prefixes = [] }: TrunkRoute): number => prefixes.reduce((most, { length }) => Math.max(most, length), 0);

/** In the order in which they count: the longest prefix first, and of equally long ones as the gateway lists them. */
export const byPrefix = (a: TrunkRoute, b: TrunkRoute): number => reach(b) - reach(a);

/** Moves one of a list before the one that it stands behind. */
export function earlier<T>(list: readonly T[], at: number): T[] {
  const [before, one] = [list[at - 1], list[at]];
  if (before === undefined || one === undefined) return [...list];
  return [...list.slice(0, at - 1), one, before, ...list.slice(at + 1)];
}

/** A route in one line: which numbers, over what. */
function About({ row: { prefixes = [], trunks = [] } }: { row: TrunkRoute }) {
  const w = useWords().routes;
  return (
    <span class="about">
      {prefixes.length > 0 ? <bdi dir="ltr">{prefixes.join(" ")}</bdi> : w.all} <span aria-hidden="true">·</span> {trunks.length > 0 ? <bdi dir="ltr">{trunks.join(", ")}</bdi> : w.refuses}
    </span>
  );
}

function Form({ draft, set, fresh }: FormProps<Draft>) {
  const words = useWords();
  const { lists } = useStock();
  const w = words.routes;
  const known = lists.trunks.map(({ name }) => [name, name] as const);
  const next = known.find(([name]) => !draft.trunks.includes(name))?.[0] ?? known[0]?.[0] ?? "";
  return (
    <>
      {fresh && <Text name="name" label={words.name} hint={words.trunks.nameHint} value={draft.name} onInput={(name) => set({ name })} required code maxLength={63} placeholder="germany" />}
      <Lines name="prefixes" label={w.prefixes} hint={w.prefixesHint} value={draft.prefixes} onInput={(prefixes) => set({ prefixes })} placeholder="+49" />
      <Steps
        label={w.trunks}
        hint={w.trunksHint}
        add={w.addTrunk}
        remove={words.removeRow}
        rows={draft.trunks.map((trunk) => ({ trunk }))}
        blank={() => ({ trunk: next })}
        onChange={(rows) => set({ trunks: rows.map(({ trunk }) => trunk) })}
      >
        {({ trunk }, change, at) => (
          <>
            <Choice name={`trunks[${at}]`} label={w.trunk} value={trunk} options={known} onChoose={(trunk) => change({ trunk })} />
            {at > 0 && (
              <button type="button" aria-label={w.earlier(at + 1)} title={w.earlier(at + 1)} onClick={() => set({ trunks: earlier(draft.trunks, at) })}>
                ↑
              </button>
            )}
          </>
        )}
      </Steps>
      <Choice name="by" label={w.by} value={draft.by} options={Object.entries(w.bys)} onChoose={(by) => set({ by })} />
    </>
  );
}
